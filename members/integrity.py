"""What must be true of the roll; `manage.py check_integrity` proves it."""

import datetime
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant
from members.candidates import belongs
from members.codes import MembershipStatus
from members.models import (
    Batch,
    BatchRow,
    ExportRequest,
    ImportRow,
    Member,
    MemberImport,
    Post,
    RuleVersion,
    Standing,
)
from members.models.imports import UNDOABLE
from members.name_order import pinyin_key, strokes_key
from members.services import full_exports
from members.shares import share, total
from orgs.codes import BRANCHES, TEMPORARY
from orgs.models import Organization
from partyplatform.integrity import invariant

_CHUNK = 5000
_SLACK = datetime.timedelta(days=1)  # chores run each minute, unless the worker is away
_COUNTERS = (
    ("full", "full_members", "正式党员"),
    ("probationary", "probationary_members", "预备党员"),
    ("filled", "filled_items", "已填项"),
    ("required", "required_items", "应填项"),
)


@invariant("党员计数")
def counters_are_sums() -> Iterator[str]:
    """The counters of every organisation are those of its active members. Both sides are read in order of ids."""
    counted = _counted()
    pk, shares = next(counted, (None, {}))
    organizations = Organization.objects.order_by("pk").only("code", *(column for _, column, _ in _COUNTERS))
    for organization in organizations.iterator(chunk_size=_CHUNK):
        own = {}
        if pk == organization.pk:
            own, (pk, shares) = shares, next(counted, (None, {}))
        for name, column, label in _COUNTERS:
            stored, right = getattr(organization, column), own.get(name, 0)
            if stored != right:
                yield f"党组织 {organization.code}：{label}登记为 {stored}，应为 {right}"


@invariant("党员所在党支部")
def members_are_in_branches() -> Iterator[str]:
    """Everybody enrolled belongs to a living branch that holds members."""
    holding = Q(
        organization__org_type__in=BRANCHES - TEMPORARY,
        organization__is_functional=False,
        organization__dissolved_on=None,
    )
    rows = Member.objects.enrolled().exclude(holding).select_related("organization").order_by("pk")
    for member in rows.iterator(chunk_size=_CHUNK):
        yield f"党员 {member.uid}：“{member.organization.short_name}”不能接收党员组织关系"


@invariant("在任班子成员")
def posts_are_held_by_active_members() -> Iterator[str]:
    """Whoever holds a post of a current term is active."""
    rows = Post.objects.current().exclude(member__status="1").select_related("member", "term__organization")
    for post in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"任职 {post.pk}：{post.term.organization.short_name}{post.duty_label}的党籍状态不是正常"


@invariant("党员信息完整度")
def scores_are_those_of_the_rules() -> Iterator[str]:
    """The stored score of every record is what the rules in force give it; of one still to be scored anew, nothing."""
    rules = RuleVersion.objects.in_force()
    members = Member.objects.filter(pk__lte=rules.scored_to) if rules.is_scoring else Member.objects.all()
    for member in rules.wrongly_scored(members).order_by("pk").iterator(chunk_size=_CHUNK):
        stored, right = f"{member.filled}/{member.required}", f"{member.right_filled}/{member.right_required}"
        yield f"党员 {member.uid}：完整度登记为 {stored}，应为 {right}"


@invariant("姓名排序")
def orders_are_those_of_the_names() -> Iterator[str]:
    """What lists sort names by belongs to the name of the record."""
    rows = Member.objects.order_by("pk").values_list("uid", "name", "name_pinyin", "name_strokes")
    for uid, name, pinyin, strokes in rows.iterator(chunk_size=_CHUNK):
        if (pinyin, strokes) != (pinyin_key(name), strokes_key(name)):
            yield f"党员 {uid}：排序用的拼音、笔画与姓名不符"


@invariant("党籍变动记录")
def histories_end_where_members_stand() -> Iterator[str]:
    """Everybody has one open row of history, and it says what the record says."""
    same = Q(organization=F("member__organization"), category=F("member__category"), status=F("member__status"))
    for row in Standing.objects.open().exclude(same).select_related("member").order_by("pk").iterator(_CHUNK):
        yield f"党员 {row.member.uid}：党籍变动记录与现状不一致"
    without = Member.objects.exclude(pk__in=Standing.objects.open().values("member")).order_by("pk")
    for member in without.iterator(chunk_size=_CHUNK):
        yield f"党员 {member.uid}：没有党籍变动记录"


@invariant("批量维护")
def finished_batches_left_nobody_out() -> Iterator[str]:
    """Nobody waits in a batch that is done or taken back, nothing was done in one that nobody confirmed, and what was
    there before is kept no longer than it can be taken back."""
    state, row = Batch.State, BatchRow.State
    waiting = BatchRow.objects.filter(batch__state__in=[state.DONE, state.UNDONE], state=row.READY)
    early = BatchRow.objects.filter(batch__state=state.PREVIEW, state=row.DONE)
    left = BatchRow.objects.filter(batch__state=state.UNDONE, state=row.DONE)
    taken = BatchRow.objects.filter(batch__state__in=[state.PREVIEW, state.RUNNING, state.DONE])
    over = Q(batch__state=state.UNDONE) | Q(
        batch__state=state.DONE, batch__done_at__lt=timezone.now() - UNDOABLE - _SLACK
    )
    kept = BatchRow.objects.filter(over).exclude(was_sealed=b"")
    wrong = waiting | early | left | taken.filter(state__in=[row.UNDONE, row.KEPT]) | kept
    for pk in wrong.order_by("batch").values_list("batch_id", flat=True).distinct():
        yield f"批量维护 {pk}：各行结果与办理状态不符"


@invariant("全项导出")
def many_full_records_left_by_two() -> Iterator[str]:
    """What one person lets out alone is few; beyond that another one agreed."""
    alone = ExportRequest.objects.filter(decider_uid=None, rows__gt=full_exports.ALONE)
    for uid in alone.exclude(state=ExportRequest.State.WAITING).values_list("uid", flat=True):
        yield f"全项导出申请 {uid}：超过 {full_exports.ALONE} 人而无审批"


@invariant("管理员在册")
def administrators_belong() -> Iterator[str]:
    """Whoever has a record and a role is active; in 党内信息管理系统 a role given by hand is one at home."""
    rows = RoleGrant.objects.open().filter(user__member__isnull=False)
    rows = rows.select_related("user__member", "organization__parent").order_by("pk")
    for grant in rows.iterator(chunk_size=_CHUNK):
        member = grant.user.member
        is_bound = grant.kind != RoleKind.MEMBER and grant.system == System.INFO and not grant.by_duty
        if member.status != MembershipStatus.NORMAL:
            yield f"授权 {grant.pk}：{grant.label}的党籍状态不是正常"
        elif is_bound and not belongs(member.organization_id, grant.organization):
            yield f"授权 {grant.pk}：{grant.label}的管理员已不是该党组织的党员"
        elif grant.kind == RoleKind.MEMBER and grant.organization_id != member.organization_id:
            yield f"授权 {grant.pk}：{grant.label}不是该党员所在的党支部"


@invariant("因职务产生的授权")
def roles_by_duty_match_posts() -> Iterator[str]:
    """A role by duty has its post; a post of somebody with an account has, or had, its roles."""
    roles = RoleGrant.objects.filter(by_duty=True)
    posts = Post.objects.leading().filter(term__organization=OuterRef("organization"), member__user=OuterRef("user"))
    left = roles.open().exclude(Exists(posts)).select_related("organization")
    for grant in left.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"授权 {grant.pk}：{grant.label}的职务已结束，授权未解除"
    given = roles.filter(
        organization=OuterRef("term__organization"),
        user=OuterRef("member__user"),
        starts_on__gte=OuterRef("started_on"),
    )
    missing = Post.objects.leading().filter(member__user__isnull=False).exclude(Exists(given))
    for post in missing.select_related("term__organization").order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"任职 {post.pk}：{post.term.organization.short_name}{post.duty_label}没有因职务产生的授权"


@invariant("新增党员导入")
def imports_are_what_they_did() -> Iterator[str]:
    """A confirmed sheet has a member for every row and counts its rows; what it kept is gone after its days."""
    done = MemberImport.objects.exclude(done_at=None).order_by("pk")
    for sheet in done.iterator(chunk_size=_CHUNK):
        outcomes = Counter(sheet.rows.order_by().values_list("outcome", flat=True))
        for name in ImportRow.Outcome.values:
            stored = sheet.result.get(name, 0)
            if outcomes[name] != stored:
                yield f"导入 {sheet.uid}：结果“{name}”登记为 {stored} 行，应为 {outcomes[name]} 行"
        if lost := sheet.rows.filter(member=None).count():
            yield f"导入 {sheet.uid}：{lost} 行没有对应的党员"
    entered = ImportRow.objects.filter(outcome=ImportRow.Outcome.NEW, member__isnull=False).order_by()
    for row in entered.values("member__uid").annotate(times=Count("pk")).filter(times__gt=1):
        yield f"党员 {row['member__uid']}：由 {row['times']} 次导入新增"
    over = Q(sheet__state=MemberImport.State.UNDONE) | Q(sheet__done_at__lt=timezone.now() - UNDOABLE - _SLACK)
    for row in ImportRow.objects.filter(over).exclude(content_sealed=b"").order_by("pk").iterator(_CHUNK):
        yield f"导入的行 {row.uid}：内容应已清除"


def _counted() -> Iterator[tuple[int, dict[str, int]]]:
    """Yield (organisation, counters) from the members themselves."""
    fields = ("category", "organization", "status", "filled", "required")
    rows = Member.objects.active().order_by("organization_id").only(*fields).iterator(chunk_size=_CHUNK)
    for pk, group in groupby(rows, key=lambda member: member.organization_id):
        yield pk, total(share(member) for member in group)
