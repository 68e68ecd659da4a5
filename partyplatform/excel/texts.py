"""Text on its way into a sheet: what is dropped, what is escaped, what a sheet may be called."""

import re
from collections.abc import Container

MAX_TEXT = 32_767  # UTF-16 units in one cell; Excel calls a file with more "damaged"
MAX_SHEET_NAME = 31

# Control characters, lone surrogates and the two code points XML forbids. Tab and line feed are text.
DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEEDS_CARE = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_READ_AS_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def cleaned(text: str) -> str:
    """Return the text without control characters and lone surrogates; every line break is a line feed."""
    return DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Return the text for an XML element; a literal `_x0041_` survives a reader that takes it for "A"."""
    if not _NEEDS_CARE.search(text):
        return text
    text = cleaned(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _READ_AS_ESCAPE.sub("_x005F_", text)


def quoted(text: str) -> str:
    """Return the text for an XML attribute in double quotes."""
    return escaped(text).replace('"', "&quot;").replace("\n", " ").replace("\t", " ")


def length(text: str) -> int:
    """Count the way Excel does: a character outside the basic plane takes two."""
    return len(text) + sum(character > "\uffff" for character in text)


def sheet_name(wanted: str, taken: Container[str] = ()) -> str:
    """Return a name Excel accepts and no sheet in `taken` (lower case) has: cut to 31, numbered when needed."""
    base = _FORBIDDEN_IN_NAMES.sub(" ", cleaned(wanted).replace("\n", " ").replace("\t", " "))
    base = base.strip().strip("'").strip() or "工作表"
    name, number = _cut(base, MAX_SHEET_NAME), 1
    while name.lower() in taken or name.lower() == "history":  # Excel keeps "History" for itself
        number += 1
        ending = f" ({number})"
        name = _cut(base, MAX_SHEET_NAME - len(ending)) + ending
    return name


def _cut(text: str, units: int) -> str:
    while length(text) > units:
        text = text[:-1]
    return text.rstrip(" '")
