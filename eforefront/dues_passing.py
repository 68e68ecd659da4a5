"""留存 and 应上缴: what an organisation passes on of what it and all below it received. Source: workflows.md 8.2.

Percentages are of everything received; what a branch, a general branch and a committee keep adds up on the way. Single
gifts of 1,000 yuan and more go up whole (党费规定 11). Nothing is reckoned where no percentage was laid down.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from eforefront.models import DuesShare
from orgs.models import Organization

_LEVELS = tuple(DuesShare.Level)


@dataclass(frozen=True, slots=True)
class Passed:
    """What stays, and what goes up, in fen."""

    kept_fen: int
    passed_fen: int


def level_of(organization: Organization) -> DuesShare.Level:
    if organization.is_branch:
        return DuesShare.Level.BRANCH
    return DuesShare.Level.COMMITTEE if organization.is_committee else DuesShare.Level.GENERAL


class Percentages:
    """The percentages in force over an organisation: `rows` as `ShareQuerySet.over` gives them."""

    def __init__(self, rows: Sequence[DuesShare]):
        self._rows: dict[str, list[DuesShare]] = defaultdict(list)
        for row in rows:
            self._rows[row.level].append(row)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def percent(self, level: str, month: datetime.date) -> Decimal | None:
        """Return what a level keeps in a month: as the nearest committee laid it down, the latest row counts."""
        return next((row.percent for row in self._rows[level] if row.from_month <= month), None)

    def kept(self, level: DuesShare.Level, month: datetime.date) -> Decimal | None:
        """Return what a level and those below it keep together, None where nothing was laid down for it."""
        if self.percent(level, month) is None:
            return None
        below = _LEVELS[: _LEVELS.index(level) + 1]
        return min(sum((self.percent(each, month) or Decimal(0) for each in below), Decimal(0)), Decimal(100))

    def spans(self, year: int, months: Collection[int]) -> list[tuple[int, ...]]:
        """Return the months of a period, those together in which the same percentages hold; (0,) is a whole year."""
        each = range(1, 13) if tuple(months) == (0,) else months
        found: dict[tuple, list[int]] = defaultdict(list)
        for month in each:
            first = datetime.date(year, month, 1)
            found[tuple(self.percent(level, first) for level in _LEVELS)].append(month)
        return [tuple(months)] if len(found) == 1 else [tuple(some) for some in found.values()]

    def passed(
        self, organization: Organization, year: int, parts: Mapping[tuple[int, ...], Mapping[str, int]]
    ) -> Passed | None:
        """Return what an organisation keeps and passes on of its sums of each of `spans`; None where unknown."""
        kept, total = 0, 0
        for months, sums in parts.items():
            percent = self.kept(level_of(organization), datetime.date(year, months[0] or 1, 1))
            if percent is None and sums["received_fen"]:
                return None
            own = sums["received_fen"] - sums["large_gift_fen"]
            kept += int((own * (percent or Decimal(0)) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
            total += sums["received_fen"]
        return Passed(kept, total - kept)
