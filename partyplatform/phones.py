"""Telephone numbers: how they are written and what is wrong with them. Source: screens.md 4.3."""

import re

from partyplatform.ui.texts import cleaned

MOBILE_DIGITS = 11
_STROKES = str.maketrans("－—–", "---")
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}-\d{7,8}(-\d{1,6})?", re.ASCII)


def normalise(typed: str) -> str:
    """Return what was typed with ordinary digits and hyphens and without blanks."""
    return cleaned(typed).translate(_STROKES).replace(" ", "")


def is_mobile(number: str) -> bool:
    """Whether a normalised number is one of a mobile telephone."""
    return bool(_MOBILE.fullmatch(number))


def problem(number: str) -> str:
    """Return what is wrong with a normalised mobile or land-line number, "" when nothing is."""
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return ""
    if number.isascii() and number.isdigit() and number.startswith("1") and len(number) != MOBILE_DIGITS:
        return f"手机号码应为 {MOBILE_DIGITS} 位，现为 {len(number)} 位"
    return "电话格式不正确，例：座机 010-00001111，手机 18088880000"
