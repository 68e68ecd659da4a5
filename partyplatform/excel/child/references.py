"""Places in a sheet, the way people read them: column 1 is A, column 27 is AA."""

import re
from dataclasses import dataclass
from functools import cache

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Area:
    """A block of cells, corners included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def reference(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@cache
def letters(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column_number(name: str) -> int:
    """Return the number of a column from its letters."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def place(row: int, column: int) -> str:
    """Return a cell's place for a message: 第 12 行 C 列."""
    return f"第 {row} 行 {letters(column)} 列"


def area_of(reference: str) -> Area | None:
    """Return the area a reference such as B2:D9 means; None for anything else."""
    first, _, last = reference.replace("$", "").partition(":")
    start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first)
    if not start or not end:
        return None
    return Area(int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1]))
