"""From an uploaded workbook to rows, and back to a workbook that shows what is wrong with them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from orgs.imports.columns import ORDER_COLUMNS, TREE_COLUMNS
from orgs.imports.templates import ORDER_BOOK
from orgs.models import ImportSession
from orgs.services.importing.rows import Row
from partyplatform import excel

COLUMNS = {ImportSession.Kind.TREE: TREE_COLUMNS, ImportSession.Kind.ORDER: ORDER_COLUMNS}
# Columns without which a sheet makes no sense; one of the alternatives has to be there.
_NEEDED = {ImportSession.Kind.TREE: ({"full_name"}, {"code"}), ImportSession.Kind.ORDER: ({"code", "position"},)}


@dataclass(frozen=True)
class Reading:
    """An uploaded workbook that was understood: its rows, and the table they stand in."""

    sha256: str
    rows: list[Row]
    table: excel.Table

    @property
    def ignored(self) -> list[str]:
        """Headings nobody knows; a column that the platform itself wrote into the sheet is no surprise."""
        own = {excel.FAULT_LABEL, *(column.label for column in ORDER_BOOK)}
        return [label for label in self.table.ignored if label not in own]


def limits() -> excel.Limits:
    """Return how large an uploaded sheet may be."""
    return excel.Limits(rows=settings.IMPORT_MAX_ROWS)


def read_sheet(file: BinaryIO, kind: str) -> Reading:
    """Read an uploaded workbook of a kind; raises excel.BookRefused naming the reason or the limit."""
    columns = COLUMNS[ImportSession.Kind(kind)]
    book = excel.read_book(file, limits=limits())
    table = excel.find_table(book, columns, needed=_NEEDED[ImportSession.Kind(kind)])
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    rows = [Row(line.number, {}) for line in table]
    for row, line in zip(rows, table, strict=True):
        excel.fill(row, line, columns)
    return Reading(digest, rows, table)


def write_error_book(stream: BinaryIO, reading: Reading, faults: Iterable[tuple[int, str, str]], kind: str) -> None:
    """Write the sheet as it was uploaded, with a column 错误说明; `faults` are (row, heading, sentence)."""
    names = {column.label: column.name for column in COLUMNS[ImportSession.Kind(kind)]}
    places = reading.table.columns
    marks = [excel.Fault(row, places.get(names[heading], 0), f"{heading}：{text}") for row, heading, text in faults]
    excel.error_book(stream, reading.table.sheet, marks, head_row=reading.table.head_row)
