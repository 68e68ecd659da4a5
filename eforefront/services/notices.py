"""通知: written, published, read, called to mind once, withdrawn. Source: screens.md 3.9; decision 0035."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from eforefront.models import Notice, NoticeRead, NoticeTarget
from eforefront.notice_workflow import NOTICE_STEPS, NoticeState, Range
from eforefront.querysets.notices import audience, has_read
from eforefront.services.writing import hold, overtaken, refuse_without_reason
from members.models import Member
from orgs.figures import figures
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.chores import chore

MOST_TARGETS = 50
COUNTED_ON_PAGE = 20_000  # members; larger audiences are counted by a chore, every minute something was read
WRITTEN = ("title", "body", "range", "is_pinned", "closes_on", "needs_receipt")


@dataclass(frozen=True, slots=True)
class Readership:
    """How many a notice is for, how many of them have read it; `counted_at` when that is not of this moment."""

    members: int
    read: int
    receipted: int
    counted_at: datetime.datetime | None = None

    @property
    def unread(self) -> int:
        return max(0, self.members - self.read)

    @property
    def percent(self) -> int:
        return min(100, self.read * 100 // self.members) if self.members else 0


@transaction.atomic
def write(*, by: audit.ActingRole, chosen: Collection[int] = (), **words: Any) -> Notice:
    """Write a draft of the own organisation; `chosen` are the ids 指定的党组织 names. Raises ValidationError."""
    organization = hold_in_reach(by.organization_id or 0, by=by)
    notice = Notice(organization=organization, written_by=signature(by), written_at=timezone.now(), **_checked(words))
    notice.save(force_insert=True)
    _aim(notice, chosen, by=by)
    audit.record(by, "eforefront.write_notice", notice, organization=organization.pk, changes=_told(notice))
    return notice


@transaction.atomic
def rewrite(
    notice: Notice, *, by: audit.ActingRole, version: int, chosen: Collection[int] = (), **words: Any
) -> Notice:
    """Change a draft. Raises `Stale` when it was changed or published meanwhile."""
    notice = hold(notice, by=by)
    if notice.version != version or not notice.is_draft:
        raise overtaken(notice, "修改")
    before = audit.snapshot(notice, WRITTEN)
    for name, value in _checked(words).items():
        setattr(notice, name, value)
    notice.version += 1
    notice.save()
    notice.targets.all().delete()
    _aim(notice, chosen, by=by)
    changes = audit.differences(before, audit.snapshot(notice, WRITTEN), audit.labels(Notice, WRITTEN))
    audit.record(by, "eforefront.write_notice", notice, organization=notice.organization_id, changes=changes)
    return notice


@transaction.atomic
def act(notice: Notice, verb: str, *, by: audit.ActingRole, version: int, reason: str = "") -> Notice:
    """Do `verb` of the table with a notice. Raises `Stale`, `OutOfReach`, ValidationError."""
    notice, step = hold(notice, by=by), NOTICE_STEPS[verb]
    if notice.version != version or notice.state not in step.before:
        raise overtaken(notice, step.label)
    refuse_without_reason(step, reason)
    if problem := problem_of(notice, verb):
        raise ValidationError(problem)
    before = notice.status.label
    notice.state, notice.version = step.after, notice.version + 1
    moment, who = timezone.now(), signature(by)
    match verb:
        case "publish":
            notice.published_at, notice.published_by = moment, who
        case "remind":
            notice.reminded_at = moment
        case "unpin":
            notice.is_pinned = False
        case "withdraw":
            notice.withdrawn_at, notice.withdrawn_by, notice.withdrawn_reason = moment, who, reason
    notice.save()
    changes = [["状态", before, notice.status.label]] if before != notice.status.label else []
    audit.record(
        by,
        f"eforefront.{verb}_notice",
        notice,
        organization=notice.organization_id,
        changes=changes,
        reason=reason,
    )
    return notice


def problem_of(notice: Notice, verb: str) -> str:
    """Return why a step of the table cannot be taken now, "" when it can."""
    if verb == "remind" and notice.reminded_at is not None:
        return f"该通知已于 {timezone.localtime(notice.reminded_at):%Y-%m-%d %H:%M} 提醒过，每份通知只能提醒一次"
    if verb == "remind" and notice.is_over:
        return "该通知已截止，不能再提醒"
    if verb == "publish" and notice.is_over:
        return "截止日期已过，请先修改截止日期"
    return "该通知没有置顶" if verb == "unpin" and not notice.is_pinned else ""


@transaction.atomic
def read(notice: Notice, *, by: Any) -> bool:
    """Note that the person acting as `by` has read a notice that is for them; False when it was noted before.

    The row itself is the record: the chain of the audit has one head, and a notice to a whole city is opened by
    thousands in a minute (decision 0035).
    """
    place = {"member": getattr(by.user, "member", None), "organization_id": by.organization_id}
    rows = [NoticeRead(notice=notice, user=by.user, **place)]
    before = NoticeRead.objects.of(notice).by(by.user).exists()
    NoticeRead.objects.bulk_create(rows, ignore_conflicts=True)
    return not before


@transaction.atomic
def confirm(notice: Notice, *, by: Any) -> None:
    """确认收到: note the receipt, once. Raises ValidationError for a notice that asks for none."""
    if not (notice.needs_receipt and notice.is_published):
        raise ValidationError("该通知不需要回执")
    read(notice, by=by)
    NoticeRead.objects.of(notice).by(by.user).filter(receipted_at=None).update(receipted_at=timezone.now())


def readership(notice: Notice, targets: Sequence[NoticeTarget]) -> Readership:
    """Return how many of those in its audience now have read a notice; of a very large one by the last count."""
    members = _members_in(targets)
    if members > COUNTED_ON_PAGE:
        return Readership(members, notice.read_count, notice.receipt_count, notice.counted_at)
    rows = audience(Member.objects.active(), targets).order_by()
    rows = rows.annotate(has_read=has_read(notice), has_told=has_read(notice, receipted_at__isnull=False))
    found = rows.aggregate(
        all=Count("pk"), read=Count("pk", filter=Q(has_read=True)), told=Count("pk", filter=Q(has_told=True))
    )
    return Readership(found["all"], found["read"], found["told"])


@chore
def count_readers() -> int:
    """Count anew the readers of every notice that was read since it was last counted; return how many notices."""
    moment = timezone.now()
    lately = moment - datetime.timedelta(hours=1)
    read_lately = NoticeRead.objects.filter(Q(read_at__gte=lately) | Q(receipted_at__gte=lately)).values("notice")
    stale = Notice.objects.filter(Q(pk__in=read_lately) | Q(counted_at=None), state=NoticeState.PUBLISHED)
    count = 0
    for pk in stale.values_list("pk", flat=True)[:200]:
        found = NoticeRead.objects.filter(notice=pk, member__isnull=False).aggregate(
            read=Count("pk"), told=Count("receipted_at")
        )
        Notice.objects.filter(pk=pk).update(read_count=found["read"], receipt_count=found["told"], counted_at=moment)
        count += 1
    return count


def _members_in(targets: Sequence[NoticeTarget]) -> int:
    found = figures({target.organization_id for target in targets if target.with_below})
    alone = [target.organization_id for target in targets if not target.with_below]
    own = Organization.objects.filter(pk__in=alone).values_list(
        F("full_members") + F("probationary_members"), flat=True
    )
    return sum(each.members for each in found.values()) + sum(own if alone else ())


def _checked(words: dict[str, Any]) -> dict[str, Any]:
    if words.get("closes_on") and words["closes_on"] < timezone.localdate():
        raise ValidationError({"closes_on": "截止日期不能早于今天"})
    return words


def _aim(notice: Notice, chosen: Collection[int], *, by: audit.ActingRole) -> None:
    """Write the places a notice is for. Raises ValidationError for places out of reach."""
    if notice.range != Range.CHOSEN:
        places = {notice.organization_id: notice.range == Range.BELOW}
    else:
        places = dict.fromkeys(_outermost(chosen, by=by), True)
    NoticeTarget.objects.bulk_create(
        NoticeTarget(notice=notice, organization_id=pk, with_below=below) for pk, below in places.items()
    )


def _outermost(chosen: Collection[int], *, by: audit.ActingRole) -> list[int]:
    """Return the chosen organisations without those that lie below another one."""
    if not chosen:
        raise ValidationError({"children": "请选择党组织"})
    if len(chosen) > MOST_TARGETS:
        raise ValidationError({"codes": f"最多指定 {MOST_TARGETS} 个党组织，可以改选它们共同的上级"})
    found = list(Organization.objects.visible_to(by).living().filter(pk__in=chosen).in_tree_order())
    if len(found) != len(set(chosen)):
        raise ValidationError({"codes": "所选党组织中有不在管理范围内的，请重新选择"})
    kept: list[Organization] = []
    for place in found:
        last = kept[-1] if kept else None
        if last is None or place.tree_id != last.tree_id or place.lft > last.rght:
            kept.append(place)
    return [place.pk for place in kept]


def _told(notice: Notice) -> list[list[Any]]:
    return [["标题", "", notice.title], ["发布范围", "", notice.get_range_display()]]
