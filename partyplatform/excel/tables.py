"""A table inside a sheet, found by the names of its columns."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .cells import Cell, Line, Sheet
from .child.limits import HEAD_ROWS, SAMPLE_MARK
from .limits import BookRefused

_NOISE = re.compile(r"[\s*＊:：]+")
_REMARK = re.compile(r"[（(][^（）()]*(?:必填|选填|可选|格式)[^（）()]*[）)]$")


@dataclass(frozen=True)
class Row:
    """A row of the table: its number in the sheet, and for every name asked for a cell (an empty one if absent)."""

    number: int
    values: Mapping[str, Cell]

    def __getitem__(self, name: str) -> Cell:
        return self.values[name]


@dataclass(frozen=True)
class Table:
    """The table: number of its head row, {name: column}, the rows with content, the headings nobody asked for."""

    sheet: Sheet
    head_row: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def table(sheet: Sheet, headings: Mapping[str, Iterable[str]], *, optional: Collection[str] = ()) -> Table:
    """Find the head row among the first 10 rows and read the rows below it.

    `headings` gives for each name the labels it may carry; spaces, line breaks, * and （必填） around a label do not
    matter, titles above it and a second level of headings neither. Blank rows and the template's sample row are
    left out. Raises BookRefused for missing headings (all but `optional`), a heading that occurs twice, no rows.
    """
    wanted = {normal(label): name for name, labels in headings.items() for label in labels}
    head = [line for line in sheet.lines if line.number <= HEAD_ROWS]
    place = _head_place(head, wanted)
    found = _columns(sheet, head[: place + 1], wanted) if head else {}
    if missing := [name for name in headings if name not in found and name not in optional]:
        labels = "、".join(f"“{next(iter(headings[name]), name)}”" for name in missing)
        raise BookRefused(f"工作表“{sheet.name}”的前 {HEAD_ROWS} 行中没有找到列{labels}，请使用模板中的列名")
    number = head[place].number
    below = [line for line in sheet.lines if line.number > number]
    rows = tuple(row for line in below if (row := _row(line, found, headings)))
    if not rows:
        raise BookRefused(f"工作表“{sheet.name}”第 {number} 行的列名下面没有数据")
    ignored = [cell.text for cell in head[place].cells if cell.text and cell.column not in found.values()]
    return Table(sheet, number, found, rows, tuple(ignored))


def normal(label: str) -> str:
    """Return a label without what people add to it: spaces, line breaks, *, a colon, （必填）."""
    return _NOISE.sub("", _REMARK.sub("", _NOISE.sub("", label)))


def _head_place(head: list[Line], wanted: Mapping[str, str]) -> int:
    """Return the place of the lowest head line: the one with most wanted labels, and second levels below it."""
    known = [[wanted[key] for cell in line.cells if (key := normal(cell.clean)) in wanted] for line in head]
    best = max(range(len(known)), key=lambda place: (len(set(known[place])), -place), default=0)
    while best + 1 < len(known) and known[best + 1] and len(known[best + 1]) * 2 >= len(head[best + 1].texts):
        best += 1
    return best


def _columns(sheet: Sheet, head: list[Line], wanted: Mapping[str, str]) -> dict[str, int]:
    """Return {name: column}: labels of the last line of `head` count first, then those of the lines above it."""
    found: dict[str, int] = {}
    for line in reversed(head):
        level: dict[str, int] = {}
        for cell in line.cells:
            name = wanted.get(normal(cell.clean), "")
            if not name or name in found or cell.column in found.values():
                continue
            if name in level and not _is_one_area(sheet, line.number, level[name], cell.column):
                first = Cell("", "", line.number, level[name])
                raise BookRefused(f"列“{cell.text}”出现了两次（{first.name} 和 {cell.name}），请只保留一列")
            level.setdefault(name, cell.column)
        found |= level
    return found


def _is_one_area(sheet: Sheet, row: int, left: int, right: int) -> bool:
    return any(a.top <= row <= a.bottom and a.left <= left and right <= a.right for a in sheet.merges)


def _row(line: Line, columns: Mapping[str, int], headings: Mapping[str, Iterable[str]]) -> Row | None:
    cells = line.cells
    if next((cell.text for cell in cells if cell.text), "").endswith(SAMPLE_MARK):
        return None
    values: dict[str, Cell] = {}
    for name in headings:
        column = columns.get(name, 0)
        values[name] = cells[column - 1] if 0 < column <= len(cells) else Cell("", "empty", line.number, column)
    return Row(line.number, values) if any(cell.text for cell in values.values()) else None
