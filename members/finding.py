"""Finding members among millions: the statement starts from whatever leaves the fewest rows."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import id_numbers
from members.models import Member
from members.querysets import MemberQuerySet
from orgs.models import Organization
from partyplatform.audit import ActingRole

FEW_PEOPLE = 8_000  # bearers of a name that are looked at one by one
FEW_PLACES = 2_000


def whole_number(typed: str) -> str:
    """Return a 身份证号 that is looked for in its one spelling; raises ValidationError for what is none."""
    number = id_numbers.normalise(typed)
    if number and (problem := id_numbers.problem(number, today=timezone.localdate())):
        raise ValidationError(problem)
    return number


def members(
    role: ActingRole,
    *,
    under: int | None = None,
    near: bool = False,
    name: str = "",
    id_number: str = "",
    place: str = "",
) -> MemberQuerySet:
    """Return the members in reach of a role, in tree order.

    `under` narrows to an organisation with everything below it, `near` to itself and its direct children. `name` is
    the beginning of a name, `id_number` a whole 身份证号, `place` a part of the organisation's name. A number, a rare
    name or place is looked up first, by its index; anything else is met soon enough on a walk through the tree.
    """
    rows, few = Member.objects.all(), False
    if name:
        rows = rows.named(name)
        few = rows[: FEW_PEOPLE + 1].count() <= FEW_PEOPLE
    if id_number:
        rows, few = rows.with_id_number(id_number), True
    if place:
        places = Organization.objects.matching(place).order_by().values_list("code", flat=True)
        found = list(places[: FEW_PLACES + 1])
        few = few or len(found) <= FEW_PLACES
        rows = rows.filter(organization__code__in=found) if len(found) <= FEW_PLACES else rows.in_places_called(place)
    rows = rows.visible_to(role, few=few).in_tree_order(few=few)
    if under is None or (under == role.organization_id and not near):
        return rows
    return rows.of_itself_and_children(under) if near else rows.of(under, few=few)
