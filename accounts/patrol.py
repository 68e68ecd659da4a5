"""The round over sealed cells: what does not open becomes an alarm, looked at or not. Source: security.md 41.

Pages and exports only show 无法解密 and leave a line in the log: looking changes nothing, however often it is done and
however many rows a list has. The worker goes on through all cells a little each minute and begins again at the end.
"""

from typing import Any

from django.db.models import QuerySet

from partyplatform import audit
from partyplatform.audit.models import Alarm
from partyplatform.chores import chore
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, columns

ACTION = "accounts.undecipherable"
CELLS = 5000  # a minute: a university in a quarter of an hour, a city in a day, 0.1 s of a processor
MOST = 50  # open alarms of single rows; with a key that is gone every row is one, and one alarm says that
MANY = "大量密文无法解密，请检查密钥"


class Round:
    """Where the round is: a worker that starts begins a new one."""

    def __init__(self) -> None:
        self.column, self.after = 0, 0

    def go_on(self) -> None:
        """Look at the next cells, over the end of a column but once over all at the most."""
        left, every = CELLS, columns()
        for _ in every:
            column = every[self.column % len(every)]
            rows = list(_rows(column, self.after)[:left])
            for row in rows:
                if not _opens(column, row):
                    raise_alarm(column.label, row, column.organization(row))
            left -= len(rows)
            if left <= 0:
                self.after = rows[-1].pk
                return
            self.column, self.after = (self.column + 1) % len(every), 0


_round = Round()


@chore
def look_on() -> None:
    _round.go_on()


def raise_alarm(label: str, row: Any, organization: int | None) -> None:
    """Raise the alarm of one cell, once until somebody has dealt with it.

    Without an organisation it reaches the top of every tree, so it names the row by its random id and nobody.
    """
    known = Alarm.objects.open().like(action=ACTION)
    reason = f"{label}的密文无法解密（{row._meta.verbose_name} {row.uid}）"
    if known.like(reason=reason).exists():
        return
    if known.count() < MOST:
        named = row if organization is not None else None
        audit.alarm(audit.SYSTEM, ACTION, named, organization=organization, reason=reason)
    elif not known.like(reason=MANY).exists():
        audit.alarm(audit.SYSTEM, ACTION, reason=MANY)


def _rows(column: SealedColumn, after: int) -> QuerySet[Any]:
    fields = [column.row, column.field, *([column.index_field] if column.index_field else [])]
    return column.model._base_manager.filter(pk__gt=after).only("pk", *fields).order_by("pk")


def _opens(column: SealedColumn, row: Any) -> bool:
    try:
        column.text(row)
    except Undecipherable:
        return False
    return True
