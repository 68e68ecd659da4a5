"""The sums of each branch, kept with every change of its months and its ledger.

A change touches the rows of its own branch only: sums of those above are added up when they are asked for.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection

from eforefront.models import DuesEntry, DuesMonth, DuesTotal
from eforefront.models.dues_ledger import LARGE_GIFT_FEN, MonthState

NAMES = (
    *("due_fen", "paid_fen", "due_count", "paid_count", "late_count", "exempt_count", "paused_count"),
    *("received_fen", "gift_fen", "large_gift_fen"),
)
BATCH = 200
_TABLE = DuesTotal._meta.db_table
_COLUMNS = ", ".join(NAMES)
_SETTING = ", ".join(f"{name} = {_TABLE}.{name} + excluded.{name}" for name in NAMES)
_MARKS = f"({', '.join(['%s'] * (3 + len(NAMES)))})"
_ADDING = (
    f"INSERT INTO {_TABLE} (organization_id, year, month, {_COLUMNS}) VALUES {{rows}}"
    f" ON CONFLICT (year, month, organization_id) DO UPDATE SET {_SETTING}"
)
Key = tuple[int, int, int]  # year, month, organisation


class Changes:
    """What is to be added to the sums; `write` does it in the order of the key, so that nobody waits in a circle."""

    def __init__(self) -> None:
        self._sums: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))

    def add(self, organization_id: int, month: datetime.date, amounts: Mapping[str, int]) -> None:
        for number in (month.month, 0):
            sums = self._sums[month.year, number, organization_id]
            for name, amount in amounts.items():
                sums[name] += amount

    def take_month(self, row: DuesMonth, *, away: bool = False) -> None:
        """Count a month as it stands, or take it out again before it changes."""
        sign = -1 if away else 1
        self.add(row.organization_id, row.month, {name: sign * amount for name, amount in of_month(row).items()})

    def take_entry(self, entry: DuesEntry) -> None:
        self.add(entry.organization_id, entry.paid_on, of_entry(entry))

    def items(self) -> Iterable[tuple[Key, dict[str, int]]]:
        return sorted(self._sums.items())

    def write(self) -> None:
        rows = [
            (organization_id, year, month, *sums.values())
            for (year, month, organization_id), sums in self.items()
            if any(sums.values())
        ]
        with connection.cursor() as cursor:
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                marks = ", ".join([_MARKS] * len(some))
                cursor.execute(_ADDING.format(rows=marks), [value for row in some for value in row])


def of_month(row: DuesMonth) -> dict[str, int]:
    """Return what a month adds to the sums of its branch."""
    state = row.state
    if state == MonthState.EXEMPT:
        return {"exempt_count": 1}
    if state == MonthState.PAUSED:
        return {"paused_count": 1}
    paid = int(state in (MonthState.PAID, MonthState.LATE))
    return {
        "due_fen": row.due_fen,
        "due_count": 1,
        "paid_fen": row.paid_fen,
        "paid_count": paid,
        "late_count": int(state == MonthState.LATE),
    }


def of_entry(entry: DuesEntry) -> dict[str, int]:
    """Return what a line of the ledger adds to the sums of the month in which the money came."""
    amount = entry.amount_fen
    gift = amount if entry.kind == DuesEntry.Kind.GIFT else 0
    return {"received_fen": amount, "gift_fen": gift, "large_gift_fen": gift if abs(gift) >= LARGE_GIFT_FEN else 0}
