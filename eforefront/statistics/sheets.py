"""A table as it is shown: heads in one or two levels, rows with figures. Page, workbook and PDF are made from it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eforefront.statistics.definitions import Line, Table

NOTHING = "—"  # what the platform does not hold
Figures = Sequence[Sequence[int | None]]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading over `width` columns, `height` lines high."""

    name: str
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; `column` names it in addresses, "" where nobody stands behind it."""

    number: int | None
    column: str = ""

    @property
    def text(self) -> str:
        return NOTHING if self.number is None else f"{self.number:,}" if self.number else "0"


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of one report."""

    table: Table
    upper: tuple[Head, ...]
    lower: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return f"表{int(self.table.number)}　{self.table.title}"

    @property
    def width(self) -> int:
        """Columns of figures."""
        return len(self.table.columns)


class WrongShape(ValueError):
    """Figures that were laid down by another definition of their table."""


def sheet(table: Table, figures: Figures) -> Sheet:
    """Return a table with its figures. Raises WrongShape for figures of a table of another shape."""
    if len(figures) != len(table.rows) or any(len(line) != len(table.columns) for line in figures):
        raise WrongShape(f"表{int(table.number)} 的数据与现在的报表定义不符，请运维人员恢复统计时的报表定义")
    rows = []
    for number, (line, numbers) in enumerate(zip(table.rows, figures, strict=True), 1):
        cells = tuple(
            Cell(figure, column.key if figure and (table.source_of(line, column) or line.is_formula) else "")
            for figure, column in zip(numbers, table.columns, strict=True)
        )
        rows.append(Row(line, number, cells))
    return Sheet(table, *_heads(table), tuple(rows))


def _heads(table: Table) -> tuple[tuple[Head, ...], tuple[Head, ...]]:
    if not table.has_groups:
        return tuple(Head(column.name) for column in table.columns), ()
    upper, lower = [], []
    for group, columns in groupby(table.columns, key=lambda column: column.group):
        inner = list(columns)
        if group:
            upper.append(Head(group, width=len(inner)))
            lower += [Head(column.name) for column in inner]
        else:
            upper += [Head(column.name, height=2) for column in inner]
    return tuple(upper), tuple(lower)


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above and below every sheet of a report."""

    title: str
    organization: str
    on: datetime.date
    state: str
    edition: str
    made: str
