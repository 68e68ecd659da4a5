"""Long plain lists as xlsx, streamed: a list of 110,000 organisations needs neither a file nor memory for it.

Why not openpyxl or another package: docs/decisions/0002-excel.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO, Protocol

from . import parts, texts
from .child.references import letters
from .encoding import HEAD, LABEL, Encoder, TooLong, encoder, text_cell, written
from .package import Package

MAX_ROWS = 1_048_575  # of data on one sheet, below the heading
_MAX_PART = 1_500_000_000  # characters of XML in one sheet; from 2 GiB on the zip needs a form Excel "repairs"
_AT_ONCE = 250  # rows encoded between two writes


class Heading(Protocol):
    """What the writer needs of partyplatform.ui.columns.Column."""

    @property
    def label(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def book(self) -> bool: ...
    def value(self, row: Any) -> Any: ...


def write_book(
    stream: BinaryIO,
    *,
    title: str,
    columns: Sequence[Heading],
    rows: Iterable[Any],
    meta: Mapping[str, Any] | None = None,
    max_rows: int = MAX_ROWS,
) -> None:
    """Write the workbook of `book_chunks` to a binary stream."""
    for chunk in book_chunks(title=title, columns=columns, rows=rows, meta=meta, max_rows=max_rows):
        stream.write(chunk)


def book_chunks(
    *,
    title: str,
    columns: Sequence[Heading],
    rows: Iterable[Any],
    meta: Mapping[str, Any] | None = None,
    max_rows: int = MAX_ROWS,
) -> Iterator[bytes]:
    """Yield a workbook piece by piece: a sheet named `title`, and with `meta` a sheet 说明 with its pairs and 行数.

    Rows beyond `max_rows` continue on further sheets. Each sheet has a frozen bold heading and the columns' widths.
    Raises ValueError naming row and column for a text longer than 32,767.
    """
    yield from _chunks([(title, rows)], columns=columns, meta=meta, max_rows=max_rows)


def write_sheets(
    stream: BinaryIO,
    *,
    sheets: Iterable[tuple[str, Iterable[Any]]],
    columns: Sequence[Heading],
    meta: Mapping[str, Any] | None = None,
) -> None:
    """Write a workbook with a sheet for each (title, rows), one after the other, and 说明 as `book_chunks` has it."""
    for chunk in _chunks(sheets, columns=columns, meta=meta, max_rows=MAX_ROWS):
        stream.write(chunk)


def _chunks(
    sheets: Iterable[tuple[str, Iterable[Any]]],
    *,
    columns: Sequence[Heading],
    meta: Mapping[str, Any] | None,
    max_rows: int,
) -> Iterator[bytes]:
    columns = [column for column in columns if column.book]
    package, count, written_sheets = Package(), 0, 0
    yield package.take()
    for title, rows in sheets:
        source: Iterator[Any] = iter(rows)
        pending: list[Any] | None = None
        while pending is None or (pending := list(islice(source, 1))):
            source, pending, written_sheets = chain(pending or (), source), pending or [], written_sheets + 1
            with package.sheet(texts.sheet_name(title, package.names)) as write:
                for written_rows in _sheet(write, columns, source, max_rows):
                    count += written_rows
                    yield package.take()
    if meta is not None:
        _describe(package, {**meta, "行数": count})
    yield package.finish(repeated=range(written_sheets))


def _sheet(
    write: Callable[[str], None], columns: Sequence[Heading], source: Iterator[Any], max_rows: int
) -> Iterator[int]:
    """Write one sheet from `source`, yielding the number of rows after each piece."""
    write(parts.sheet_head([column.width for column in columns], frozen=1))
    write(
        _row(1, [f'<c r="{letters(place)}1"{text_cell(column.label, HEAD)}' for place, column in enumerate(columns, 1)])
    )
    cells = [(letters(place), encoder(column.kind), column) for place, column in enumerate(columns, 1)]
    number, size = 1, 0
    while number <= max_rows and size < _MAX_PART:
        xml = [
            _encoded(number := number + 1, row, cells) for row in islice(source, min(_AT_ONCE, max_rows + 1 - number))
        ]
        if not xml:
            break
        write(piece := "".join(xml))
        size += len(piece)
        yield len(xml)
    write(parts.sheet_tail(texts_in=_code_columns(columns, number)))


def _encoded(number: int, row: Any, cells: Sequence[tuple[str, Encoder, Heading]]) -> str:
    try:
        return _row(
            number,
            [f'<c r="{letter}{number}"{xml}' for letter, encode, column in cells if (xml := encode(column.value(row)))],
        )
    except TooLong as error:
        for letter, encode, column in cells:
            try:
                encode(column.value(row))
            except TooLong:
                raise ValueError(f"第 {number} 行 {letter} 列（{column.label}）：{error}") from None
        raise


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _code_columns(columns: Sequence[Heading], last_row: int) -> str:
    places = [letters(place) for place, column in enumerate(columns, 1) if column.kind == "code"]
    return " ".join(f"{letter}2:{letter}{last_row}" for letter in places) if last_row > 1 else ""


def _describe(package: Package, pairs: Mapping[str, Any]) -> None:
    with package.sheet(texts.sheet_name("说明", package.names)) as write:
        write(parts.sheet_head((16, 72)))
        for number, (label, value) in enumerate(pairs.items(), 1):
            cells = (("A", text_cell(str(label), LABEL)), ("B", text_cell(written(value))))
            write(_row(number, [f'<c r="{letter}{number}"{xml}' for letter, xml in cells if xml]))
        write(parts.sheet_tail())
