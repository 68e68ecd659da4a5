"""A sheet of records: its rows as they were typed, read from a workbook and written back with what is wrong with them.

Each app derives its own row from `SheetRow`, which knows the headings and which of its values are dates.
"""

import datetime
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar, Generic, Self, TypeVar

from partyplatform.ui.texts import cleaned

from .cells import Cell, Line, Sheet
from .child import values as kinds
from .child.limits import Limits
from .child.references import letters
from .columns import SheetColumn, fill, find_table
from .marking import FAULT_LABEL, Fault, error_book
from .reader import read_book
from .values import Unfit


@dataclass
class SheetRow:
    """The filled cells of one line. `values` holds typed values by field, `texts` what the cells show.

    `faults` are cells that could not be read, `found` what the check found besides.
    """

    headings: ClassVar[Mapping[str, str]] = {}
    dates: ClassVar[Collection[str]] = ()

    number: int
    values: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    @property
    def bad_cells(self) -> dict[str, str]:
        """{field: sentence} of every bad cell, in the order of the columns."""
        bad = self.found | self.faults
        return {name: bad[name] for name in self.headings if name in bad}

    @property
    def name(self) -> str:
        return self.values.get("name") or self.texts.get("name", "")

    def refuse(self, name: str, text: str) -> None:
        """Enter a fault of a cell; the first reason stays, an empty text says nothing."""
        if text and name not in self.faults:
            self.found.setdefault(name, text)

    def type_anew(self, typed: Mapping[str, str], columns: Mapping[str, SheetColumn]) -> None:
        """Put what was typed in a page into the cells, read as a sheet is read; empty text empties the cell."""
        for name, text in typed.items():
            for held in (self.values, self.texts, self.faults):
                held.pop(name, None)
            if not cleaned(text):
                continue
            self.texts[name] = text
            try:
                self.values[name] = columns[name].read(Cell(text, "text", self.number, 0))
            except Unfit as reason:
                self.faults[name] = str(reason)

    def packed(self) -> str:
        """Return the row as the text that is sealed."""
        return json.dumps(self.parts(), ensure_ascii=False, separators=(",", ":"))

    def parts(self) -> list[Any]:
        values = {name: as_plain(value) for name, value in self.values.items()}
        return [values, self.texts, self.faults, self.found]

    @classmethod
    def unpacked(cls, number: int, text: str) -> Self:
        values, *rest = json.loads(text)
        return cls(number, {name: cls.typed(name, value) for name, value in values.items()}, *rest)

    @classmethod
    def typed(cls, name: str, stored: Any) -> Any:
        """Return a value as it was before it was packed."""
        return datetime.date.fromisoformat(stored) if stored and name in cls.dates else stored


def as_plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


RowType = TypeVar("RowType", bound=SheetRow)


@dataclass(frozen=True)
class Reading(Generic[RowType]):
    """An uploaded workbook that was understood: its rows, the letter of each column, headings nobody knows."""

    sha256: str
    rows: list[RowType]
    columns: dict[str, str]
    ignored: list[str]


def read_records(
    file: BinaryIO,
    row_type: type[RowType],
    columns: Sequence[SheetColumn],
    *,
    needed: Sequence[AbstractSet[str]],
    limits: Limits,
) -> Reading[RowType]:
    """Read an uploaded workbook; raises BookRefused naming the reason or the limit."""
    table = find_table(read_book(file, limits=limits), columns, needed=needed)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    rows = [row_type(line.number, {}) for line in table]
    for row, line in zip(rows, table, strict=True):
        fill(row, line, columns)
    places = {name: letters(column) for name, column in table.columns.items()}
    return Reading(digest, rows, places, [label for label in table.ignored if label != FAULT_LABEL])


def write_faulty(stream: BinaryIO, rows: Collection[SheetRow], columns: Sequence[SheetColumn], *, title: str) -> None:
    """Write the rows under the headings of the template, each in the line it had, with a column 错误说明.

    The uploaded file itself is not kept, so it is written anew from the sealed rows.
    """
    numbers = [row.number for row in rows]
    head = max(1, min(numbers, default=2) - 1)
    lines = [_line(head, [column.label for column in columns])]
    lines += [_line(row.number, [row.texts.get(column.name, "") for column in columns]) for row in rows]
    places = {column.name: place for place, column in enumerate(columns, 1)}
    marks = [
        Fault(row.number, places[name], f"{row.headings[name]}：{text}")
        for row in rows
        for name, text in row.bad_cells.items()
    ]
    error_book(stream, Sheet(title, lines), marks, head_row=head)


def _line(number: int, texts: Sequence[str]) -> Line:
    types = "".join(kinds.TEXT if text else kinds.EMPTY for text in texts)
    return Line(number, types, [text for text in texts if text])
