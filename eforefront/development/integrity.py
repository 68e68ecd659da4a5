"""What must be true of every development; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import F, Q

from eforefront.development.chains import chain
from eforefront.development.standing import steps_done
from eforefront.development.states import Sponsor
from eforefront.development.steps import MILESTONES, STEPS
from eforefront.models import Applicant, DevelopmentRecord, Sponsorship
from members.codes import PersonCategory
from members.models import Member
from orgs.models import Organization
from partyplatform.crypto import Undecipherable
from partyplatform.integrity import invariant

_CHUNK = 500
_NEEDED = ("01", "03", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17")


@invariant("党员发展：没有人既是申请人又是党员")
def nobody_is_both() -> Iterator[str]:
    """Whoever applies is not on the roll; whoever was approved is, in the branch of the development."""
    for row in Applicant.objects.open().filter(member=None).order_by("pk").iterator(chunk_size=_CHUNK):
        try:
            number = row.unsealed_id_number()
        except Undecipherable:
            continue  # told by the sealed columns themselves
        if number and Member.objects.enrolled().with_id_number(number).exists():
            yield f"发展党员 {row.number}：申请人已是党员"
    astray = Applicant.objects.open().filter(member__isnull=False).exclude(organization=F("member__organization"))
    for row in astray.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"发展党员 {row.number}：所在支部与党员记录不一致"


@invariant("党员发展：当前步骤由应办理的党组织办理")
def steps_are_held() -> Iterator[str]:
    """Each open step waits for an organisation of its chain, or for nobody where nobody above may decide it."""
    known: dict[tuple[int, str], list[Organization]] = {}
    for row in Applicant.objects.open().select_related("organization").order_by("pk").iterator(chunk_size=_CHUNK):
        key = row.organization_id, row.step
        if key not in known:
            known[key] = chain(STEPS[row.step], row.organization)
        right = [organization.pk for organization in known[key]]
        if row.holder_id not in (right or [None]):
            yield f"发展党员 {row.number}：第 {int(row.step)} 步不由应办理的党组织办理"
        if row.stage != STEPS[row.step].stage:
            yield f"发展党员 {row.number}：当前阶段与步骤不一致"


@invariant("党员发展：预备党员经过全部必经步骤")
def members_passed_every_step() -> Iterator[str]:
    """Nobody was approved without every step before, a passed vote and two introducers; the dates agree."""
    rows = Applicant.objects.filter(began_at="01").filter(Q(member__isnull=False) | Q(step__gt="01")).order_by("pk")
    for row in rows.iterator(chunk_size=_CHUNK):
        records = list(DevelopmentRecord.objects.of(row))
        done = steps_done(row, records)
        missing = [step for step in _NEEDED if step not in done] if row.member_id else []
        if missing:
            yield f"发展党员 {row.number}：缺第 {'、'.join(str(int(step)) for step in missing)} 步的办理记录"
        meeting = done.get("15")
        if row.member_id and meeting and 2 * (meeting.agree or 0) <= (meeting.due or 0):
            yield f"发展党员 {row.number}：支部大会赞成票没有超过应到人数的半数"
        for field, step in MILESTONES.items():
            day = getattr(row, field)
            if step in done and day is not None and done[step].on != day:
                yield f"发展党员 {row.number}：{row._meta.get_field(field).verbose_name}与办理记录不一致"
    for row in Applicant.objects.filter(member__isnull=False, began_at="01").order_by("pk").iterator(chunk_size=_CHUNK):
        named = Sponsorship.objects.of(row).filter(kind=Sponsor.INTRODUCER).values("member").distinct().count()
        if named < 2:
            yield f"发展党员 {row.number}：没有两名入党介绍人"


@invariant("党员发展：结果与党员记录一致")
def results_agree_with_the_roll() -> Iterator[str]:
    """Steps 18 to 24 are those of a 预备党员, 25 is that of a 正式党员."""
    rows = Applicant.objects.open().filter(member__isnull=False)
    early = rows.filter(step__lt="25").exclude(member__category=PersonCategory.PROBATIONARY)
    late = rows.filter(step="25").exclude(member__category=PersonCategory.FULL)
    for row in (early | late).order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"发展党员 {row.number}：第 {int(row.step)} 步与党员记录的人员类别不一致"
