"""Figures of whole subtrees, summed from the organisations' own counters in one statement."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from orgs import codes
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one organisation and everything below it; dissolved organisations count no longer.

    `filled` and `required` are items of members' records.
    """

    full: int = 0
    probationary: int = 0
    filled: int = 0
    required: int = 0
    committees: int = 0
    general_branches: int = 0
    branches: int = 0
    functional: int = 0

    @property
    def members(self) -> int:
        return self.full + self.probationary

    @property
    def uppers(self) -> int:
        return self.committees + self.general_branches

    @property
    def percent(self) -> int | None:
        """党员信息完整度 in whole per cent, rounded down; None where nobody is enrolled. Source: workflows.md 10."""
        return self.filled * 100 // self.required if self.required else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in Figures.__slots__))


def _living(kinds: frozenset) -> str:
    quoted = ",".join(f"'{kind}'" for kind in sorted(kinds))
    return f"COUNT(*) FILTER (WHERE s.dissolved_on IS NULL AND s.org_type IN ({quoted}))"


# The range join reads nothing but the index org_tree_figures; the ORM has no join on a range.
_SUMS = f"""
    SUM(s.full_members), SUM(s.probationary_members), SUM(s.filled_items), SUM(s.required_items),
    {_living(codes.COMMITTEES)}, {_living(codes.GENERAL_BRANCHES)}, {_living(codes.BRANCHES)},
    COUNT(*) FILTER (WHERE s.dissolved_on IS NULL AND s.is_functional)
"""


def figures(ids: Collection[int]) -> dict[int, Figures]:
    """Return the figures of each organisation named, in one statement; unknown ids get zeros."""
    found = dict.fromkeys(ids, Figures())
    if not found:
        return found
    table = Organization._meta.db_table
    marks = ",".join(["%s"] * len(found))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.id, {_SUMS} FROM {table} n JOIN {table} s"
            f" ON s.tree_id = n.tree_id AND s.lft BETWEEN n.lft AND n.rght WHERE n.id IN ({marks}) GROUP BY n.id",
            list(found),
        )
        for pk, *sums in cursor.fetchall():
            found[pk] = Figures(*(int(value) for value in sums))
    return found


def own_figures(organization: Organization) -> Figures:
    """Return the organisation's own part: what it adds to every subtree it belongs to."""
    living = organization.is_living
    return Figures(
        full=organization.full_members,
        probationary=organization.probationary_members,
        filled=organization.filled_items,
        required=organization.required_items,
        committees=int(living and organization.org_type in codes.COMMITTEES),
        general_branches=int(living and organization.org_type in codes.GENERAL_BRANCHES),
        branches=int(living and organization.org_type in codes.BRANCHES),
        functional=int(living and organization.is_functional),
    )
