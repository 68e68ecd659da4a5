"""The dated history of where members stand: every change of branch, category or status adds a row."""

import datetime
from collections.abc import Iterable

from django.db import connection
from django.db.models import CharField, DateField, Value
from django.utils import timezone

from members.models import Member, Standing
from members.services.periods import refuse_closed_rows
from members.signals import members_stand
from orgs.models import Organization
from partyplatform import bulk
from partyplatform.audit import ActingRole

_FIELDS = ("organization_id", "category", "status")


def follow(member: Member, *, on: datetime.date | None = None, by: ActingRole | None = None, **words: str) -> None:
    """Write down where a member stands from a day on (today if none is named). Runs in the caller's transaction.

    `words` are `cause` and, where there are any, `kind`, `counted_as`, `document` and `reason`. Raises ValidationError
    for a day of a closed period.
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
    left = {row.member_id: row.organization_id for row in present}
    refuse_closed_rows(
        (begins.get(pk, day), {member.organization_id, left.get(pk, member.organization_id)})
        for pk, member in by_id.items()
    )
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


def follow_subtree(root_id: int, *, by: ActingRole | None, **words: str) -> None:
    """Write down for everybody enrolled below an organisation, itself included, that something happened to all of them
    today, though each stands where they stood. Two statements, however many they are; nobody joins meanwhile, since
    the caller holds the tree. `words` are those of `follow`.
    """
    today = timezone.localdate()
    within = Organization.objects.within(root_id).order_by().values("pk")
    members = Member.objects.enrolled().filter(organization__in=within)
    Standing.objects.open().filter(member__in=members.order_by().values("pk")).update(ends_on=today)
    words = {"cause": "", "kind": "", "document": "", "reason": ""} | words
    words |= {"by_name": by.user_name if by is not None else ""}
    constants = {f"new_{name}": Value(text, output_field=CharField()) for name, text in words.items()}
    told = members.annotate(begins=Value(today, output_field=DateField()), **constants)
    rows = told.order_by().values_list("pk", *_FIELDS, "begins", *constants)
    columns = ["member_id", *_FIELDS, "begins_on", *words]
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    select, params = rows.query.sql_with_params()
    table = connection.ops.quote_name(Standing._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({quoted}) {select}", params)
