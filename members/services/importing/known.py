"""What the roll and the tree say about a sheet, read in a fixed number of statements for every 5,000 values."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from members.claims import claimed
from members.models import Member
from members.models.members import NUMBERS, PHONES
from members.services.importing.rows import BRANCH, NUMBER, Row
from orgs.models import Organization
from partyplatform import phones
from partyplatform.audit import ActingRole

_T = TypeVar("_T")
_AT_ONCE = 5_000  # values in one IN list; SQLite takes 32,766


@dataclass
class Known:
    """`branches` by code are those in reach; `enrolled` and `gone` are members by 身份证号, wherever they are.

    Of the members only those in `seen` may be named to the acting role. `managed` are ids of organisations it changes.
    `alike` are ids of members by name and date of birth, `callers` by mobile number; of them nothing is told.
    `claimed` says of a number why it is kept for somebody who is no member yet.
    """

    branches: dict[str, Organization]
    enrolled: dict[str, Member]
    gone: dict[str, Member]
    seen: set[int]
    managed: set[int]
    alike: dict[tuple[str, datetime.date | None], set[int]]
    callers: dict[str, set[int]]
    claimed: dict[str, str]


def load(rows: Collection[Row], *, by: ActingRole) -> Known:
    """Read what the 党组织编码 and 身份证号 of the rows mean to the acting role."""
    codes = {row.values[BRANCH] for row in rows if BRANCH in row.values}
    visible = Organization.objects.visible_to(by)
    branches = {org.code: org for part in parts(codes) for org in visible.filter(code__in=part)}
    numbers = {row.values[NUMBER] for row in rows if NUMBER in row.values}
    enrolled, gone = _members(numbers)
    people = [*enrolled.values(), *gone.values()]
    places = {org.pk for org in branches.values()} | {member.organization_id for member in people}
    managed = Organization.objects.managed_by(by)
    return Known(
        branches=branches,
        enrolled=enrolled,
        gone=gone,
        seen={
            pk
            for part in parts([member.pk for member in people])
            for pk in Member.objects.visible_to(by).filter(pk__in=part).values_list("pk", flat=True)
        },
        managed={pk for part in parts(places) for pk in managed.filter(pk__in=part).values_list("pk", flat=True)},
        alike=_alike(rows),
        callers=_callers({row.values["phone"] for row in rows if "phone" in row.values}),
        claimed={number: why for part in parts(numbers) for number, why in claimed(part, by=by).items()},
    )


def parts(values: Collection[_T]) -> Iterator[list[_T]]:
    """Yield the values in lists that fit into one statement."""
    found = list(values)
    for start in range(0, len(found), _AT_ONCE):
        yield found[start : start + _AT_ONCE]


def _alike(rows: Collection[Row]) -> dict[tuple[str, datetime.date | None], set[int]]:
    born = {(row.values["name"], row.values["born_on"]) for row in rows if {"name", "born_on"} <= row.values.keys()}
    found: dict[tuple[str, datetime.date | None], set[int]] = defaultdict(set)
    for part in parts(sorted(born)):
        names, days = {name for name, _ in part}, {day for _, day in part}
        people = Member.objects.enrolled().filter(name__in=names, born_on__in=days)
        for pk, name, born_on in people.values_list("pk", "name", "born_on"):
            found[name, born_on].add(pk)
    return found


def _callers(numbers: Collection[str]) -> dict[str, set[int]]:
    """Families share land-lines, so only mobile numbers are looked for."""
    by_key = {key: number for number in numbers if phones.is_mobile(number) for key in PHONES.search_keys(number)}
    found: dict[str, set[int]] = defaultdict(set)
    for part in parts(list(by_key)):
        people = Member.objects.enrolled().filter(phone_index__in=part)
        for pk, key in people.values_list("pk", "phone_index"):
            found[by_key[key]].add(pk)
    return found


def _members(numbers: Collection[str]) -> tuple[dict[str, Member], dict[str, Member]]:
    by_key = {key: number for number in numbers for key in NUMBERS.search_keys(number)}
    enrolled: dict[str, Member] = {}
    gone: dict[str, Member] = {}
    for part in parts(list(by_key)):
        for member in Member.objects.filter(id_number_index__in=part).select_related("organization").order_by("pk"):
            held = enrolled if member.is_enrolled else gone
            held[by_key[member.id_number_index]] = member
    return enrolled, gone
