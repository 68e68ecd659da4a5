"""A column of a list, declared once: the page and the workbook read the same tuple."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import timezone

KINDS = ("text", "code", "number", "date", "percent", "bool", "tag")


@dataclass(frozen=True)
class Column:
    """What a list shows under one heading.

    `name` is a dotted path from the row ("parent.short_name"); methods are called, None on the way gives "".
    `width` counts characters (the workbook's column width). `sort` is the database field behind the heading,
    "" when the list cannot be sorted by it. `kind` is one of KINDS; "percent" holds 0–100; a "tag" is an
    object with `label` and `tone`. On screen `cell` names a template (given `row`, `value`, `column`),
    `link` is a dotted path to the address the value leads to, `verb` the word that leads there instead of the value
    itself, `tags` a dotted path to the tags behind the value; `fold` leaves the column out on phones, `screen`
    and `book` leave it out of one of the two. `acts` marks the column of buttons: wherever it stands, a phone shows
    it below the rest of the row. `fit` keeps a short value on one line.
    """

    label: str
    name: str
    width: int = 16
    sort: str = ""
    kind: str = "text"
    cell: str = ""
    link: str = ""
    verb: str = ""
    tags: str = ""
    fold: bool = False
    screen: bool = True
    book: bool = True
    acts: bool = False
    fit: bool = False

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of column: {self.kind}")

    def value(self, row: Any) -> Any:
        """Return what the workbook writes: 是/否 for a bool, a tag's label, "" for nothing, else the value."""
        value = reach(row, self.name)
        if self.kind == "bool":
            return "" if value == "" else yes_no(value)
        return getattr(value, "label", value) if self.kind == "tag" else value

    def text(self, row: Any) -> str:
        """Return what the screen shows of a row, without markup."""
        value = self.value(row)
        return f"{trimmed(value)}%" if self.kind == "percent" and value != "" else display(value)


def reach(row: Any, path: str) -> Any:
    """Follow a dotted path through attributes, dictionaries and methods without arguments; "" for nothing."""
    if not path:
        return ""
    for name in _names(path):
        row = row[name] if isinstance(row, dict) else getattr(row, name)
        if callable(row):
            row = row()
        if row is None:
            return ""
    return row


@cache
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def display(value: Any) -> str:
    """Return a value as pages print it: 2026-11-20, 2026-11-20 09:12, 是, 否, 3, text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return trimmed(value) if isinstance(value, (float, Decimal)) else str(value)


def yes_no(value: Any) -> str:
    return "是" if value else "否"


def trimmed(number: Any) -> str:
    """Return a number with at most one decimal and none that is zero: 97.4, 100."""
    return f"{number:.1f}".removesuffix(".0")
