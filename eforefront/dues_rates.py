"""月应缴党费: brackets as data, computed exactly. Source: 党费规定 2–6; workflows.md 8.1.

The rate of a bracket applies to the whole base, an upper bound belongs to the lower bracket, and the result is rounded
half up to 0.01 yuan. Rows of `dues_rate.csv` count from the month in `since` on, until later ones take their place.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from django.core.exceptions import ValidationError

from eforefront import codes

RELIEF = "9"  # 经批准少交、免交: follows from an approved relief, nobody is entered in it
MOST = Decimal("9999999.99")


@dataclass(frozen=True, slots=True)
class Bracket:
    """One row: a rate of the base above `over` up to and including `up_to`, or an amount between two bounds."""

    category: str
    since: datetime.date
    over: Decimal | None
    up_to: Decimal | None
    rate: Decimal | None
    least: Decimal | None
    most: Decimal | None

    def holds(self, base: Decimal) -> bool:
        return (self.over is None or base > self.over) and (self.up_to is None or base <= self.up_to)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due each month, in fen, and the rate it follows from (None: a fixed amount)."""

    fen: int
    rate: Decimal | None = None


def choices() -> list[tuple[str, str]]:
    """(code, label) of the categories a member can be entered in."""
    return [(code, label) for code, label in codes.DUES_CATEGORIES.choices if code != RELIEF]


def has_base(category: str) -> bool:
    """Say whether dues of the category are a share of an income."""
    return any(row.rate is not None for row in _brackets() if row.category == category and category != RELIEF)


def bounds(category: str) -> tuple[Decimal, Decimal] | None:
    """Return the least and the most a category without a base pays, None for one with a base."""
    row = next((row for row in _brackets() if row.category == category and row.rate is None), None)
    return (row.least or Decimal(0), row.most or Decimal(0)) if row else None


def edition(month: datetime.date) -> datetime.date:
    """Return since when the rates of a month are in force. Raises ValidationError before the first ones."""
    found = max((row.since for row in _brackets() if row.since <= month), default=None)
    if found is None:
        raise ValidationError(f"{month:%Y-%m} 没有可用的党费比例")
    return found


def first_month() -> datetime.date:
    return min(row.since for row in _brackets())


def monthly(category: str, month: datetime.date, *, base: Decimal | None = None, fixed: Decimal | None = None) -> Due:
    """Return what a member of a category owes in a month, by the rates of that month.

    `base` is asked of those with an income; `fixed` of those who choose within bounds (farmers), else the least counts.
    Raises ValidationError with the field (`category`, `base`, `fixed`) that is wrong.
    """
    since = edition(month)
    rows = [row for row in _brackets() if row.category == category and row.since == since]
    if not rows or category == RELIEF:
        raise ValidationError({"category": "请从列表中选择缴纳类别"})
    if rows[0].rate is None:
        return Due(_fen(_within(rows[0], fixed)))
    if base is None:
        raise ValidationError({"base": "请填写计算基数"})
    if not 0 < base <= MOST:
        raise ValidationError({"base": f"计算基数应大于 0，不超过 {MOST}"})
    rate = next(row.rate for row in rows if row.holds(base))
    assert rate is not None
    fen = _fen(base * rate)
    if not fen:
        raise ValidationError({"base": "按此基数月应缴不足 0.01 元；确需免交的，请办理减免"})
    return Due(fen, rate)


def _within(row: Bracket, fixed: Decimal | None) -> Decimal:
    least, most = row.least or Decimal(0), row.most or Decimal(0)
    amount = least if fixed is None else fixed
    if not least <= amount <= most:
        raise ValidationError({"fixed": f"月应缴应在 {least} 元至 {most} 元之间"})
    return amount


def _fen(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@cache
def _brackets() -> tuple[Bracket, ...]:
    return tuple(_rows())


def _rows() -> Iterator[Bracket]:
    for row in codes.DUES_RATES.rows:
        year, month = row["since"].split("-")
        yield Bracket(
            row["category"],
            datetime.date(int(year), int(month), 1),
            *(_decimal(row[name]) for name in ("over", "up_to", "rate", "fixed_min", "fixed_max")),
        )


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise ValueError(f"dues_rate.csv: {text} is no number") from None
