"""Inserting thousands of rows of models at once: COPY on PostgreSQL, batches elsewhere.

Django spells every value into one long INSERT there, which costs several times what the server needs for the rows.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models, transaction

_M = TypeVar("_M", bound=models.Model)
FEW = 200  # rows up to which an INSERT costs no more
_BATCH = 500
_CHUNK = 500  # lines handed over at once
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NULL = "\\N"


def insert(rows: Sequence[_M]) -> list[_M]:
    """Insert rows of one model, with their primary keys afterwards, as `bulk_create` does; returns them.

    No signals are sent. Raises IntegrityError as any statement does.
    """
    found = list(rows)
    if connection.vendor != "postgresql" or len(found) <= FEW:
        return type(found[0])._default_manager.bulk_create(found, batch_size=_BATCH) if found else []
    with transaction.atomic(savepoint=False), connection.wrap_database_errors:
        _number(found)
        _copy(found)
    for row in found:
        row._state.adding, row._state.db = False, connection.alias
    return found


def replace(stored: models.QuerySet[_M], rows: Sequence[_M], *, fields: Sequence[str]) -> None:
    """Save these fields of all rows of `stored`, which no other table points to; `rows` are whole rows of it."""
    found = list(rows)
    if connection.vendor != "postgresql" or len(found) <= FEW:
        model = type(found[0]) if found else stored.model
        model._default_manager.bulk_create(
            found, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )
        return
    with transaction.atomic(savepoint=False), connection.wrap_database_errors:
        stored.filter(pk__in=[row.pk for row in found]).order_by()._raw_delete(connection.alias)
        _copy(found)


def _number(rows: Sequence[models.Model]) -> None:
    """Give those without a primary key the next numbers of its sequence."""
    lacking = [row for row in rows if row.pk is None]
    if not lacking:
        return
    meta = lacking[0]._meta
    table, column = connection.ops.quote_name(meta.db_table), meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(lacking)]
        )
        for row, (number,) in zip(lacking, cursor.fetchall(), strict=True):
            row.pk = number


def _copy(rows: Sequence[models.Model]) -> None:
    meta = rows[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    readers = [_reader(field) for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for start in range(0, len(rows), _CHUNK):
            copy.write("".join(_lines(rows[start : start + _CHUNK], readers)))


def _lines(rows: Sequence[models.Model], readers: Sequence[Callable[[Any], Any]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join([_spelled(read(row)) for read in readers]) + "\n"


def _reader(field: models.Field) -> Callable[[Any], Any]:
    """Return how the value of a field is read off a row; a field with a rule of its own is asked for it."""
    if isinstance(field, models.JSONField):
        return lambda row: _json(getattr(row, field.attname), field.encoder)
    if type(field).pre_save is models.Field.pre_save:
        return attrgetter(field.attname)
    return lambda row: field.pre_save(row, add=True)


def _json(value: Any, encoder: type[json.JSONEncoder] | None) -> str | None:
    return None if value is None else json.dumps(value, cls=encoder)


def _spelled(value: Any) -> str:
    """Spell a value as COPY reads it."""
    spell = _SPELLING.get(type(value))
    if spell is not None:
        return spell(value)
    return str.translate(value, _ESCAPED) if isinstance(value, str) else str(value)


def _hex(value: Any) -> str:
    return f"\\\\x{bytes(value).hex()}"


_SPELLING: dict[type, Callable[[Any], str]] = {
    str: lambda value: value.translate(_ESCAPED) if not value.isalnum() else value,
    int: str,
    type(None): lambda value: _NULL,
    bool: lambda value: "t" if value else "f",
    bytes: _hex,
    bytearray: _hex,
    memoryview: _hex,
}
