"""The subtree of an organisation as a condition on any row that leads to one. Source: security.md 33.

The numbers of the tree are read inside the statement (three uncorrelated sub-queries), so that a move which commits
between two statements can neither show strangers nor hide anybody. They are written as SQL: Django resolves a nested
queryset anew at every filter put on top of it, which was a third of the time of a page with many counts.
"""

from django.db.models import Q
from django.db.models.expressions import RawSQL

from partyplatform.audit import ActingRole

NOTHING = Q(pk__in=())


def at_root(role: ActingRole) -> bool:
    """Does the role's organisation stand at the top of a tree? Nothing is ever put above such a one."""
    organization = getattr(role, "organization", None)
    return organization is not None and organization.parent_id is None


def at_branch(role: ActingRole) -> bool:
    """Is the role's organisation a branch? Nothing is ever put below such a one."""
    organization = getattr(role, "organization", None)
    return organization is not None and organization.is_branch


def reached(role: ActingRole, place: str) -> Q:
    """The condition that the organisation at `place` ("" for the row itself) is that of the role or below it.

    At the top of a tree, which no move ever changes, the whole tree is asked for by its number: PostgreSQL then knows
    how much to expect, while it takes the ends of an unknown range for a narrow one. A branch is named directly.
    """
    if at_branch(role):
        return Q(**{place or "pk": role.organization_id})
    return (same_tree if at_root(role) else inside)(place, role.organization_id)


def number(column: str, root_id: int) -> RawSQL:
    """Return one of the numbers (tree_id, lft, rght) of an organisation."""
    return RawSQL(f"SELECT {column} FROM orgs_organization WHERE id = %s", [root_id])


def inside(place: str, root_id: int | None) -> Q:
    """The condition that the organisation at `place` ("" for the row itself) is this one or below it."""
    start = f"{place}__" if place else ""
    return between(root_id, f"{start}tree_id", f"{start}lft", f"{start}lft")


def between(root_id: int | None, tree: str, low: str, high: str) -> Q:
    """The same with the columns named; `low` and `high` may be sums that hide the number from the planner."""
    if root_id is None:
        return NOTHING
    return Q(
        **{
            tree: number("tree_id", root_id),
            f"{low}__gte": number("lft", root_id),
            f"{high}__lte": number("rght", root_id),
        }
    )


def same_tree(place: str, root_id: int | None) -> Q:
    """The condition that the organisation at `place` stands in the tree of this one."""
    if root_id is None:
        return NOTHING
    return Q(**{f"{place}__tree_id" if place else "tree_id": number("tree_id", root_id)})
