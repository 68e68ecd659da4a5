"""Sums of dues upwards, by month, quarter and year: from each branch's own sums, in one grouped statement."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db import connection
from django.urls import reverse

from eforefront.models import DuesTotal
from eforefront.money import Money
from eforefront.services.dues.totals import NAMES
from orgs.models import Organization
from partyplatform.ui.columns import Column

PERIODS = (
    ("", "全年"),
    *((f"q{number}", f"第 {number} 季度") for number in range(1, 5)),
    *((f"{month}", f"{month} 月") for month in range(1, 13)),
)
_ORG, _TOTAL = Organization._meta.db_table, DuesTotal._meta.db_table
_SUMS = ", ".join(f"SUM(t.{name})" for name in NAMES)
_STATEMENT = f"""
    SELECT c.id, {_SUMS}
      FROM {_ORG} c
      JOIN {_ORG} o ON o.tree_id = c.tree_id AND o.lft BETWEEN c.lft AND c.rght
      JOIN {_TOTAL} t ON t.organization_id = o.id
     WHERE c.id IN ({{ids}}) AND t.year = %s AND t.month IN ({{months}})
     GROUP BY c.id
"""


@dataclass(slots=True)
class Sums:
    """The dues of one organisation and everything below it in one period."""

    organization: Organization | None
    label: str
    figures: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    url: str = ""
    retained: str = ""

    @property
    def owed_fen(self) -> int:
        return self.figures["due_fen"] - self.figures["paid_fen"]

    @property
    def percent(self) -> int | str:
        """缴纳率 in whole per cent, rounded down; "" where nothing is due."""
        due = self.figures["due_fen"]
        return self.figures["paid_fen"] * 100 // due if due else ""


SUM_COLUMNS = (
    Column("党组织", "label", width=36, link="url"),
    Column("应缴人次", "figures.due_count", width=12, kind="number"),
    Column("已缴人次", "figures.paid_count", width=12, kind="number"),
    Column("其中补缴", "figures.late_count", width=12, kind="number", fold=True),
    Column("免缴人次", "figures.exempt_count", width=12, kind="number", fold=True),
    Money("应缴", "figures.due_fen", width=14),
    Money("实缴", "figures.paid_fen", width=14),
    Money("未缴", "owed_fen", width=14),
    Column("缴纳率", "percent", width=12, kind="percent"),
    Money("自愿多交", "figures.gift_fen", width=14, fold=True),
    Money("本期收款", "figures.received_fen", width=14),
)
MONTH_COLUMNS = (replace(SUM_COLUMNS[0], label="月份"), *SUM_COLUMNS[1:])  # of a branch's own lines


def months_of(period: str) -> tuple[int, ...]:
    """Return the months of a period of PERIODS; (0,) is the whole year."""
    if period.startswith("q"):
        first = int(period[1:]) * 3 - 2
        return (first, first + 1, first + 2)
    return (int(period),) if period else (0,)


def sums(ids: Collection[int], year: int, months: Collection[int]) -> dict[int, dict[str, int]]:
    """Return {organisation: sums of it and everything below} for those named, in one statement."""
    found = {pk: dict.fromkeys(NAMES, 0) for pk in ids}
    if not found:
        return found
    marks = [", ".join(["%s"] * len(values)) for values in (found, months)]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(ids=marks[0], months=marks[1]), [*found, year, *months])
        for pk, *numbers in cursor.fetchall():
            found[pk] = dict(zip(NAMES, map(int, numbers), strict=True))
    return found


def lines(children: Collection[Organization], year: int, period: str) -> list[Sums]:
    """Return a line for each organisation, which the caller has found in reach."""
    found = sums([child.pk for child in children], year, months_of(period))
    return [Sums(child, child.short_name, found[child.pk], address(child, year, period)) for child in children]


def total(organization: Organization, year: int, period: str) -> Sums:
    """Return the line of an organisation itself, which the caller has found in reach."""
    found = sums([organization.pk], year, months_of(period))
    return Sums(organization, "合计", found[organization.pk])


def month_lines(branch: Organization, year: int, period: str) -> list[Sums]:
    """Return a branch's own lines, month by month of a period."""
    months = months_of(period) if period else tuple(range(1, 13))
    rows = DuesTotal.objects.of(branch).of_months(year, months).order_by("month")
    return [Sums(None, f"{row.month} 月", {name: getattr(row, name) for name in NAMES}) for row in rows]


def address(organization: Organization, year: int, period: str) -> str:
    query = {"org": organization.pk, "year": year} | ({"period": period} if period else {})
    return reverse("eforefront:dues_sums", query=query)
