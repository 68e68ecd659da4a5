"""What gives how many points on a day: read from data/score_rule.csv, which only grows. Source: screens.md 3.10.

A rule that changes gets an end, and a new line a beginning; what was given before stays as it was.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from eforefront.codes import SCORE_RULES, ScoreSource

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """`points` for each `per`, at most `most` for one entry; in force from its first day to before `until`."""

    source: ScoreSource
    item: str
    points: Decimal | None
    per: str
    most: Decimal | None
    since: datetime.date
    until: datetime.date | None
    note: str

    def holds(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def give(self, amount: Decimal) -> Decimal:
        """Return the points for an amount, to one decimal, half up."""
        given = (amount * (self.points or 0)).quantize(TENTH, ROUND_HALF_UP)
        return given if self.most is None else min(given, self.most)


@cache
def rules() -> tuple[ScoreRule, ...]:
    return tuple(_rules())


def rule(source: str, item: str, *, on: datetime.date) -> ScoreRule | None:
    """Return the rule in force on a day, None where nothing is given."""
    return next((row for row in rules() if (row.source, row.item) == (source, item) and row.holds(on)), None)


def points(source: str, item: str, *, on: datetime.date, amount: Decimal = Decimal(1)) -> Decimal:
    """Return what an event of a day is worth; 0 where no rule holds."""
    found = rule(source, item, on=on)
    return found.give(amount) if found else Decimal(0)


def limit_by_hand(on: datetime.date) -> Decimal:
    """Return the most points one entry by hand may give or take; 0 where none may be made."""
    found = rule(ScoreSource.HAND, "", on=on)
    return found.most or Decimal(0) if found else Decimal(0)


def _rules() -> Iterator[ScoreRule]:
    for row in SCORE_RULES.rows:
        yield ScoreRule(
            source=ScoreSource(row["source"]),
            item=row["item"],
            points=Decimal(row["points"]) if row["points"] else None,
            per=row["per"],
            most=Decimal(row["most"]) if row["most"] else None,
            since=datetime.date.fromisoformat(row["from"]),
            until=datetime.date.fromisoformat(row["until"]) if row["until"] else None,
            note=row["note"],
        )
