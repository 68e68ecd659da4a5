"""The database's own refusal to change or delete audit records, whoever asks.

`install` is called by a migration. A later migration that alters one of the two tables must call it again at its
end: SQLite rebuilds a table to alter it and forgets its triggers then; `missing` finds that out.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSAL = "audit records are only ever added"

# name: (table, when), the statement that refuses is added per database
_ROWS = {
    "audit_record_no_update": ("audit_record", "BEFORE UPDATE ON audit_record FOR EACH ROW"),
    "audit_record_no_delete": ("audit_record", "BEFORE DELETE ON audit_record FOR EACH ROW"),
    "audit_chainhead_no_delete": ("audit_chainhead", "BEFORE DELETE ON audit_chainhead FOR EACH ROW"),
    "audit_chainhead_forward": (
        "audit_chainhead",
        "BEFORE UPDATE ON audit_chainhead FOR EACH ROW WHEN (NEW.seq <= OLD.seq)",
    ),
}
# TRUNCATE passes row triggers by; SQLite has none.
_POSTGRESQL = _ROWS | {
    "audit_record_no_truncate": ("audit_record", "BEFORE TRUNCATE ON audit_record"),
    "audit_chainhead_no_truncate": ("audit_chainhead", "BEFORE TRUNCATE ON audit_chainhead"),
}
# INSERT OR REPLACE passes delete triggers by; PostgreSQL has none.
_SQLITE = _ROWS | {
    "audit_record_no_replace": (
        "audit_record",
        "BEFORE INSERT ON audit_record WHEN EXISTS (SELECT 1 FROM audit_record WHERE seq = NEW.seq)",
    ),
    "audit_chainhead_no_replace": (
        "audit_chainhead",
        "BEFORE INSERT ON audit_chainhead WHEN EXISTS (SELECT 1 FROM audit_chainhead)",
    ),
}
_POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, also when they are there already."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for name, (_, when) in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()")
        else:
            for name, (_, when) in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, as far as they are there: for the reverse migration, and to empty a test database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, (table, _) in _POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute("DROP FUNCTION IF EXISTS audit_refuse()")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are not in force, in order."""
    if connection.vendor == "postgresql":
        wanted, question = _POSTGRESQL, "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        wanted, question = _SQLITE, "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(wanted) - present)
