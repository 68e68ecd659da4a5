"""分数: entries of the ledger and the sums kept beside it. Source: screens.md 3.10.

Entries are only added. An event that is recorded anew adds the difference to what it gave before; a wrong entry by
hand is set right by one against it. With `MEMBER_SCORES` off nothing is written.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.powers import Power
from eforefront.codes import ScoreSource
from eforefront.models import ScoreEntry, ScoreYear
from eforefront.score_rules import TENTH, limit_by_hand
from members.models import Member
from members.services.locking import taken
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach


@transaction.atomic
def enter(member: Member, *, by: audit.ActingRole, on: datetime.date, reason: str, points: Decimal) -> ScoreEntry:
    """Enter points by hand, or take some. Raises PermissionDenied, `OutOfReach`, ValidationError."""
    member = _held(member, by=by)
    most = limit_by_hand(on)
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天"})
    if not points or points != points.quantize(TENTH):
        raise ValidationError({"points": "分值应为不等于 0 的数，保留一位小数"})
    if abs(points) > most:
        raise ValidationError({"points": f"手工登记的分值每次不超过 {most} 分" if most else "该日期不能手工登记分数"})
    entry = _add(member, points, on=on, reason=reason, source=ScoreSource.HAND, by=by)
    _tell(entry, "eforefront.enter_score", by=by)
    return entry


@transaction.atomic
def correct(entry: ScoreEntry, *, by: audit.ActingRole, reason: str) -> ScoreEntry:
    """Set an entry right by one against it, of the same day; once.

    Raises PermissionDenied, `OutOfReach`, ValidationError for an entry that is corrected or is a correction, and for
    one of an event, which follows the record of the event.
    """
    member = _held(entry.member, by=by)
    entry = ScoreEntry.objects.select_related("member").get(pk=entry.pk)
    if entry.source != ScoreSource.HAND:
        raise ValidationError(f"该条来自{entry.get_source_display()}，请更正原记录，分数随之更正")
    if entry.corrects_id is not None or ScoreEntry.objects.filter(corrects=entry).exists():
        raise ValidationError("该条已更正，不能再次更正")
    made = _add(
        member,
        -entry.points,
        on=entry.on,
        reason=f"更正：{reason}"[:100],
        source=ScoreSource.HAND,
        by=by,
        corrects=entry,
    )
    _tell(made, "eforefront.correct_score", by=by)
    return made


def bring_to(
    member: Member,
    points: Decimal,
    *,
    key: str,
    on: datetime.date,
    reason: str,
    source: ScoreSource,
    by: audit.ActingRole,
) -> None:
    """Let the entries of an event, named by `key`, add up to what it is worth now. The caller records its own act."""
    bring_many_to({member.pk: points}, key=key, on=on, reason=reason, source=source, by=by)


def bring_many_to(
    points: dict[int, Decimal],
    *,
    key: str,
    on: datetime.date,
    reason: str,
    source: ScoreSource,
    by: audit.ActingRole,
) -> None:
    """The same for many members of one event: {id of a member: points}. Whoever got some and is left out loses them.

    Runs in the transaction of the act that records the event, which holds the event's lock.
    """
    if not settings.MEMBER_SCORES:
        return
    given = dict(ScoreEntry.objects.of_key(key).order_by().values_list("member").annotate(Sum("points")))
    wanted = {pk: Decimal(0) for pk in given} | points
    entries = [
        ScoreEntry(member_id=pk, on=on, reason=reason, points=missing, source=source, key=key, entered_by=signature(by))
        for pk, wish in sorted(wanted.items())
        if (missing := (wish - given.get(pk, 0)).quantize(TENTH))
    ]
    ScoreEntry.objects.bulk_create(entries, batch_size=500)
    _sum_up(entries)


def copy(entries: Iterable[ScoreEntry], *, to: Member, entered_by: str) -> None:
    """Enter what another record of the same person was given once more for this one; the caller records its own act."""
    if not settings.MEMBER_SCORES:
        return
    made = [
        ScoreEntry(
            member=to,
            on=entry.on,
            reason=f"并入：{entry.reason}"[:100],
            points=entry.points,
            source=entry.source,
            entered_by=entered_by,
        )
        for entry in entries
    ]
    ScoreEntry.objects.bulk_create(made, batch_size=500)
    _sum_up(made)


def _held(member: Member, *, by: audit.ActingRole) -> Member:
    if not by.can(Power.KEEP_SCORES):  # type: ignore[attr-defined]
        raise PermissionDenied
    member, _ = taken(member)
    if by.organization_id is not None and not Member.objects.visible_to(by).filter(pk=member.pk).exists():
        raise OutOfReach
    if member.user is not None and str(member.user.uid) == str(by.user_uid):
        raise ValidationError("不能登记或更正本人的分数，请由其他管理员办理")
    return member


def _add(
    member: Member,
    points: Decimal,
    *,
    on: datetime.date,
    reason: str,
    source: ScoreSource,
    by: audit.ActingRole,
    corrects: ScoreEntry | None = None,
) -> ScoreEntry:
    entry = ScoreEntry.objects.create(
        member=member,
        on=on,
        reason=reason,
        points=points,
        source=source,
        corrects=corrects,
        entered_by=signature(by),
    )
    _sum_up([entry])
    return entry


def _sum_up(entries: Iterable[ScoreEntry]) -> None:
    """Add entries to the sums of their years; the sums are locked in one order, two events at once take turns."""
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[entry.member_id, entry.on.year] += entry.points
    new = [ScoreYear(member_id=pk, year=year) for pk, year in sorted(sums)]
    ScoreYear.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    rows = ScoreYear.objects.filter(member__in={pk for pk, _ in sums}, year__in={year for _, year in sums})
    held = list(rows.order_by("pk").select_for_update())
    alike: dict[Decimal, list[int]] = defaultdict(list)
    for row in held:
        if points := sums.get((row.member_id, row.year)):
            alike[points].append(row.pk)
    for points, ids in alike.items():
        ScoreYear.objects.filter(pk__in=ids).update(points=F("points") + points)


def _tell(entry: ScoreEntry, action: str, *, by: audit.ActingRole) -> None:
    member = entry.member
    changes = [["日期", "", f"{entry.on:%Y-%m-%d}"], ["事由", "", entry.reason], ["分值", "", f"{entry.points:+}"]]
    audit.record(by, action, member, organization=member.organization_id, changes=changes)
