"""From a value to the XML of its cell, by the kind of its column.

An encoder returns everything behind `<c r="A1"`, or "" for an empty cell. Text is an inline string: whatever it
begins with, no program takes it for a formula.
"""

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from . import texts

Encoder = Callable[[Any], str]

# Places in `cellXfs` of styles.py.
GENERAL, HEAD, CODE, DATE, MOMENT, PERCENT, LABEL, FAULTY, FAULT = range(9)

_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_SAFE_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
_DIGITS_KEPT = 10**15  # a number with more digits loses its last ones


class TooLong(ValueError):
    """A text longer than a cell holds."""


def text_cell(text: str, style: int = GENERAL) -> str:
    """Return a cell of text. Raises TooLong above 32,767 UTF-16 units."""
    safe = texts.escaped(text)
    if len(safe) > texts.MAX_TEXT // 2 and (size := texts.length(texts.cleaned(text))) > texts.MAX_TEXT:
        raise TooLong(f"文字有 {size:,} 个字符，超过单元格上限 {texts.MAX_TEXT:,} 个")
    if not safe:
        return ""
    keep = ' xml:space="preserve"' if safe[0].isspace() or safe[-1].isspace() else ""
    return f' s="{style}" t="inlineStr"><is><t{keep}>{safe}</t></is></c>'


def number_cell(value: int | float | Decimal, style: int = GENERAL) -> str:
    """Return a cell with a number; one whose digits Excel would lose becomes text."""
    if not math.isfinite(value) or not -_DIGITS_KEPT < value < _DIGITS_KEPT:
        return text_cell(str(value), CODE)
    return f' s="{style}"><v>{value!s}</v></c>'


def date_cell(value: date) -> str:
    """Return a real date cell, a moment in local time; days before March 1900 are written out as text."""
    if isinstance(value, datetime):
        moment = timezone.make_naive(value) if timezone.is_aware(value) else value
        if moment.date() < _FIRST_SAFE_DAY:
            return text_cell(f"{moment:%Y-%m-%d %H:%M}")
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return f' s="{MOMENT}"><v>{moment.toordinal() - _DAY_ZERO + seconds / 86400:.10f}</v></c>'
    if value < _FIRST_SAFE_DAY:
        return text_cell(value.isoformat())
    return f' s="{DATE}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'


def encode_text(value: Any) -> str:
    return text_cell(value) if type(value) is str else _other(value, GENERAL)


def encode_code(value: Any) -> str:
    return text_cell(value, CODE) if type(value) is str else _other(value, CODE)


def encode_number(value: Any) -> str:
    return number_cell(value) if _is_number(value) else encode_text(value)


def encode_percent(value: Any) -> str:
    """Encode 0–100, as pages print it, as Excel's share of 1."""
    return number_cell(round(value / 100, 6), PERCENT) if _is_number(value) else encode_text(value)


def encode_date(value: Any) -> str:
    return date_cell(value) if isinstance(value, date) else encode_text(value)


ENCODERS: dict[str, Encoder] = {
    "code": encode_code,
    "number": encode_number,
    "percent": encode_percent,
    "date": encode_date,
}


def encoder(kind: str) -> Encoder:
    """Return the encoder of a kind of column; what is not a code, number, percent or date is text."""
    return ENCODERS.get(kind, encode_text)


def written(value: Any) -> str:
    """Return any value as the text a reader expects: 是, 否, 2026-11-20, 2026-11-20 09:12, "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.make_naive(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _other(value: Any, style: int) -> str:
    return text_cell(written(value), style)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
