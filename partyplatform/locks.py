"""Locks held until the end of a transaction, and the answer when one cannot be had in time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

_TREE = 0x0709_0001  # any fixed number: the advisory lock's name on PostgreSQL
_RULES = 0x0709_0002
_BRIEFLY = 1000  # milliseconds
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock_timeout that ran out


class Busy(Exception):
    """Somebody else holds what is needed for longer than a reader should wait; shown as page 503.

    PostgreSQL has broken the transaction by then: let it pass through every atomic block, and start afresh.
    """


def tree_lock() -> None:
    """Hold the tree until the end of the running transaction; call it before the first node is read.

    PostgreSQL waits for an advisory lock at most `lock_timeout` (5 s) and raises `Busy` after that. SQLite
    needs nothing: its transactions are IMMEDIATE, so the running one is already the only writer.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tree_lock() outside a transaction would be given back at once")
    if connection.vendor != "postgresql":
        return
    with busy_on_timeout(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])


def still_tree_lock() -> None:
    """Keep the tree as it is until the end of the running transaction, for whoever reads its shape and writes down
    what follows from it. Any number may hold it at once; whoever changes the tree waits for them, and they for it."""
    if not connection.in_atomic_block:
        raise RuntimeError("still_tree_lock() outside a transaction would be given back at once")
    if connection.vendor != "postgresql":
        return
    with busy_on_timeout(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_TREE])


def try_tree_lock() -> bool:
    """Take the tree lock if nobody holds it; say whether it was had. For work that can wait for another time."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TREE])
        return cursor.fetchone()[0]


def rules_lock(*, alone: bool) -> None:
    """Hold the rules by which records are scored until the end of the running transaction: shared to save by them,
    alone to change them. Raises `Busy` as `tree_lock` does; alone it waits one second only, since whoever saves
    meanwhile waits behind it.
    """
    if connection.vendor != "postgresql":
        return
    with busy_on_timeout(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RULES])
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        else:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_RULES])


@contextmanager
def waiting_briefly() -> Iterator[None]:
    """Wait for SQLite's one writer a second inside the block, not as long as work is worth waiting for.

    For what a page may leave unwritten. Asked on the driver's own connection: it is no statement of the page.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    driver, usual = connection.connection, connection.settings_dict["OPTIONS"].get("timeout", 5)
    driver.execute(f"PRAGMA busy_timeout = {_BRIEFLY}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual * 1000}")


@contextmanager
def busy_on_timeout() -> Iterator[None]:
    """Turn the running out of `lock_timeout` inside the block into `Busy`; every other error stays itself."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Busy from error
