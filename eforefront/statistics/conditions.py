"""What a row or a column asks: tests of facts, read from the files of the tables.

job_post = ["0111", "0112"]                 one of these codes
job_post = "03*"                            a code and everything under it
ethnicity = { not = ["01", "97", ""] }      any other; "" is an empty item
age = "31..35", "..30", "71.."              full years on the day of the report
joined_on = "1966-05-01..1976-10-31"        days
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from orgs.dates import add_months


class Unreadable(ValueError):
    """A condition nobody can make sense of; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class In:
    """One of these codes, or with `negated` any other; "" stands for an empty item."""

    values: frozenset[str]
    negated: bool = False

    def holds(self, value: str) -> bool:
        return (value in self.values) != self.negated

    def q(self, name: str) -> Q:
        found = Q(**{f"{name}__in": sorted(self.values)})
        return ~found if self.negated else found


@dataclass(frozen=True, slots=True)
class Days:
    """A day from `low` to `high`, both included; None is no limit. An empty day is in no range."""

    low: datetime.date | None
    high: datetime.date | None

    def holds(self, value: datetime.date | None) -> bool:
        if value is None:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def q(self, name: str) -> Q:
        found = Q(**{f"{name}__isnull": False})
        found &= Q(**{f"{name}__gte": self.low}) if self.low else Q()
        return found & (Q(**{f"{name}__lte": self.high}) if self.high else Q())


@dataclass(frozen=True, slots=True)
class Span:
    """So many full years or months since a day; both ends included."""

    low: int | None
    high: int | None

    def days(self, on: datetime.date, unit: int) -> Days:
        """Return the days since which it is so long on a day; `unit` is in months."""
        since = add_months(on, -(self.high + 1) * unit) + datetime.timedelta(days=1) if self.high is not None else None
        return Days(since, add_months(on, -self.low * unit) if self.low is not None else None)


Test = In | Days | Span


def read_codes(written: Any, codes: Mapping[str, str]) -> In:
    """Return the test of a coded fact; `codes` holds {code: its parent}. Raises Unreadable for an unknown code."""
    if isinstance(written, dict):
        if set(written) != {"not"}:
            raise Unreadable("只能写成 { not = [代码] }")
        found = read_codes(written["not"], codes)
        return In(found.values, negated=True)
    values: set[str] = set()
    for code in [written] if isinstance(written, str) else written:
        if not isinstance(code, str):
            raise Unreadable(f"代码 {code} 应写成带引号的文字")
        matched = _under(code, codes) if code.endswith("*") else {code} & {"", *codes}
        if not matched:
            raise Unreadable(f"没有代码“{code}”")
        values |= matched
    if not values:
        raise Unreadable("没有写代码")
    return In(frozenset(values))


def _under(pattern: str, codes: Mapping[str, str]) -> set[str]:
    start = pattern.removesuffix("*")
    found = {code for code in codes if code == start or (start and code.startswith(start))}
    while more := {code for code, parent in codes.items() if parent in found} - found:
        found |= more
    return found


def read_range(written: Any, *, of: str) -> Days | Span:
    """Return the test of a range: of "days", or of full "years" or "months". Raises Unreadable."""
    low, dots, high = written.partition("..") if isinstance(written, str) else ("", "", "")
    if not dots or not (low or high):
        raise Unreadable(f"“{written}”应写成 下限..上限")
    try:
        if of == "days":
            test: Days | Span = Days(*(datetime.date.fromisoformat(end) if end else None for end in (low, high)))
        else:
            test = Span(*(int(end) if end else None for end in (low, high)))
    except ValueError:
        raise Unreadable(f"“{written}”的界限不是{'日期' if of == 'days' else '整数'}") from None
    if test.low is not None and test.high is not None and test.low > test.high:  # type: ignore[operator]
        raise Unreadable(f"“{written}”的下限大于上限")
    return test
