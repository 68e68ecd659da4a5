"""已报到人数 of whole subtrees, added up from the counts of their branches."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery, Sum

from eforefront.models import RegistrationCount
from orgs.models import Organization


def registered(ids: Collection[int]) -> dict[int, int]:
    """Return how many members of each organisation and of everything below it are registered, in one statement."""
    below = RegistrationCount.objects.filter(
        organization__tree_id=OuterRef("tree_id"),
        organization__lft__gte=OuterRef("lft"),
        organization__lft__lte=OuterRef("rght"),
    )
    total = below.order_by().values("organization__tree_id").annotate(sum=Sum("registered")).values("sum")
    rows = Organization.objects.filter(pk__in=ids).order_by().values_list("pk", Subquery(total))
    return {pk: number or 0 for pk, number in rows}
