"""Number formats: how a cell showed its number to the person who typed it."""

import re
from dataclasses import dataclass

from .limits import Budget
from .markup import Attributes, parse

# fmt: off
_BUILT_IN = {
    9: "0%", 10: "0.00%", 11: "0.00E+00", 48: "##0.0E+0", 22: "yyyy/m/d h:mm",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), *range(34, 37), *range(50, 55), 57, 58), "yyyy/m/d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56), "h:mm:ss"),
}
# fmt: on
_LONGEST = 255  # characters of a format code Excel takes
_ELAPSED = re.compile(r"(?i)\[(h+|m+|s+)\]")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # quoted or escaped text, spacing, fill, colour and locale
_SCIENTIFIC = re.compile(r"[0#?][eE][+-]")
_LEADING_ZEROS = re.compile(r"0{2,30}")
_DECIMALS = re.compile(r"\.([0#?]+)")


@dataclass(frozen=True)
class Format:
    """`kind` is general, date, time, moment, percent, scientific or zeros; `digits` counts decimals or zeros."""

    kind: str = "general"
    digits: int = 0


GENERAL = Format()


def understood(code: str) -> Format:
    """Return what a format code does, as far as it changes what is seen."""
    bare = _LITERAL.sub("", _ELAPSED.sub(r"\1", code.split(";")[0])).strip()
    lower = bare.lower()
    if lower in ("general", "@", ""):
        return GENERAL
    if _SCIENTIFIC.search(bare):
        return Format("scientific")
    if "%" in bare:
        decimals = _DECIMALS.search(bare)
        return Format("percent", len(decimals[1]) if decimals else 0)
    if _LEADING_ZEROS.fullmatch(bare):
        return Format("zeros", len(bare))
    has_time = bool(re.search("[hs]", lower))
    if re.search("[yde]", lower) or ("m" in lower and not has_time):
        return Format("moment" if has_time else "date")
    return Format("time") if has_time else GENERAL


def cell_formats(styles: bytes, budget: Budget) -> list[Format]:
    """Return the format of each cell style of styles.xml, by its number."""
    codes = dict(_BUILT_IN)
    used: list[int] = []
    inside = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        budget.count_element()
        if tag in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside = tag
        elif tag == "numFmt" and inside == "numFmts":
            codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:_LONGEST]
        elif tag == "xf" and inside == "cellXfs":
            used.append(_whole(attributes.get("numFmtId")))

    parse(styles, start=start)
    known = {number: understood(codes.get(number, "")) for number in set(used)}
    return [known[number] for number in used]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
