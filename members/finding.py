"""Finding members among millions: the statement starts from whatever leaves the fewest rows."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from accounts import id_numbers
from members.models import Member
from members.querysets import MemberQuerySet
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.crypto import Undecipherable
from partyplatform.sealing.columns import END

FEW_PEOPLE = 8_000  # bearers of a name that are looked at one by one
FEW_PLACES = 2_000
OPENED = 2_000  # numbers that are decrypted to compare what stands before their last four characters
LONGEST_END = 6


@dataclass(frozen=True)
class Order:
    """The order of a list: a column of the record, "" for that of the tree; how many members the organisation has.

    Of few members all are found and then sorted; of many the first ones are read from the index of the column.
    """

    column: str = ""
    descending: bool = False
    among: int = 0


IN_TREE = Order()


def sought_number(typed: str) -> str:
    """Return what is looked for in its one spelling: a whole 身份证号, or its last 4 to 6 characters.

    The 15 digits of former times are looked for too. Raises ValidationError for anything else.
    """
    number = id_numbers.normalise(typed)
    if not number or is_end(number) or id_numbers.is_former(number):
        return number
    if problem := id_numbers.problem(number, today=timezone.localdate()):
        is_long = len(number) == id_numbers.LENGTH
        raise ValidationError(problem if is_long else f"{problem}，或只输入末 {END} 至 {LONGEST_END} 位")
    return number


def is_end(number: str) -> bool:
    """Say whether this can be the end of a 身份证号, long enough to be looked for."""
    return (
        END <= len(number) <= LONGEST_END and number.isascii() and f"{number[:-1]}0".isdigit() and number[-1] in _LAST
    )


_LAST = "0123456789X"


def members(
    role: ActingRole,
    *,
    under: int | None = None,
    near: bool = False,
    name: str = "",
    id_number: str = "",
    place: str = "",
    on: datetime.date | None = None,
    rare: bool = False,
    order: Order = IN_TREE,
) -> MemberQuerySet:
    """Return the members in reach of a role, in tree order or another.

    `under` narrows to an organisation with everything below it, `near` to itself and its direct children. `name` is
    the beginning of a name, `id_number` a whole 身份证号 or its end, `place` a part of the organisation's name. A
    number, a rare name or place is looked up first, by its index; anything else is met soon enough on a walk through
    the tree. `rare` says that the caller will leave few rows itself. With `on` everybody counts where they stood on
    that day. Raises ValidationError when the end of a number fits too many.
    """
    rows, few = Member.objects.all(), False
    at = "organization"
    if on is not None:
        rows, at = rows.standing_on(on), "stood__organization"
    if id_number:
        rows, few = _numbered(rows, id_number, role), True
    if place:
        places = Organization.objects.matching(place).order_by().values_list("code", flat=True)
        found = list(places[: FEW_PLACES + 1])
        few = few or len(found) <= FEW_PLACES
        rows = rows.filter(organization__code__in=found) if len(found) <= FEW_PLACES else rows.in_places_called(place)
    if name:
        rows = rows.named(name)
        few = few or Member.objects.named(name)[: FEW_PEOPLE + 1].count() <= FEW_PEOPLE
    return _within(rows, role, under=under, near=near, order=order, at=at, few=few, rare=rare)


def _within(
    rows: MemberQuerySet,
    role: ActingRole,
    *,
    under: int | None,
    near: bool,
    order: Order,
    at: str,
    few: bool,
    rare: bool,
) -> MemberQuerySet:
    """Narrow to the reach of a role and to an organisation, in an order the database finds without sorting many."""
    if at != "organization" and not order.column and order.among > FEW_PEOPLE:
        order = Order("name_pinyin", among=order.among)  # no index holds the places of a past day in tree order
    is_walk = bool(order.column) and not (few or rare) and order.among > FEW_PEOPLE
    hidden = few or is_walk  # the tree is no place to start from
    rows = rows.visible_to(role, few=hidden, at=at)
    if order.column:
        rows = rows.sorted_by(order.column, descending=order.descending, few=not is_walk)
    else:
        rows = rows.in_tree_order(few=hidden, at=at)
    if under is None or (under == role.organization_id and not near):
        return rows
    return rows.of_itself_and_children(under, at=at) if near else rows.of(under, few=hidden, at=at)


def _numbered(rows: MemberQuerySet, number: str, role: ActingRole) -> MemberQuerySet:
    if not is_end(number):
        return rows.bearing(number)
    rows = rows.with_number_ending(number[-END:])
    if len(number) == END:
        return rows
    seen = Member.objects.with_number_ending(number[-END:]).visible_to(role, few=True)
    return rows.filter(pk__in=with_end(seen, number, many="末四位相同的党员"))


def with_end(rows: QuerySet, end: str, *, many: str) -> list[int]:
    """Return the ids of the rows in reach whose 身份证号 ends so, each number opened to be compared.

    Raises ValidationError, `many` saying of what, when there are too many to open.
    """
    seen = list(rows[: OPENED + 1])
    if len(seen) > OPENED:
        raise ValidationError(f"{many}超过 {OPENED} 条，请输入完整的身份证号")
    return [row.pk for row in seen if _number(row).endswith(end)]


def _number(row: Any) -> str:
    try:
        return row.unsealed_id_number()
    except Undecipherable:
        return ""
