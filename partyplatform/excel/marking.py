"""The uploaded sheet back, with what is wrong with it: faulty cells in colour, a last column 错误说明."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from . import parts, texts
from .cells import Cell, Sheet
from .child.limits import HEAD_ROWS
from .child.references import letters
from .encoding import CODE, FAULT, FAULTY, HEAD, date_cell, number_cell, text_cell
from .package import Package

FAULT_LABEL = "错误说明"
_NARROW, _WIDE, _FAULT_WIDTH = 8, 40, 60  # column widths in characters
_LONGEST_MESSAGE = 2_000  # what a cell may hold when the sheet comes back


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; `column` 0 means the row as a whole."""

    row: int
    column: int
    message: str


def error_book(stream: BinaryIO, sheet: Sheet, faults: Iterable[Fault], *, head_row: int) -> None:
    """Write the sheet with every value at its place, so that row and column of each message stay true.

    Corrected and uploaded again it reads the same: text stays text; a column 错误说明 of an earlier round is replaced.
    """
    by_row: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_row[fault.row].append(fault)
    again = any(cell.text == FAULT_LABEL for cell in sheet.cells(head_row)[-1:])
    last = sheet.width if again else sheet.width + 1
    numbers = sorted({line.number for line in sheet.lines} | by_row.keys() | {head_row})
    hidden = _hidden(sheet)
    package = Package()
    with package.sheet(texts.sheet_name(sheet.name)) as write:
        write(parts.sheet_head([*_widths(sheet)[: last - 1], _FAULT_WIDTH], frozen=head_row))
        for number in numbers:
            cells = [cell for cell in sheet.cells(number)[: last - 1] if (number, cell.column) not in hidden]
            write(_row(number, _cells(cells, by_row.get(number, []), number - head_row, last)))
        merges = [area.reference for area in sheet.merges]
        write(parts.sheet_tail(texts_in=f"A1:{letters(last)}{numbers[-1]}", merges=merges))
    stream.write(package.finish())


def _row(number: int, cells: Iterable[tuple[int, str]]) -> str:
    inner = "".join(f'<c r="{letters(column)}{number}"{xml}' for column, xml in cells if xml)
    return f'<row r="{number}">{inner}</row>'


def _cells(cells: list[Cell], faults: list[Fault], below_head: int, last: int) -> Iterable[tuple[int, str]]:
    """Yield (column, XML) of a row; `below_head` is its distance from the head row."""
    faulty = {fault.column for fault in faults}
    for cell in cells:
        if cell.column in faulty:
            yield cell.column, text_cell(cell.text, FAULTY) or f' s="{FAULTY}"/>'
        else:
            yield cell.column, text_cell(cell.text, HEAD) if below_head <= 0 else _copy(cell)
    if below_head == 0:
        yield last, text_cell(FAULT_LABEL, HEAD)
    elif faults:
        message = "；".join(dict.fromkeys(fault.message for fault in faults))
        yield last, text_cell(message[:_LONGEST_MESSAGE], FAULT)


def _copy(cell: Cell) -> str:
    """Return dates and whole numbers as what they were, everything else as text."""
    if cell.kind == "date" and cell.date and len(cell.text) == 10:
        return date_cell(cell.date)
    if cell.kind == "number" and cell.text.isdecimal() and str(int(cell.text)) == cell.text:
        return number_cell(int(cell.text))
    return text_cell(cell.text, CODE)


def _hidden(sheet: Sheet) -> set[tuple[int, int]]:
    """Return the places a merged area covers; the reader has filled them, the sheet keeps them empty."""
    return {
        (row, column)
        for area in sheet.merges
        for row in range(area.top, min(area.bottom, HEAD_ROWS) + 1)
        for column in range(area.left, min(area.right, sheet.width) + 1)
        if (row, column) != (area.top, area.left)
    }


def _widths(sheet: Sheet) -> list[int]:
    """Return for each column a width that shows its longest text, Chinese characters counted twice, within reason."""
    longest = [0] * (sheet.width + 1)
    for line in sheet.lines:
        for cell in line.cells:
            size = sum(2 if character > "\xff" else 1 for character in cell.text[:_WIDE])
            longest[cell.column] = max(longest[cell.column], size)
    return [min(max(size + 2, _NARROW), _WIDE) for size in longest[1:]]
