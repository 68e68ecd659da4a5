"""Figures of whole subtrees, from standing totals: the city's own page costs no more than a branch's."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.db import connection
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from orgs import codes
from orgs.models import CounterChange, Organization, SubtreeTotal


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
    def organizations(self) -> int:
        return self.uppers + self.branches

    @property
    def percent(self) -> int | None:
        """党员信息完整度 in whole per cent, rounded down; None where nobody is enrolled. Source: workflows.md 10."""
        return self.filled * 100 // self.required if self.required else None

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in FIELDS))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) - getattr(other, name) for name in FIELDS))


FIELDS = Figures.__slots__
COUNTERS = FIELDS[:4]  # change with the members; the others change with the tree

_ORG, _TOTAL, _CHANGE = (model._meta.db_table for model in (Organization, SubtreeTotal, CounterChange))

# One statement, hence one state of the database: no change is counted twice, or missed, while another session
# moves it from the journal into the totals.
_BRANCHES = ", ".join(f"'{kind}'" for kind in sorted(codes.BRANCHES))
_STATEMENT = f"""
    SELECT n.id, n.tree_id, n.lft, n.rght, {", ".join(f"t.{name}" for name in FIELDS)}
      FROM {_ORG} n JOIN {_TOTAL} t ON t.organization_id = n.id WHERE n.id IN ({{ids}})
    UNION ALL
    SELECT n.id, 0, 0, 0, n.full_members, n.probationary_members, n.filled_items, n.required_items, 0, 0,
           CASE WHEN n.dissolved_on IS NULL THEN 1 ELSE 0 END,
           CASE WHEN n.dissolved_on IS NULL AND n.is_functional THEN 1 ELSE 0 END
      FROM {_ORG} n WHERE n.id IN ({{ids}}) AND n.org_type IN ({_BRANCHES})
    UNION ALL
    SELECT 0, b.tree_id, b.lft, 0, {", ".join(f"SUM(c.{name})" for name in COUNTERS)}, 0, 0, 0, 0
      FROM {_CHANGE} c JOIN {_ORG} b ON b.id = c.organization_id GROUP BY b.id, b.tree_id, b.lft
"""


def figures(ids: Collection[int]) -> dict[int, Figures]:
    """Return the figures of each organisation named, in one statement; unknown ids get zeros."""
    found = dict.fromkeys(ids, Figures())
    if not found:
        return found
    places, journal = [], []
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(found))
        cursor.execute(_STATEMENT.format(ids=marks), [*found, *found])
        for pk, tree_id, low, high, *numbers in cursor.fetchall():
            numbers = Figures(*map(int, numbers))
            if pk:
                found[pk] = numbers
                places.append((pk, tree_id, low, high))
            else:
                journal.append((tree_id, low, numbers))
    for pk, tree_id, low, high in places:
        for change_tree, place, numbers in journal:
            if change_tree == tree_id and low <= place <= high:
                found[pk] += numbers
    return found


NOBODY = 101  # `percent_below` of an organisation without members: behind all others


def with_percent(organizations: QuerySet) -> QuerySet:
    """Let organisations be sorted and filtered by `percent_below`, the 党员信息完整度 of their subtrees.

    Whole per cent as `Figures.percent` gives it, `NOBODY` without members. Costs nothing where it is not asked for.
    """
    rows = organizations.alias(filled_below=_below("filled"), required_below=_below("required"))
    percent = Case(
        When(required_below=0, then=Value(NOBODY)),
        default=F("filled_below") * 100 / F("required_below"),
        output_field=IntegerField(),
    )
    return rows.alias(percent_below=percent)


def _below(name: str) -> Case:
    """A branch's own counter; of the others the standing total with the lines of the journal below."""
    total = SubtreeTotal.objects.filter(organization=OuterRef("pk")).values(name)
    below = CounterChange.objects.filter(
        organization__tree_id=OuterRef("tree_id"),
        organization__lft__gte=OuterRef("lft"),
        organization__lft__lte=OuterRef("rght"),
    )
    journal = below.order_by().annotate(all=Value(1)).values("all").annotate(sum=Sum(name)).values("sum")
    return Case(
        When(org_type__in=codes.BRANCHES, then=F(f"{name}_items")),
        default=Coalesce(Subquery(total), 0) + Coalesce(Subquery(journal), 0),
        output_field=IntegerField(),
    )


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
