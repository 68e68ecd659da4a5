"""The columns a sheet of records is read by: labels, readers, what the template says; and the table they stand in."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

from partyplatform.ui.texts import cleaned

from .cells import Book
from .limits import BookRefused
from .tables import Row, Table, table
from .values import Reader, Unfit, read


@dataclass(frozen=True)
class SheetColumn:
    """One column: field, printed label, other labels it may carry, reader; note and choices are for the template."""

    name: str
    label: str
    read: Reader
    also: tuple[str, ...] = ()
    note: str = ""
    sample: str = ""
    choices: tuple[str, ...] = ()
    width: int = 16
    required: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label, *self.also)


class Fillable(Protocol):
    """What a line is read into: typed values, texts as they stood, and sentences about cells that cannot be taken."""

    values: dict[str, Any]
    texts: dict[str, str]
    faults: dict[str, str]


def fill(row: Fillable, line: Row, columns: Iterable[SheetColumn]) -> None:
    """Read the filled cells of a line into a row."""
    for column in columns:
        cell = line[column.name]
        if not cleaned(cell.text):
            continue
        row.texts[column.name] = cell.text
        try:
            row.values[column.name] = read(cell, column.read)
        except Unfit as reason:
            row.faults[column.name] = str(reason)


def find_table(book: Book, columns: Sequence[SheetColumn], *, needed: Sequence[AbstractSet[str]]) -> Table:
    """Return the table of the first sheet that has one; when none has, say what the first sheet lacks.

    `needed` are the columns without which a sheet makes no sense; one of these alternatives has to be there.
    """
    headings = {column.name: column.labels for column in columns}
    refusals = []
    for sheet, alternative in product(book, needed):
        try:
            found = table(sheet, headings, optional=headings.keys() - alternative)
        except BookRefused as refusal:
            refusals.append(refusal)
            continue
        if len(found.columns) > 1:  # one heading alone is a word in a page of explanations
            return found
        refusals.append(BookRefused(f"工作表“{sheet.name}”中只有一列可以识别，请使用模板中的列名"))
    raise refusals[0]
