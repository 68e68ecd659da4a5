"""From what a cell stores to what its reader saw: (kind, text). Kinds are one letter, spelled out in cells.py.

Numbers are stored as binary fractions of 15 reliable digits. A longer number, such as an identity number typed
into a cell that was no text, has already lost its last digits and is "lossy": its text is never usable as a number.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from .formats import Format

TEXT, NUMBER, DATE, BOOL, ERROR, LOSSY, EMPTY = "t", "n", "d", "b", "e", "l", "_"

NOT_COMPUTED = "#公式未计算"
_NUMBER = re.compile(r"[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][+-]?\d{1,3})?")
_SEEN_AS_SCIENTIFIC = re.compile(r"\d\.\d+[eE]\+\d{2}")  # what is left of an identity number that went through CSV
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff\ufffe\uffff]")
_DIGITS_KEPT = 1e15
_LAST_DAY = 2_958_465  # 9999-12-31


def plain(raw: str) -> tuple[str, str]:
    """Return a text cell: trimmed, without invisible characters, `_x000A_` decoded."""
    text = tidy(raw)
    return (LOSSY if _SEEN_AS_SCIENTIFIC.fullmatch(text) else TEXT if text else EMPTY), text


def tidy(raw: str) -> str:
    if "_x" in raw:
        raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), raw)
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", raw).strip()


def numeric(raw: str, style: Format, *, from_1904: bool) -> tuple[str, str]:
    """Return a cell that stores a number: a date when its format shows one."""
    raw = raw.strip()
    if not _NUMBER.fullmatch(raw):
        return ERROR, tidy(raw)
    value = float(raw)
    if style.kind in ("date", "moment", "time") and (shown := _moment(value, style.kind, from_1904)):
        return shown
    if style.kind == "scientific" or abs(value) >= _DIGITS_KEPT:
        return LOSSY, f"{value:.5E}"
    if style.kind == "percent":
        return NUMBER, f"{value * 100:.{style.digits}f}%"
    text = _digits(value)
    if style.kind == "zeros" and text.isdigit():
        text = text.zfill(style.digits)
    return NUMBER, text


def iso_date(raw: str) -> tuple[str, str]:
    """Return a cell that stores its date as text (`t="d"`)."""
    try:
        moment = datetime.fromisoformat(raw.strip().removesuffix("Z"))
    except ValueError:
        return ERROR, tidy(raw)
    return DATE, f"{moment:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def truth(raw: str) -> tuple[str, str]:
    return BOOL, "TRUE" if raw.strip() in ("1", "true") else "FALSE"


def _moment(value: float, kind: str, from_1904: bool) -> tuple[str, str] | None:
    """Return a serial day as a date; None when it is none (negative, beyond 9999)."""
    days, seconds = divmod(round(value * 86400), 86400)
    if not 0 <= days <= _LAST_DAY - (1462 if from_1904 else 0):
        return None
    clock = f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
    if kind == "time":
        return TEXT, clock
    if from_1904:
        day = date(1904, 1, 1) + timedelta(days)
    elif days == 0 or days == 60:  # day 0 and the 29 February 1900 that never was
        return None
    else:
        day = date(1899, 12, 31 if days < 60 else 30) + timedelta(days)
    return DATE, f"{day.isoformat()} {clock}" if seconds else day.isoformat()


def _digits(value: float) -> str:
    """Return a number as people write it, to 15 digits: 3, 0.1, 13800138000; never 3.0 or 1E-05."""
    if value == int(value):
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")
