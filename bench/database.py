"""A database for one run, filled and forgotten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection


@contextmanager
def scratch(scale: str, fill: Callable[[str], None] | None = None) -> Iterator[None]:
    """Make a database of a scale on the server of DATABASE_URL, use it inside the block, drop it.

    It is filled by `manage.py demo`, or by `fill`.
    """
    real = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        if fill is None:
            call_command("demo", scale=scale, stdout=StringIO())
        else:
            fill(scale)
        settle()
        yield
    finally:
        connection.creation.destroy_test_db(real, verbosity=0)


def settle() -> None:
    """Do at once what the server would do by itself in a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def label() -> str:
    return {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
