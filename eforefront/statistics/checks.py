"""What must agree before a report is sealed, and who stands behind a difference. Source: statistics.md 5."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eforefront.statistics.definitions import Check, Edition, Line, Side, Table
from eforefront.statistics.engine import count_where
from eforefront.statistics.frame import Frame
from eforefront.statistics.people import Behind, behind_cell
from eforefront.statistics.sources import SOURCES

Figures = Mapping[str, Sequence[Sequence[int | None]]]
NAMED = 200  # people named behind a difference
WITHIN, BETWEEN, BELOW = "表内", "表间", "下级"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to. `check` and `row` say where the people behind it are found."""

    kind: str
    name: str
    left: int
    right: int
    check: int
    row: str = ""
    row_name: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}（{self.row_name}）" if self.row_name else self.name

    @property
    def difference(self) -> int:
        return self.left - self.right

    @property
    def agrees(self) -> bool:
        return self.left == self.right

    @property
    def shown(self) -> tuple[str, str, str]:
        """The two sides and what is between them, as tables print figures."""
        return f"{self.left:,}", f"{self.right:,}", f"{self.difference:,}"

    def packed(self) -> list[Any]:
        return [self.kind, self.name, self.left, self.right, self.check, self.row, self.row_name]


def run(edition: Edition, figures: Figures, frame: Frame) -> list[Finding]:
    """Return what every check of the edition comes to; a check over rows names each row that does not agree."""
    return [
        finding
        for place, check in enumerate(edition.checks)
        for finding in _findings(edition, check, place, figures, frame)
    ]


def _findings(edition: Edition, check: Check, place: int, figures: Figures, frame: Frame) -> Iterator[Finding]:
    if check.left is not None and check.right is not None:
        left, right = (_side(edition, side, figures, frame) for side in (check.left, check.right))
        yield Finding(BETWEEN, check.name, left, right, place)
        return
    table = edition.table(check.table)
    assert table is not None
    rows = figures[table.number]
    places = {column.key: number for number, column in enumerate(table.columns)}
    found = []
    for number, row in enumerate(table.rows):
        whole, parts = (
            (rows[number][places[check.total]] or 0),
            sum(rows[number][places[key]] or 0 for key in check.parts),
        )
        if number == 0 or whole != parts:
            found.append(Finding(WITHIN, check.name, whole, parts, place, row.key, row.name))
    yield from found


def _side(edition: Edition, side: Side, figures: Figures, frame: Frame) -> int:
    if side.number is not None:
        return side.number
    if side.source:
        return count_where(side.source, side.when, frame)
    return figure(edition, figures, side.table, side.row, side.column)


def figure(edition: Edition, figures: Figures, number: str, row: str, column: str) -> int:
    """Return one figure of a report by its names, 0 for one that is not held."""
    table = edition.table(number)
    assert table is not None
    rows, columns = [line.key for line in table.rows], [line.key for line in table.columns]
    return figures[number][rows.index(row)][columns.index(column)] or 0


def behind(edition: Edition, check: Check, row: str = "") -> list[tuple[str, list[tuple[int, Behind]]]]:
    """Return whom a difference may be about, each with what is said of them; a Behind counts once or minus once.

    Of a row whose parts do not add up those in no part; of two sides those of each that the other has not.
    """
    if check.table:
        table = edition.table(check.table)
        assert table is not None
        line, total = table.row(row) or table.rows[0], table.column(check.total)
        assert total is not None
        parts = tuple(column for column in table.columns if column.key in check.parts)
        found = behind_cell(table, line, total)
        return [("在总数中、不在任何分项中", [(1, Behind(found.source, found.lines, parts))])] if found else []
    sides = [_behind_side(edition, side) for side in (check.left, check.right) if side is not None]
    return [("只在左边的", sides[0]), ("只在右边的", sides[1])]


def _behind_side(edition: Edition, side: Side) -> list[tuple[int, Behind]]:
    if side.number is not None:
        return []
    if side.source:
        return [(1, Behind(SOURCES[side.source], (Line("all", "", when=side.when),)))]
    table = edition.table(side.table)
    assert table is not None
    row, column = table.row(side.row), table.column(side.column)
    assert row is not None
    assert column is not None
    return list(_parts(table, row, column, 1))


def _parts(table: Table, row: Line, column: Line, sign: int) -> Iterator[tuple[int, Behind]]:
    """Yield what a figure is worked out from, down to what is counted."""
    if found := behind_cell(table, row, column):
        yield sign, found
    for keys, way in ((row.plus, sign), (row.minus, -sign)):
        for key in keys:
            part = table.row(key)
            assert part is not None
            yield from _parts(table, part, column, way)


def children(edition: Edition, own: Figures, below: Sequence[Figures]) -> list[Finding]:
    """Compare a report with the sum of the reports of everybody below: all rows but those in which moves cancel out,
    and those that count organisations, since the one above is in nobody's report below. As in checks over rows, the
    first row of each table is named even where it agrees."""
    found = []
    for table in edition.tables:
        first = True
        for number, row in enumerate(table.rows):
            if not _adds_up(table, row):
                continue
            left = own[table.number][number][0] or 0
            right = sum(figures[table.number][number][0] or 0 for figures in below if table.number in figures)
            if first or left != right:
                name = f"表{int(table.number)}：本级＝下级之和"
                found.append(Finding(BELOW, name, left, right, -1, row.key, row.name))
            first = False
    return found


def _adds_up(table: Table, row: Line) -> bool:
    if row.absent or row.moves or (row.source or table.source) == "organizations":
        return False
    return not any(_moves(table, key) for key in (*row.plus, *row.minus))


def _moves(table: Table, key: str) -> bool:
    line = table.row(key)
    return line is not None and (line.moves or any(_moves(table, part) for part in (*line.plus, *line.minus)))
