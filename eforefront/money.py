"""Money: kept as whole fen, typed and shown as yuan with two decimals, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from partyplatform.ui.columns import Column, reach
from partyplatform.ui.forms import TypedNumber

_FEN = Decimal("0.01")
_NO_AMOUNT = "应填写金额，如 50.00"
_WRITTEN = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")  # neither 1E+3 nor 1_000, which Decimal reads too


def yuan(fen: int | None) -> str:
    """Return an amount as pages print it: 1,234.50; "" for none."""
    return "" if fen is None else f"{Decimal(fen) * _FEN:,.2f}"


def written(text: str) -> Decimal:
    """Return the amount a person wrote in digits. Raises ValueError for any other spelling of a number."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} is no amount")
    return Decimal(text)


def fen_of(amount: Decimal) -> int:
    """Return an exact amount of yuan, of two decimals at most, in fen. Raises ValueError for a finer one."""
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"{amount} is no whole number of fen")
    return int(fen)


@dataclass(frozen=True)
class Money(Column):
    """A column whose rows hold fen: 50.00 on screen, a number in the workbook."""

    kind: str = "number"

    def value(self, row: Any) -> Any:
        fen = reach(row, self.name)
        return Decimal(fen) * _FEN if isinstance(fen, int) else ""

    def text(self, row: Any) -> str:
        fen = reach(row, self.name)
        return yuan(fen) if isinstance(fen, int) else ""


class YuanField(TypedNumber):
    """An amount typed in yuan; cleans to fen, None for nothing."""

    def __init__(self, *, max_value: Decimal = Decimal("9999999.99"), min_value: Decimal = Decimal("0.01"), **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_value=max_value, min_value=min_value, decimal_places=2, max_digits=9, **kwargs)
        self.error_messages |= {
            "invalid": _NO_AMOUNT,
            "max_decimal_places": "金额最多两位小数",
            "max_digits": "金额过大，请核对",
            "max_whole_digits": "金额过大，请核对",
        }

    def to_python(self, value):
        if isinstance(value, str):
            value = value.translate(_TYPED).strip()
        return super().to_python(value)

    def clean(self, value):
        amount = super().clean(value)
        return None if amount is None else fen_of(amount)


_TYPED = str.maketrans("０１２３４５６７８９．", "0123456789.", ",， ¥￥元")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def in_capitals(fen: int) -> str:
    """Return an amount in capital numerals as receipts have it: 壹佰贰拾元零伍分, 玖拾元整."""
    sign, fen = ("负" if fen < 0 else ""), abs(fen)
    whole, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_whole(whole)}元" if whole else ""
    if not jiao and not cents:
        return f"{sign}{text or '零元'}整"
    text += f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"{sign}{text}{_DIGITS[cents]}分" if cents else f"{sign}{text}整"


def _whole(number: int) -> str:
    groups, place = [], 0
    while number:
        number, group = divmod(number, 10_000)
        if group:
            lead = "零" if number and group < 1000 else ""
            groups.insert(0, f"{lead}{_group(group)}{_GROUPS[place]}")
        place += 1
    return "".join(groups)


def _group(number: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return text
