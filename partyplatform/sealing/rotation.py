"""New keys for the rows there are, while people work.

The data alone say what is left to do: a row is stale while its ciphertext names another key than the current one, or
its search key was made with an older one. So the run may be killed and begun again at any moment, and several may run
at once. Source: security.md 67.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from partyplatform.crypto import Undecipherable, head_of, newest

from .columns import SealedColumn

BATCH = 500
PASSES = 10  # later ones find only rows somebody held, or a process sealed with the old key


class Cell(NamedTuple):
    pk: Any
    row: Any
    blob: bytes | memoryview
    search_key: str = ""
    end_key: str = ""

    @property
    def stored(self) -> tuple[Any, ...]:
        """The ciphertext and its search keys, as many as the column has."""
        return (bytes(self.blob), *self[3:])


@dataclass
class Tally:
    """What one pass met. `stuck` rows cannot be renewed: each with the reason."""

    looked: int = 0
    renewed: int = 0
    busy: int = 0
    stuck: dict[Any, str] = field(default_factory=dict)


def rotate(column: SealedColumn, *, say: Callable[[Tally], None] = lambda tally: None, rest: float = 1.0) -> Tally:
    """Renew every stale row of a column; return what the last pass left, and how many were renewed altogether.

    After each batch the run stands still `rest` times as long as the batch took, so that others come to write.
    """
    renewed = 0
    for _ in range(PASSES):
        tally = _one_pass(column, say=say, rest=rest)
        renewed += tally.renewed
        if not tally.renewed and not tally.busy:
            break
        if tally.busy:
            time.sleep(1)
    tally.renewed = renewed
    return tally


def cells(column: SealedColumn, *, batch: int = BATCH) -> Iterator[list[Cell]]:
    """Yield all filled cells in batches, in order of ids; each batch is a short statement of its own."""
    after = None
    while rows := list(_rows(column).filter(**({} if after is None else {"pk__gt": after})).order_by("pk")[:batch]):
        after = rows[-1][0]
        yield [Cell(*row) for row in rows]


def _rows(column: SealedColumn) -> Any:
    return column.model._base_manager.values_list("pk", *column.stored_fields)


def _one_pass(column: SealedColumn, *, say: Callable[[Tally], None], rest: float) -> Tally:
    tally = Tally()
    for batch in cells(column):
        began = time.monotonic()
        tally.looked += len(batch)
        stale = [cell.pk for cell in batch if _renewed(column, cell, tally) is not None]
        if stale:
            _renew(column, stale, tally)
            time.sleep(rest * (time.monotonic() - began))
        say(tally)
    return tally


def _renew(column: SealedColumn, stale: list[Any], tally: Tally) -> None:
    try:
        _write(column, stale, tally)
    except IntegrityError:
        for pk in stale:
            try:
                _write(column, [pk], tally)
            except IntegrityError:
                tally.stuck[pk] = f"{column.label}与另一行相同，请先处理重复登记"


@transaction.atomic
def _write(column: SealedColumn, stale: list[Any], tally: Tally) -> None:
    """Renew these rows in one short transaction. Rows somebody holds are left for later: whoever waits for nobody
    is part of no deadlock. The old values stand in the condition, so no change made meanwhile is lost."""
    free = _rows(column).filter(pk__in=stale).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    held = [Cell(*row) for row in free]
    changes = []
    for cell in held:
        if (renewed := _renewed(column, cell, tally)) is not None:
            changes.append((*renewed, cell.pk, *cell.stored[: len(renewed)]))
    if changes:
        with connection.cursor() as cursor:
            cursor.executemany(_update(column), changes)
            tally.renewed += cursor.rowcount
    tally.busy += len(stale) - len(held)


def _update(column: SealedColumn) -> str:
    quote, meta = connection.ops.quote_name, column.model._meta
    names = column.stored_fields[1:]
    columns = [quote(meta.get_field(name).column) for name in names]
    assignments = ", ".join(f"{name} = %s" for name in columns)
    conditions = " AND ".join(f"{name} = %s" for name in [quote(meta.pk.column), *columns])
    return f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {conditions}"


def _renewed(column: SealedColumn, cell: Cell, tally: Tally) -> tuple[Any, ...] | None:
    """Return the new values of a stale cell, None for one that is as it should be or cannot be renewed."""
    if not cell.blob or _is_plainly_current(column, cell):
        return None
    try:
        text = column.opened(cell.row, cell.blob, cell.search_key)
    except Undecipherable:
        tally.stuck[cell.pk] = f"{column.label}无法解密"
        return None
    if not column.index_field:
        return (column.sealed(cell.row, text),)
    if cell.search_key not in (known := column.search_keys(text)):
        tally.stuck[cell.pk] = f"检索键与{column.label}不一致"
        return None
    keys = (known[0], column.end_keys(text)[0]) if column.end_field else (known[0],)
    if cell.stored[1 : len(keys) + 1] == keys and _names_current_key(cell):
        return None
    return column.sealed(cell.row, text), *keys


def _is_plainly_current(column: SealedColumn, cell: Cell) -> bool:
    """Say whether the ciphertext alone tells: with a single index key there can be no older search key."""
    is_indexed = not column.index_field or (
        len(settings.INDEX_KEYS) == 1 and bool(cell.end_key or not column.end_field)
    )
    return is_indexed and _names_current_key(cell)


def _names_current_key(cell: Cell) -> bool:
    head = head_of(cell.blob)
    return head is not None and head.key_id == newest(settings.FIELD_KEYS).id


def first(stuck: dict[Any, str], count: int) -> list[tuple[Any, str]]:
    return list(islice(stuck.items(), count))
