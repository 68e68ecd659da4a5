"""The database's own refusal to change or delete what was paid, whoever asks.

`install` is called by a migration. A later migration that alters one of the tables must call it again at its end:
SQLite rebuilds a table to alter it and forgets its triggers then; `missing` finds that out.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSAL = "the ledger of dues is only ever added to"
_TABLES = ("eforefront_duesentry", "eforefront_duesreceipt")
_TRIGGERS = {
    f"{table}_no_{verb.lower()}": (table, f"BEFORE {verb} ON {table} FOR EACH ROW")
    for table in _TABLES
    for verb in ("UPDATE", "DELETE")
}
_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION eforefront_dues_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, also when they are there already."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name, (_, when) in _TRIGGERS.items():
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION eforefront_dues_refuse()")
            else:
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, as far as they are there: for the reverse migration, and to empty a test database."""
    with connection.cursor() as cursor:
        for name, (table, _) in _TRIGGERS.items():
            place = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS eforefront_dues_refuse()")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are not in force, in order."""
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_TRIGGERS) - present)
