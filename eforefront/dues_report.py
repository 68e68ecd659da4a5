"""年度党费报告 of a committee, general branch or branch: what it tells its meeting. Source: 党费规定 26."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from eforefront import dues_sums
from eforefront.dues_passing import Percentages
from eforefront.dues_sums import Sums
from eforefront.models import DuesPublication, DuesRelief, DuesShare
from eforefront.querysets import dues as reads
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Report:
    """One organisation and year: the sum, its months, the organisations below, and how the year was kept."""

    organization: Organization
    year: int
    total: Sums
    months: Sequence[Sums]
    below: Sequence[Sums]
    has_shares: bool
    branches: int  # that collect dues and have members
    published: int
    reliefs: int  # approved ones that cover a month of the year

    @property
    def unpublished(self) -> int:
        return max(self.branches - self.published, 0)


def report(role: Any, organization: Organization, year: int) -> Report:
    """Return the report of an organisation, which the caller has found in reach: in five statements."""
    shares = Percentages(list(DuesShare.objects.over(organization.pk)))
    children = [] if organization.is_branch else list(_children(role, organization))
    *below, total = dues_sums.lines(children, year, "", shares, whole=organization)
    counted = _counted(role, organization, year)
    return Report(
        organization=organization,
        year=year,
        total=total,
        months=dues_sums.month_lines(organization, year, "", shares),
        below=[line for line in below if any(line.figures.values())],
        has_shares=bool(shares),
        **counted,
    )


def _children(role: Any, organization: Organization) -> QuerySet:
    return Organization.objects.visible_to(role).living().filter(parent=organization).in_tree_order()


def _counted(role: Any, organization: Organization, year: int) -> dict[str, int]:
    """Return how many branches collect and have published, and how many reliefs there were, in one statement."""
    below = Organization.objects.within(organization.pk).order_by().values("pk")
    collecting = reads.collecting(role).filter(pk__in=below, full_members__gt=0)
    published = DuesPublication.objects.visible_to(role).filter(organization__in=below, year=year)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 1)
    reliefs = (
        DuesRelief.objects.visible_to(role)
        .approved()
        .filter(organization__in=below, from_month__lte=last, until_month__gte=first)
    )
    wanted = {"branches": collecting, "published": published, "reliefs": reliefs}
    rows = Organization.objects.filter(pk=organization.pk).annotate(
        **{f"n_{name}": _number(rows) for name, rows in wanted.items()}
    )
    found = rows.values_list(*(f"n_{name}" for name in wanted)).get()
    return dict(zip(wanted, found, strict=True))


def _number(rows: QuerySet) -> Any:
    """The number of rows of a query, as a column."""
    one = rows.order_by().annotate(whole=Value(1)).values("whole").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)
