"""Sums of dues upwards, by month, quarter and year: what an organisation keeps itself, and its standing subtotal."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db import connection
from django.urls import reverse

from eforefront.dues_passing import Passed, Percentages
from eforefront.models import DuesSubtotal, DuesTotal
from eforefront.money import Money
from eforefront.services.dues.totals import NAMES
from orgs.models import Organization
from partyplatform.ui.columns import Column

PERIODS = (
    ("", "全年"),
    *((f"q{number}", f"第 {number} 季度") for number in range(1, 5)),
    *((f"{month}", f"{month} 月") for month in range(1, 13)),
)
_SUMS = ", ".join(f"SUM({name}) AS {name}" for name in NAMES)
_ROWS = "SELECT organization_id, {names} FROM {table} WHERE organization_id IN ({ids})"
_ROWS += " AND year = %s AND month IN ({months})"


@dataclass(slots=True)
class Sums:
    """The dues of one organisation and everything below it in one period."""

    organization: Organization | None
    label: str
    figures: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    url: str = ""
    passed: Passed | None = None

    @property
    def kept_fen(self) -> int | str:
        return self.passed.kept_fen if self.passed else ""

    @property
    def passed_fen(self) -> int | str:
        return self.passed.passed_fen if self.passed else ""

    @property
    def owed_count(self) -> int:
        return self.figures["due_count"] - self.figures["paid_count"]

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
PASSING = (  # where shares are laid down
    Money("留存", "kept_fen", width=14, fold=True),
    Money("应上缴", "passed_fen", width=14),
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
    ids, marks = (", ".join(["%s"] * len(values)) for values in (found, months))
    names = ", ".join(NAMES)
    tables = (DuesTotal._meta.db_table, DuesSubtotal._meta.db_table)
    rows = " UNION ALL ".join(_ROWS.format(names=names, table=table, ids=ids, months=marks) for table in tables)
    values = [*found, year, *months]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT organization_id, {_SUMS} FROM ({rows}) AS own GROUP BY 1", values + values)
        for pk, *numbers in cursor.fetchall():
            found[pk] = dict(zip(NAMES, map(int, numbers), strict=True))
    return found


def lines(
    children: Collection[Organization],
    year: int,
    period: str,
    shares: Percentages,
    *,
    whole: Organization | None = None,
) -> list[Sums]:
    """Return a line for each organisation, which the caller has found in reach, and one for the `whole` of them."""
    rows = [*children, *([whole] if whole else [])]
    parts = _parts([row.pk for row in rows], year, period, shares)
    made = []
    for row in rows:
        own = {span: found[row.pk] for span, found in parts.items()}
        figures = {name: sum(sums[name] for sums in own.values()) for name in NAMES} if len(own) > 1 else own[min(own)]
        passed = shares.passed(row, year, own) if shares else None
        made.append(Sums(row, row.short_name, figures, address(row, year, period), passed))
    if whole:
        made[-1].label, made[-1].url = "合计", ""
    return made


def month_lines(organization: Organization, year: int, period: str, shares: Percentages) -> list[Sums]:
    """Return an organisation's lines month by month of a period, all below it included; empty months are left out."""
    months = months_of(period) if period else tuple(range(1, 13))
    found = by_month(organization.pk, year, months)
    made = []
    for month, figures in sorted(found.items()):
        passed = shares.passed(organization, year, {(month,): figures}) if shares else None
        made.append(Sums(None, f"{month} 月", figures, passed=passed))
    return made


def by_month(organization_id: int, year: int, months: Collection[int]) -> dict[int, dict[str, int]]:
    """Return {month: sums of an organisation and all below it} of the months that have any, in one statement."""
    found: dict[int, dict[str, int]] = {}
    own, below = (
        model.objects.filter(organization=organization_id, year=year, month__in=list(months)).values_list(
            "month", *NAMES
        )
        for model in (DuesTotal, DuesSubtotal)
    )
    for month, *numbers in own.union(below, all=True):
        sums = found.setdefault(month, dict.fromkeys(NAMES, 0))
        for name, number in zip(NAMES, numbers, strict=True):
            sums[name] += number
    return found


def _parts(
    ids: Collection[int], year: int, period: str, shares: Percentages
) -> dict[tuple[int, ...], dict[int, dict[str, int]]]:
    """Return the sums of a period in as many parts as percentages changed: one statement each, mostly one."""
    months = months_of(period)
    return {span: sums(ids, year, span) for span in (shares.spans(year, months) if shares else [months])}


def address(organization: Organization, year: int, period: str) -> str:
    query = {"org": organization.pk, "year": year} | ({"period": period} if period else {})
    return reverse("eforefront:dues_sums", query=query)
