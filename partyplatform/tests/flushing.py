"""The emptying of the database after a test that commits.

Django truncates every table and writes all content types anew: on PostgreSQL a third of a second of processor time,
after two hundred tests. Here the tables that hold something are emptied, and no other.
"""

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import TransactionTestCase

from eforefront import dues_triggers
from partyplatform.audit import triggers

LASTING = {"django_migrations", "django_content_type", "auth_permission"}
GUARDS = (triggers, dues_triggers)


@pytest.fixture(scope="session", autouse=True)
def quick_flush():
    """Empty what a test filled, past the triggers of the audit and of the ledger, which stay in force during it."""
    theirs = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: [
        _empty(connections[alias]) for alias in case._databases_names(include_mirrors=False)
    ]
    yield
    TransactionTestCase._fixture_teardown = theirs


def _empty(connection):
    if connection.vendor == "postgresql" and _passes_triggers(connection):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
            _delete(connection, cursor)
        return
    for guard in GUARDS:
        guard.remove(connection)
    try:
        if connection.vendor == "sqlite":  # asks for foreign keys at the end of a transaction only
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                _delete(connection, cursor)
        else:
            call_command("flush", verbosity=0, interactive=False, database=connection.alias, reset_sequences=False)
    finally:
        for guard in GUARDS:
            guard.install(connection)


def _passes_triggers(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def _delete(connection, cursor):
    names = [name for name in connection.introspection.table_names(cursor) if name not in LASTING]
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
    cursor.execute(" UNION ALL ".join(asked))
    for (name,) in cursor.fetchall():
        cursor.execute(f"DELETE FROM {name}")
    cursor.execute("DELETE FROM django_content_type WHERE app_label = 'test'")  # what tests of transactions wrote
