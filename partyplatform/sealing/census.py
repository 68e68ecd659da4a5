"""Which rows use which key: asked before a key is retired, and shown by `manage.py keys status`."""

from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings

from partyplatform.crypto import Undecipherable, head_of, index_under

from .columns import END, SealedColumn, columns
from .rotation import Cell, cells

UNKNOWN = ""  # instead of a key id: no head to read, or a search key no known key makes


@dataclass
class Census:
    """Rows of one column by the id of their key. What does not open counts where its head says."""

    column: SealedColumn
    field_keys: Counter = field(default_factory=Counter)
    index_keys: Counter = field(default_factory=Counter)
    unreadable: int = 0


def census() -> list[Census]:
    """Read every sealed cell; constant memory, no statement longer than a batch."""
    return [_of(column) for column in columns()]


def _of(column: SealedColumn) -> Census:
    result = Census(column)
    for batch in cells(column, batch=2000):
        for cell in batch:
            _count(result, cell)
    return result


def _count(result: Census, cell: Cell) -> None:
    if not cell.blob and not cell.search_key:
        return
    head = head_of(cell.blob)
    result.field_keys[head.key_id if head else UNKNOWN] += 1
    try:
        text = result.column.opened(cell.row, cell.blob, cell.search_key)
    except Undecipherable:
        result.unreadable += 1
        text = None
    if result.column.index_field:
        used = {_index_key(cell.search_key, text, column=result.column.index_column)}
        if result.column.end_field and cell.end_key:
            end = text and text[-END:]
            used.add(_index_key(cell.end_key, end, column=f"{result.column.index_column}.end"))
        result.index_keys.update(used)


def _index_key(search_key: str, text: str | None, *, column: str) -> str:
    if text is None:
        return UNKNOWN
    keys = reversed(list(settings.INDEX_KEYS.values()))
    return next((key.id for key in keys if index_under(key, text, column=column) == search_key), UNKNOWN)
