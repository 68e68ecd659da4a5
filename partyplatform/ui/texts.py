"""Typed text made plain: no control, direction or invisible characters, ordinary digits and letters."""

import unicodedata

_LETTERS = {wide: wide - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(a), ord(z) + 1)}


def half_width(text):
    """Turn full-width digits, letters and spaces into ordinary ones; punctuation stays as it was typed."""
    return text.translate(_LETTERS).replace("\u3000", " ")


def cleaned(text, *, lines=False):
    """Return typed text without control, direction and invisible characters, without space around it.

    Rare characters, ideographic variants and the middle dot of names stay. `lines` keeps line breaks.
    """
    text = half_width(text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c if _is_text(c) or (lines and c == "\n") else " " if c in "\t\n\u2028\u2029" else "" for c in text)
    return "".join(kept).strip()


def is_readable(text):
    """Say whether there is nothing but visible characters, spaces and line breaks in a text that came as it is."""
    return all(_is_text(c) or c in "\r\n" for c in text)


def keyword(query):
    """Return what was typed into the keyword box (`q` in the address), cleaned, its first 50 characters."""
    return cleaned(query.get("q", ""))[:50]


def is_number(text, *, digits):
    """Say whether `text` is a whole number of at most so many ordinary digits; ² and ٣ are digits only to Python."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def _is_text(character):
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
