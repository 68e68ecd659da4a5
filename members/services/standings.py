"""The dated history of where members stand: every change of branch, category or status adds a row."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from members.models import Member, Standing
from members.signals import members_stand
from partyplatform import bulk
from partyplatform.audit import ActingRole

_FIELDS = ("organization_id", "category", "status")


def follow(member: Member, *, on: datetime.date | None = None, by: ActingRole | None = None, **words: str) -> None:
    """Write down where a member stands from a day on (today if none is named). Runs in the caller's transaction.

    `words` are `cause` and, where there are any, `kind`, `document` and `reason`.
    """
    follow_many([member], on=on, by=by, **words)


def follow_many(
    members: Iterable[Member], *, on: datetime.date | None = None, by: ActingRole | None = None, **words: str
) -> None:
    """The same for many members at once, in two statements. A day before the present row began counts as that day."""
    by_id = {member.pk: member for member in members}
    day, today = on or timezone.localdate(), timezone.localdate()
    present = list(Standing.objects.filter(member__in=by_id, ends_on=None))
    begins = {row.member_id: min(max(day, row.begins_on), today) for row in present}
    for row in present:
        row.ends_on = begins[row.member_id]
    Standing.objects.bulk_update(present, ["ends_on"], batch_size=500)
    words |= {"by_name": by.user_name if by is not None else ""}
    bulk.insert(
        [
            Standing(
                member=member,
                begins_on=begins.get(pk, day),
                **{name: getattr(member, name) for name in _FIELDS},
                **words,
            )
            for pk, member in by_id.items()
        ]
    )
    members_stand.send(sender=Standing, members=list(by_id.values()), by=by)
