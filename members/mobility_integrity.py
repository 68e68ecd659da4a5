"""What must be true of 流动, 失联, 出国（境） and 暂留; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef

from members.models import Matter, Member
from members.procedures import ABROAD_MONTHS, MARKED, State
from orgs.dates import add_months
from partyplatform.integrity import invariant

_CHUNK = 5000


@invariant("流动、失联登记与党统信息集")
def marks_are_those_of_open_matters() -> Iterator[str]:
    """是否流动=是 exactly while a 流动 is open, likewise 失联, and both say the same place or month."""
    for procedure in MARKED:
        rows = Matter.objects.in_procedure(procedure.slug).open()
        label = Member._meta.get_field(procedure.mark).verbose_name
        marked = Member.objects.filter(**{procedure.mark: True})
        for member in marked.exclude(Exists(rows.filter(member=OuterRef("pk")))).order_by("pk").iterator(_CHUNK):
            yield f"党员 {member.uid}：{label}为“是”，没有办理中的{procedure.noun}登记"
        for matter in rows.select_related("member").order_by("pk").iterator(_CHUNK):
            member = matter.member
            if not getattr(member, procedure.mark):
                yield f"党员 {member.uid}：有办理中的{procedure.noun}登记，{label}为“否”"
            elif any(getattr(member, field) != getattr(matter, source) for field, source in procedure.mirrors.items()):
                yield f"党员 {member.uid}：{procedure.noun}登记与党统信息集不一致"


@invariant("流动、失联、出国（境）和暂留登记")
def matters_fit_their_members() -> Iterator[str]:
    """Nobody has two open matters of one kind; only a search goes on for whoever is suspended; nobody is abroad for
    longer than five years."""
    twice = Matter.objects.open().order_by().values("member__uid", "procedure").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"党员 {row['member__uid']}：有 {row['n']} 件办理中的同类登记"
    rows = Matter.objects.open().exclude(state=State.STOPPED).exclude(member__status="1").select_related("member")
    for matter in rows.order_by("pk").iterator(_CHUNK):
        yield f"党员 {matter.member.uid}：党籍状态不是正常，{matter.rules.noun}登记没有终止"
    abroad = Matter.objects.in_procedure("abroad").open().exclude(ends_on=None).select_related("member")
    for matter in abroad.order_by("pk").iterator(_CHUNK):
        if matter.ends_on > add_months(matter.began_on, ABROAD_MONTHS):
            yield f"党员 {matter.member.uid}：出国（境）保留组织关系超过 5 年"
