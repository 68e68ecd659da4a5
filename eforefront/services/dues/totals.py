"""The sums of each branch and of everything above it, kept with every change of its months and its ledger.

`Changes.write` comes last in a transaction, just before the audit: the rows of a committee are held as shortly as the
head of the chain is. A branch that comes under another committee takes its sums along (`moved`).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection

from eforefront.models import DuesEntry, DuesMonth, DuesSubtotal, DuesTotal
from eforefront.models.dues_ledger import LARGE_GIFT_FEN, MonthState
from orgs.models import Organization
from orgs.totals import ancestors

NAMES = (
    *("due_fen", "paid_fen", "due_count", "paid_count", "late_count", "exempt_count", "paused_count"),
    *("received_fen", "gift_fen", "large_gift_fen"),
)
BATCH = 200
_COLUMNS = ", ".join(NAMES)
_MARKS = f"({', '.join(['%s'] * (3 + len(NAMES)))})"
_ADDING = (
    f"INSERT INTO {{table}} (year, month, organization_id, {_COLUMNS}) VALUES {{rows}}"
    " ON CONFLICT (year, month, organization_id) DO UPDATE SET {setting}"
)
Key = tuple[int, int, int]  # year, month, organisation


class Changes:
    """What is to be added to the sums; `write` does it in the order of the key, so that nobody waits in a circle.

    What one transaction changes is gathered in one of these and written once.
    """

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

    def write(self) -> None:
        own = {key: sums for key, sums in self._sums.items() if any(sums.values())}
        add(DuesTotal, own)
        add(DuesSubtotal, _upward(own))


def add(model: type[DuesTotal | DuesSubtotal], amounts: Mapping[Key, Mapping[str, int]]) -> None:
    """Add to the sums of these organisations and months, making rows that do not exist yet."""
    rows = [(*key, *(sums[name] for name in NAMES)) for key, sums in sorted(amounts.items()) if any(sums.values())]
    table = model._meta.db_table
    setting = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in NAMES)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            text = _ADDING.format(table=table, rows=", ".join([_MARKS] * len(some)), setting=setting)
            cursor.execute(text, [value for row in some for value in row])


def moved(organization: Organization, *, old_parent: Organization | None, new_parent: Organization | None) -> None:
    """Take the sums of an organisation and all below it from those it stood under to those it stands under now."""
    chains = ancestors([parent.pk for parent in (old_parent, new_parent) if parent])
    left, joined = ({parent.pk, *chains[parent.pk]} if parent else set() for parent in (old_parent, new_parent))
    sums: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    for model in (DuesTotal, DuesSubtotal):
        for row in model.objects.filter(organization=organization):
            for name in NAMES:
                sums[row.year, row.month][name] += getattr(row, name)
    changes: dict[Key, Mapping[str, int]] = {}
    for (year, month), amounts in sums.items():
        changes |= {(year, month, pk): {n: -amount for n, amount in amounts.items()} for pk in left - joined}
        changes |= {(year, month, pk): amounts for pk in joined - left}
    add(DuesSubtotal, changes)


def _upward(own: Mapping[Key, Mapping[str, int]]) -> dict[Key, dict[str, int]]:
    """Return what changes of branches add to those above them."""
    found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    chains = _chains({pk for _, _, pk in own})
    for (year, month, pk), sums in own.items():
        for above in chains[pk]:
            kept = found[year, month, above]
            for name in NAMES:
                kept[name] += sums[name]
    return found


def _chains(ids: Collection[int]) -> dict[int, list[int]]:
    listed = sorted(ids)
    chains: dict[int, list[int]] = {}
    for start in range(0, len(listed), BATCH):
        chains |= ancestors(listed[start : start + BATCH])
    return chains


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
