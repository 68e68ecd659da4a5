"""A database for one run, filled and forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from bench import cities
from orgs import tree


@contextmanager
def scratch(scale: str) -> Iterator[None]:
    """Make a database with the tree of a scale on the server of DATABASE_URL, use it inside the block, drop it."""
    real = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with transaction.atomic():
            tree.insert_many(cities.organizations(scale))
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
