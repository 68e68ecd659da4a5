"""From an uploaded workbook to rows, and back to a workbook that shows what is wrong with them."""

from collections.abc import Collection
from typing import BinaryIO

from django.conf import settings

from members.imports.columns import COLUMNS
from members.services.importing.rows import NUMBER, Row
from partyplatform import excel
from partyplatform.excel.records import Reading, read_records, write_faulty

TITLE = "新增人员信息表"
_NEEDED = ({NUMBER, "name"},)


def limits() -> excel.Limits:
    """Return how large an uploaded sheet may be."""
    return excel.Limits(rows=settings.IMPORT_MAX_ROWS)


def read_sheet(file: BinaryIO) -> Reading[Row]:
    """Read an uploaded workbook; raises excel.BookRefused naming the reason or the limit."""
    return read_records(file, Row, COLUMNS, needed=_NEEDED, limits=limits())


def write_error_book(stream: BinaryIO, rows: Collection[Row]) -> None:
    """Write the rows as they were typed, with a column 错误说明."""
    write_faulty(stream, rows, COLUMNS, title=TITLE)
