"""信息校核: what is doubtful about records, kept with every save, and what people confirm. Source: screens.md 2.11."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from members.doubts import Beside, DoubtState, fingerprint, found
from members.models import Doubt, Member, MemberProfile, Twin
from members.models.members import PHONES
from members.querysets import MemberQuerySet
from members.services.locking import record_of
from orgs.services.parents import signature
from partyplatform import audit, bulk, phones
from partyplatform.crypto import Undecipherable
from partyplatform.ui.stale import Stale

ALIKE = 10  # records of one name and birthday that are paired with another
_BATCH = 500
_TOGETHER = 5_000  # names and birthdays looked up in one statement


def follow(member: Member) -> None:
    """Keep the doubts about a record that was just saved, and who it may be twice. In the caller's transaction.

    Whoever saves a record outside the services of the roll calls it too; `recheck` finds what nobody called it for.
    """
    _follow_many([member])
    if member.is_enrolled and member.born_on:
        alike = Member.objects.enrolled().alike(member.name, member.born_on).exclude(pk=member.pk)
        _pair([member.pk, *alike.values_list("pk", flat=True)[:ALIKE]], around=member.pk)


def follow_many(members: Iterable[Member]) -> None:
    """The same for many records, in a few statements for each few hundred."""
    rows = list(members)
    for start in range(0, len(rows), _BATCH):
        _follow_many(rows[start : start + _BATCH])
    asked = sorted({(row.name, row.born_on) for row in rows if row.is_enrolled and row.born_on})
    for start in range(0, len(asked), _TOGETHER):
        _pair_alike(set(asked[start : start + _TOGETHER]))


@transaction.atomic
def confirm(doubt: Doubt, *, by: audit.ActingRole, reason: str) -> Doubt:
    """Say that a record is right in spite of a doubt; it leaves the list. Raises `Stale`, `OutOfReach`."""
    member = record_of(doubt.member, by=by)
    doubt = Doubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    if doubt.state != DoubtState.OPEN:
        raise Stale([("状态", DoubtState.OPEN.label, doubt.get_state_display())], who=doubt.confirmed_by)
    if not reason:
        raise ValidationError({"reason": "请填写确认理由"})
    doubt.state, doubt.why = DoubtState.CONFIRMED, reason
    doubt.confirmed_by, doubt.confirmed_at = signature(by), timezone.now()
    doubt.save()
    changes = [[doubt.get_kind_display(), DoubtState.OPEN.label, DoubtState.CONFIRMED.label]]
    audit.record(
        by, "members.confirm_doubt", member, organization=member.organization_id, changes=changes, reason=reason
    )
    return doubt


def recheck(rows: MemberQuerySet, *, batch: int = _BATCH) -> Iterable[int]:
    """Look at many records anew, a batch in a transaction; yield how many were looked at so far."""
    done, after = 0, 0
    while part := list(rows.enrolled().filter(pk__gt=after).order_by("pk")[:batch]):
        with transaction.atomic():
            _follow_many(part)
        done, after = done + len(part), part[-1].pk
        yield done
    pair_all(rows)


def pair_all(rows: MemberQuerySet) -> None:
    """Note all of these records that may be of one person."""
    groups = rows.enrolled().exclude(born_on=None).order_by().values("name", "born_on")
    for group in groups.annotate(times=Count("pk")).filter(times__gt=1).iterator():
        alike = rows.enrolled().alike(group["name"], group["born_on"]).order_by("pk")
        _pair(list(alike.values_list("pk", flat=True)[:ALIKE]))


def _follow_many(members: Sequence[Member]) -> None:
    today, now = timezone.localdate(), timezone.now()
    known = {(row.member_id, row.kind): row for row in Doubt.objects.filter(member__in=members)}
    new, changed, beside = [], [], _beside(members)
    for member in members:
        facts = beside[member.pk]
        enrolled = member.is_enrolled
        doubts = found(member, id_number=_number(member), today=today, beside=facts) if enrolled else {}
        for kind, text in doubts.items():
            mark, row = fingerprint(member, kind, facts), known.pop((member.pk, kind), None)
            if row is None:
                new.append(Doubt(member=member, kind=kind, text=text, fingerprint=mark, found_at=now))
            elif row.state == DoubtState.GONE or row.fingerprint != mark:
                row.state, row.text, row.fingerprint, row.found_at = DoubtState.OPEN, text, mark, now
                changed.append(row)
    gone = [row for row in known.values() if row.state != DoubtState.GONE]
    for row in gone:
        row.state = DoubtState.GONE
    if new:
        bulk.insert(new)
    if changed or gone:
        Doubt.objects.bulk_update([*changed, *gone], ["state", "text", "fingerprint", "found_at"])


def _pair_alike(asked: Set[tuple[str, datetime.date | None]]) -> None:
    names, days = {name for name, _ in asked}, {born_on for _, born_on in asked}
    groups: dict[tuple[str, datetime.date | None], list[int]] = defaultdict(list)
    found = Member.objects.enrolled().filter(name__in=names, born_on__in=days).order_by("pk")
    for pk, name, born_on in found.values_list("pk", "name", "born_on"):
        if (name, born_on) in asked:
            groups[name, born_on].append(pk)
    for ids in groups.values():
        _pair(ids[:ALIKE])


def _beside(members: Sequence[Member]) -> dict[int, Beside]:
    """Read what other rows say about these members. Of two with one number the doubt is noted where it was saved
    last; `recheck` notes it at both."""
    work = dict(MemberProfile.objects.filter(member__in=members).values_list("member", "began_work_on"))
    keys = {member.phone_index for member in members if member.phone_index}
    bearers = Member.objects.enrolled().filter(phone_index__in=keys).order_by().values_list("phone_index")
    shared = {key for key, times in bearers.annotate(Count("pk")) if times > 1} if keys else set()
    return {
        member.pk: Beside(work.get(member.pk), member.phone_index in shared and _has_mobile(member))
        for member in members
    }


def _has_mobile(member: Member) -> bool:
    """Families share land-lines, so only mobile numbers are doubtful. Source: screens.md 4.3."""
    try:
        return phones.is_mobile(PHONES.text(member))
    except Undecipherable:
        return False


def _pair(ids: Sequence[int], *, around: int | None = None) -> None:
    """Note each pair of these records once; only those with `around` where it is named."""
    ordered = sorted(ids)
    pairs = [(one, two) for place, one in enumerate(ordered) for two in ordered[place + 1 :]]
    wanted = [pair for pair in pairs if around is None or around in pair]
    if wanted:
        rows = [Twin(first_id=one, second_id=two) for one, two in wanted]
        Twin.objects.bulk_create(rows, ignore_conflicts=True)


def _number(member: Member) -> str:
    try:
        return member.unsealed_id_number()
    except Undecipherable:
        return ""
