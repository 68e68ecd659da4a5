"""The dated history of where members stand: every change of branch, category or status adds a row."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from members.models import Member, Standing

_FIELDS = ("organization_id", "category", "status")


def follow(
    member: Member, *, cause: str, on: datetime.date | None = None, document: str = "", reason: str = ""
) -> None:
    """Write down where a member stands from a day on (today if none is named). Runs in the caller's transaction."""
    follow_many([member], cause=cause, on=on, document=document, reason=reason)


def follow_many(
    members: Iterable[Member], *, cause: str, on: datetime.date | None = None, document: str = "", reason: str = ""
) -> None:
    """The same for many members at once, in two statements. A day before the present row began counts as that day."""
    by_id = {member.pk: member for member in members}
    day, today = on or timezone.localdate(), timezone.localdate()
    present = list(Standing.objects.filter(member__in=by_id, ends_on=None))
    begins = {row.member_id: min(max(day, row.begins_on), today) for row in present}
    for row in present:
        row.ends_on = begins[row.member_id]
    Standing.objects.bulk_update(present, ["ends_on"], batch_size=500)
    Standing.objects.bulk_create(
        [
            Standing(
                member=member,
                begins_on=begins.get(pk, day),
                cause=cause,
                document=document,
                reason=reason,
                **{name: getattr(member, name) for name in _FIELDS},
            )
            for pk, member in by_id.items()
        ],
        batch_size=500,
    )
