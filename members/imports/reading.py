"""From an uploaded workbook to rows, and back to a workbook that shows what is wrong with them."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from members.imports.columns import COLUMNS
from members.services.importing.rows import HEADINGS, NUMBER, Row
from partyplatform import excel
from partyplatform.excel.child import values
from partyplatform.excel.child.references import letters

_NEEDED = ({NUMBER, "name"},)


@dataclass(frozen=True)
class Reading:
    """An uploaded workbook that was understood: its rows, the letter of each column, headings nobody knows."""

    sha256: str
    rows: list[Row]
    columns: dict[str, str]
    ignored: list[str]


def limits() -> excel.Limits:
    """Return how large an uploaded sheet may be."""
    return excel.Limits(rows=settings.IMPORT_MAX_ROWS)


def read_sheet(file: BinaryIO) -> Reading:
    """Read an uploaded workbook; raises excel.BookRefused naming the reason or the limit."""
    table = excel.find_table(excel.read_book(file, limits=limits()), COLUMNS, needed=_NEEDED)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    rows = [Row(line.number, {}) for line in table]
    for row, line in zip(rows, table, strict=True):
        excel.fill(row, line, COLUMNS)
    places = {name: letters(column) for name, column in table.columns.items()}
    return Reading(digest, rows, places, [label for label in table.ignored if label != excel.FAULT_LABEL])


def write_error_book(stream: BinaryIO, rows: Collection[Row]) -> None:
    """Write the rows under the headings of the template, each in the line it had, with a column 错误说明.

    The uploaded file itself is not kept, so it is written anew from the sealed rows.
    """
    numbers = [row.number for row in rows]
    head = max(1, min(numbers, default=2) - 1)
    lines = [_line(head, [column.label for column in COLUMNS])]
    lines += [_line(row.number, [row.texts.get(column.name, "") for column in COLUMNS]) for row in rows]
    places = {column.name: place for place, column in enumerate(COLUMNS, 1)}
    marks = [
        excel.Fault(row.number, places[name], f"{HEADINGS[name]}：{text}")
        for row in rows
        for name, text in row.bad_cells.items()
    ]
    excel.error_book(stream, excel.Sheet("新增人员信息表", lines), marks, head_row=head)


def _line(number: int, texts: Sequence[str]) -> excel.Line:
    kinds = "".join(values.TEXT if text else values.EMPTY for text in texts)
    return excel.Line(number, kinds, [text for text in texts if text])
