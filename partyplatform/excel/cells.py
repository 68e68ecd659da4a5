"""A workbook that was read: sheets, lines and cells at their true places."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from .child import values
from .child.limits import Limits
from .child.references import Area, letters, place
from .dates import parse_date
from .limits import DEFAULT_LIMITS

KINDS = {
    values.TEXT: "text",
    values.NUMBER: "number",
    values.DATE: "date",
    values.BOOL: "bool",
    values.ERROR: "error",
    values.LOSSY: "lossy",
    values.EMPTY: "empty",
}
_HALF_WIDTH = {
    full: full - 0xFEE0 for ends in ("０９", "ＡＺ", "ａｚ") for full in range(ord(ends[0]), ord(ends[1]) + 1)
} | {0x3000: " "}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell showed. `row` and `column` count from 1; column 0 belongs to no column of the sheet.

    `kind` is text, number, date (text YYYY-MM-DD), bool (TRUE, FALSE), error (#N/A), empty, or lossy: a number of 16
    digits and more, or one shown as 1.1E+17, whose last digits are gone. Lossy cells are refused where digits count.
    """

    text: str
    kind: str
    row: int
    column: int

    @property
    def clean(self) -> str:
        """The text with digits and letters in half width (１２Ａ → 12A); punctuation stays, names contain it."""
        return self.text.translate(_HALF_WIDTH).strip()

    @property
    def date(self) -> date | None:
        """The day, from a date cell or from a date typed as text; None for anything else."""
        return parse_date(self.clean)

    @property
    def name(self) -> str:
        """C12."""
        return f"{letters(self.column)}{self.row}"

    @property
    def place(self) -> str:
        """第 12 行 C 列."""
        return place(self.row, self.column) if self.column else f"第 {self.row} 行"

    @property
    def is_empty(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet as it came: its number, a kind letter per column, a text per cell with content."""

    number: int
    kinds: str
    texts: list[str]

    @property
    def width(self) -> int:
        return len(self.kinds)

    @property
    def cells(self) -> list[Cell]:
        """The cells from column A to the last one with content."""
        texts = iter(self.texts)
        return [
            Cell("" if kind == values.EMPTY else next(texts), KINDS[kind], self.number, column)
            for column, kind in enumerate(self.kinds, 1)
        ]


@dataclass
class Sheet:
    """A visible sheet: its lines with content in order, and the merged areas of its first rows."""

    name: str
    lines: list[Line] = field(default_factory=list)
    merges: tuple[Area, ...] = ()
    limits: Limits = DEFAULT_LIMITS

    @cached_property
    def width(self) -> int:
        """The number of the last column with content."""
        return max((line.width for line in self.lines), default=0)

    @cached_property
    def _by_number(self) -> dict[int, Line]:
        return {line.number: line for line in self.lines}

    def cells(self, row: int) -> list[Cell]:
        """Return the cells of a row up to the sheet's width, empty ones included."""
        line = self._by_number.get(row)
        cells = line.cells if line else []
        return cells + [Cell("", "empty", row, column) for column in range(len(cells) + 1, self.width + 1)]


@dataclass
class Book:
    """The visible sheets of a workbook, in its own order; at least one."""

    sheets: list[Sheet]

    @property
    def first(self) -> Sheet:
        return self.sheets[0]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets)
