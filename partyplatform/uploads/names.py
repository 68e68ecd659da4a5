"""Names people gave their files: data to show, never a path."""

import unicodedata
from urllib.parse import quote

LONGEST = 255
UNNAMED = "未命名"
_LONGEST_ENDING = 12

# Control, format (direction marks among them), surrogate and private characters, line and paragraph separators.
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_SAFE_IN_HEADER = "!#$&+-.^_`|~"  # RFC 5987 attr-char, beside letters and digits


def clean_name(raw: str | None) -> str:
    """Return the last part of a path-like name without invisible characters, at most 255 characters, never empty."""
    last = (raw or "").replace("\\", "/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last)
    text = "".join(character for character in text if unicodedata.category(character) not in _DROPPED)
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
