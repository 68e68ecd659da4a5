"""The same lists as CSV, for programs that read nothing else."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from . import texts
from .encoding import written
from .writer import Heading

# What a spreadsheet may take for a formula; the full-width signs count where Chinese or Japanese is set.
_DANGEROUS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_AT_ONCE = 250  # rows


def write_csv(stream: BinaryIO, *, columns: Sequence[Heading], rows: Iterable[Any]) -> None:
    """Write the bytes of `csv_chunks` to a binary stream."""
    for chunk in csv_chunks(columns=columns, rows=rows):
        stream.write(chunk)


def csv_chunks(*, columns: Sequence[Heading], rows: Iterable[Any]) -> Iterator[bytes]:
    """Yield UTF-8 with a mark Excel knows it by; dangerous text gets a leading apostrophe, numbers do not."""
    columns = [column for column in columns if column.book]
    buffer = io.StringIO()
    line = csv.writer(buffer)
    line.writerow([harmless(column.label) for column in columns])
    yield "\ufeff".encode()
    for number, row in enumerate(rows, 1):
        line.writerow([_value(column, row) for column in columns])
        if number % _AT_ONCE == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def harmless(text: str) -> str:
    """Return the text as no spreadsheet computes it."""
    guard = "'" if _DANGEROUS.match(text) else ""
    return guard + texts.cleaned(text)


def _value(column: Heading, row: Any) -> str:
    value = column.value(row)
    is_harmless = isinstance(value, (int, float, Decimal, date))
    return written(value) if is_harmless else harmless(written(value))


def _drain(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
