"""Writing many rows at once, past the models: COPY on PostgreSQL, batches elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

BATCH = 5000
_PLAIN = frozenset({int, str, type(None)})


def load(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, is_plain: bool = False
) -> None:
    """Insert rows of Python values for the named fields. The caller keeps what the services keep.

    `is_plain` says that they are numbers and texts as every database takes them, dates spelled out: nothing is
    prepared, which for a million rows is most of the work.
    """
    fields = [model._meta.get_field(name) for name in names]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            take_stock(model)
            return
        marks = ", ".join(["%s"] * len(fields))
        spell = [_speller(field) for field in fields]
        source = iter(rows)
        while batch := list(islice(source, BATCH)):
            prepared = (
                batch if is_plain else [[say(value) for say, value in zip(spell, row, strict=True)] for row in batch]
            )
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", prepared)


def _speller(field: models.Field) -> Callable[[Any], Any]:
    """Return how a value of this field is put: numbers, texts and nothing as they are, days and times once each."""
    target = field.target_field if field.is_relation else field
    known: dict[Any, Any] = {}

    def prepared(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    def plain(value: Any) -> Any:
        return value if type(value) in _PLAIN else prepared(value)

    def once(value: Any) -> Any:
        if value not in known:
            known[value] = prepared(value)
        return known[value]

    if isinstance(target, models.DateField):  # a DateTimeField is one of them
        return once
    own = type(target).get_db_prep_save is models.Field.get_db_prep_save
    return plain if own and isinstance(target, models.CharField | models.TextField | models.IntegerField) else prepared


def take_stock(model: type[models.Model]) -> None:
    """Let PostgreSQL know how many rows a table has got: it takes one filled just now for empty, and joins it badly."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def take_time() -> None:
    """Lift the time limit of statements until the running transaction ends: two million rows take longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")


def take_numbers_from(*tables: type[models.Model]) -> None:
    """Let the next row of each table get the number after the highest one that was written with its number."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def settle() -> None:
    """Do at once what the server would do by itself in a while: count the rows, mark the pages all can see."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("RESET statement_timeout")
