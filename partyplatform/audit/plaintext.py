"""Texts of users made harmless before they are written down."""

import re

# Control characters, line and paragraph separators, direction marks, invisible characters and lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def escaped(text: object) -> str:
    """Return `text` on one line with every invisible character spelt out, so that it cannot pose as another record."""
    return _HIDDEN.sub(lambda found: _SHORT.get(found[0], rf"\u{ord(found[0]):04x}"), str(text))


def clipped(text: object, length: int) -> str:
    """Return `text` escaped and at most `length` characters long, ending in … when something was left out."""
    line = escaped(text)
    return line if len(line) <= length else line[: length - 1] + "…"
