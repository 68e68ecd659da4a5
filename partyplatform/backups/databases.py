"""The database of a backup: one state of it, in the form its own engine restores."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from .failing import Refused

NAMES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
# What libpq reads from its environment, so that no password stands in a list of processes.
_LIBPQ = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
State = dict[str, Any]


def dump(folder: Path) -> State:
    """Write the database into the folder; return its rows by table and its migrations, both of the same state."""
    path = folder / NAMES[connection.vendor]
    return _dump_postgresql(path) if connection.vendor == "postgresql" else _dump_sqlite(path)


def load(path: Path) -> None:
    """Bring a dump into the database, which is empty: all of it or nothing."""
    connection.close()
    if connection.vendor == "postgresql":
        _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", path)
    else:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(_file())) as target:
            source.backup(target)
        _file().chmod(0o600)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def state() -> State:
    """Return how many rows each table has, and which migrations were applied."""
    count = "SELECT count(*) FROM {}"
    with connection.cursor() as cursor:
        counted = {}
        for table in _tables(connection.introspection.table_names(cursor)):
            cursor.execute(count.format(connection.ops.quote_name(table)))
            counted[table] = cursor.fetchone()[0]
    return {"rows": counted, "migrations": sorted(".".join(name) for name in applied())}


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def _tables(present: list[str]) -> list[str]:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(known & set(present))


def _dump_postgresql(path: Path) -> State:
    """The rows are counted in the snapshot that pg_dump reads."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", target=False)
        return state()


def _dump_sqlite(path: Path) -> State:
    """SQLite's own copying, never the live file: it shows one state, whoever writes meanwhile."""
    with closing(sqlite3.connect(path)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        count = "SELECT count(*) FROM {}".format
        tables = [name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: target.execute(count(f'"{name}"')).fetchone()[0] for name in _tables(tables)}
        migrations = [f"{app}.{name}" for app, name in target.execute("SELECT app, name FROM django_migrations")]
    return {"rows": rows, "migrations": sorted(migrations)}


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _run(program: str, *arguments: Any, target: bool = True) -> None:
    parameters = connection.get_connection_params()
    given = {name: str(parameters[key]) for key, name in _LIBPQ.items() if parameters.get(key)}
    environment = {**os.environ, **given, "PGOPTIONS": "-c statement_timeout=0"}
    into = [f"--dbname={parameters['dbname']}"] if target else []
    try:
        subprocess.run(
            [program, *into, *map(str, arguments)], env=environment, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Refused(f"没有找到 {program}：请安装 PostgreSQL 的客户端程序") from None
    except subprocess.CalledProcessError as fault:
        raise Refused(f"{program} 没有完成：{_last_line(fault.stderr)}") from None


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "没有说明")
