"""The grid of a branch: its members, and the state of each month of a year. Source: screens.md 3.7."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse

from eforefront.models import DuesMonth, DuesStandard
from eforefront.models.dues_ledger import MonthState
from eforefront.money import Money
from eforefront.querysets.dues import in_force
from members.models import Member
from partyplatform.ui.columns import Column
from partyplatform.ui.status import Status

_NO_DUES = (MonthState.EXEMPT, MonthState.PAUSED)
GRID_COLUMNS = (
    Column("姓名", "name", width=14, link="url", tags="marks"),
    Column("缴纳类别", "category", width=18, screen=False),
    Money("月应缴", "monthly_fen", width=12),
    *(Column(f"{month}月", f"cells.{month}", width=10, kind="tag") for month in range(1, 13)),
    Money("应缴合计", "due_fen", width=12),
    Money("实缴合计", "paid_fen", width=12),
)
SHOWN_ON_PHONES = 3  # months: the present one and those before it


def columns_of(year: int, today: datetime.date) -> tuple[Column, ...]:
    """Return the columns of a year; a phone shows the last months only."""
    last = today.month if year == today.year else 12
    shown = {f"cells.{month}" for month in range(last - SHOWN_ON_PHONES + 1, last + 1)}
    return tuple(
        replace(column, fold=column.name.startswith("cells.") and column.name not in shown) for column in GRID_COLUMNS
    )


@dataclass(slots=True)
class GridRow:
    """One member's year at one branch."""

    member: Member
    is_elsewhere: bool
    standard: DuesStandard | None = None
    cells: dict[str, Status | str] = field(default_factory=lambda: {str(month): "" for month in range(1, 13)})
    due_fen: int = 0
    paid_fen: int = 0

    @property
    def pk(self) -> int:
        return self.member.pk

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def url(self) -> str:
        return reverse("eforefront:dues_of_member", args=[self.member.pk]) if not self.is_elsewhere else ""

    @property
    def category(self) -> str:
        return self.standard.category_label if self.standard else "未核定"

    @property
    def monthly_fen(self) -> int | str:
        return self.standard.monthly_fen if self.standard else ""

    @property
    def marks(self) -> list[Status]:
        tags = list(self.member.standing_marks)
        tags += [Status("组织关系已转出", "")] if self.is_elsewhere else []
        return [*tags, Status("未核定标准", "amber")] if self.standard is None else tags

    def take(self, row: DuesMonth) -> None:
        self.cells[str(row.month.month)] = row.status
        if row.state not in _NO_DUES:
            self.due_fen += row.due_fen
            self.paid_fen += row.paid_fen


def grid(members: Sequence[Member], branch_id: int, year: int, today: datetime.date) -> list[GridRow]:
    """Return the lines of these members, whom the caller has found in reach, in two statements."""
    ids = [member.pk for member in members]
    standards = in_force(ids, min(today, datetime.date(year, 12, 1)).replace(day=1))
    months: dict[int, list[DuesMonth]] = defaultdict(list)
    for row in DuesMonth.objects.in_year(year).filter(organization=branch_id, member__in=ids):
        months[row.member_id].append(row)
    lines = []
    for member in members:
        away = member.organization_id != branch_id or not member.is_enrolled
        line = GridRow(member, away, standards.get(member.pk))
        for row in months[member.pk]:
            line.take(row)
        lines.append(line)
    return lines


def all_lines(members: Iterable[Member], branch_id: int, year: int, today: datetime.date) -> Iterator[GridRow]:
    """Yield the lines of a whole branch, for the workbook."""
    yield from grid(list(members), branch_id, year, today)
