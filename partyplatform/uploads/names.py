"""Names people gave their files: data to show, never a path."""

import re
import unicodedata
from urllib.parse import quote

from partyplatform import masking

LONGEST = 255
UNNAMED = "未命名"
_LONGEST_ENDING = 12

# Control, format (direction marks among them), surrogate and private characters, line and paragraph separators.
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_SAFE_IN_HEADER = "!#$&+-.^_`|~"  # RFC 5987 attr-char, beside letters and digits


# A 身份证号 of 18 or 15 digits, a mobile number: people write them into names of files, where they stand in clear.
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15}|[1１][3-9３-９]\d{9})(?!\d)")


def clean_name(raw: str | None) -> str:
    """Return the last part of a path-like name without invisible characters, at most 255 characters, never empty.

    Of numbers that look like 身份证号 or mobile numbers only the last four characters stay. Source: security.md 42, 51.
    """
    last = (raw or "").replace("\\", "/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last)
    text = "".join(character for character in text if unicodedata.category(character) not in _DROPPED)
    text = _PERSONAL.sub(lambda found: masking.tail(found[0]).replace(masking.HIDDEN, "x"), text)
    text = " ".join(text.split()).strip(". ")
    if len(text) <= LONGEST:
        return text or UNNAMED
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return text[:LONGEST]
    return stem[: LONGEST - len(ending) - 1] + dot + ending


def disposition(name: str) -> str:
    """Return the Content-Disposition that saves under `name`, with a fallback for programs that know ASCII only."""
    name = clean_name(name)
    plain = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_SAFE_IN_HEADER)}"
