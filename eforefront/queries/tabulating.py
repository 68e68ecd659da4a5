"""A table of 随机统计: how many stand in each cell, in one statement."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from eforefront.queries import compiling
from eforefront.queries.checking import Checked
from eforefront.queries.definition import Query
from eforefront.queries.groupings import GROUPINGS, Grouping, Heading
from eforefront.queries.kinds import Kind
from eforefront.queries.subjects import SUBJECTS

TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `row` and `column` are places among the headings, None for a total."""

    number: int
    row: int | None
    column: int | None


@dataclass(frozen=True, slots=True)
class RowOfCells:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Tabulated:
    """Headings with figures: the empty ones among 未填 and 其他 are left out. Totals stand last."""

    rows: tuple[RowOfCells, ...]
    columns: tuple[str, ...]
    total: int

    def by_row(self) -> list[tuple[str, int]]:
        return [(row.label, row.cells[-1].number) for row in self.rows[:-1]]

    def by_column(self) -> list[tuple[str, int]]:
        return [(label, cell.number) for label, cell in zip(self.columns[:-1], self.rows[-1].cells, strict=False)]


def title(query: Query) -> str:
    """Return what the table of a query is called, "" for a query that is none."""
    names = [GROUPINGS[name].label for name in (query.rows, query.across) if name in GROUPINGS]
    return " × ".join(names) if len(names) == 2 else ""


def grouping(query: Query, name: str) -> Grouping:
    """Return the grouping of a name; raises ValidationError for one that does not fit what is asked for."""
    found = GROUPINGS.get(name)
    if found is None or found.subject != query.subject:
        raise ValidationError("请选择统计的行和列")
    return found


def table(query: Query, role: Any) -> Tabulated:
    """Count what a query finds by its two groupings; raises ValidationError where it cannot be asked."""
    rows, across = (grouping(query, name).of(role) for name in (query.rows, query.across))
    checked = Checked(_with_columns(query), role)
    found = compiling.rows(checked.query, role, checked).order_by()
    counted = _counted(found, checked, rows, across)
    shown_rows = _shown(rows, [sum(n for (row, _), n in counted.items() if row == place) for place in range(len(rows))])
    shown_columns = _shown(
        across, [sum(n for (_, column), n in counted.items() if column == place) for place in range(len(across))]
    )
    lines = [_line(rows[row].label, row, shown_columns, counted) for row in shown_rows]
    lines.append(_line(TOTAL, None, shown_columns, counted))
    labels = tuple(across[column].label for column in shown_columns)
    return Tabulated(tuple(lines), (*labels, TOTAL), sum(counted.values()))


def cell_query(query: Query, role: Any, row: int | None, column: int | None) -> Query:
    """Return what is asked for behind a cell; raises ValidationError for a place the table does not have."""
    parts: list[Any] = []
    for name, place in ((query.rows, row), (query.across, column)):
        if place is None:
            continue
        headings = grouping(query, name).of(role)
        if not 0 <= place < len(headings):
            raise ValidationError("没有这一格")
        parts += headings[place].conditions
    return replace(_with_columns(query).narrowed(*parts), rows="", across="")


def _with_columns(query: Query) -> Query:
    """Let the groupings stand among the columns: whether a query speaks of today is read from them."""
    names = query.columns or SUBJECTS[query.subject].columns
    more = (grouping(query, name).field for name in (query.rows, query.across))
    return replace(query, columns=tuple(dict.fromkeys((*names, *more))))


def _counted(
    found: QuerySet, checked: Checked, rows: list[Heading], across: list[Heading]
) -> dict[tuple[int, int], int]:
    subject: Any = checked.subject
    compiler = compiling.Compiler(subject, checked.role, checked.past)
    keys = {"row_key": _key(compiler, rows), "column_key": _key(compiler, across)}
    grouped = found.annotate(**keys).values("row_key", "column_key").annotate(number=Count("pk"))
    return {(row, column): number for row, column, number in grouped.values_list("row_key", "column_key", "number")}


def _key(compiler: compiling.Compiler, headings: list[Heading]) -> Case:
    """The place of the first heading whose conditions hold; the last one takes what is left."""
    fields = compiler.subject.fields
    if compiler.past is not None:
        asked = [part for heading in headings for part in heading.conditions if fields[part.field].kind is Kind.PLACE]
        compiler.past.know(int(value) for part in asked for value in part.values)
    whens = []
    for place, heading in enumerate(headings[:-1]):
        condition = Q()
        for part in heading.conditions:
            condition &= compiler.condition(fields[part.field], part.op, part.values, past=compiler.past)
        whens.append(When(condition, then=Value(place)))
    return Case(*whens, default=Value(len(headings) - 1), output_field=IntegerField())


def _shown(headings: list[Heading], sums: list[int]) -> list[int]:
    """The places of the headings to show: 未填 and 其他 only where somebody stands."""
    return [place for place, heading in enumerate(headings) if sums[place] or heading.label not in ("未填", "其他")]


def _line(label: str, row: int | None, columns: list[int], counted: dict[tuple[int, int], int]) -> RowOfCells:
    def number(column: int | None) -> int:
        return sum(n for (r, c), n in counted.items() if row in (None, r) and column in (None, c))

    return RowOfCells(label, tuple(Cell(number(column), row, column) for column in (*columns, None)))
