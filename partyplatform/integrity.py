"""The invariants of the data, as a list that every app enters its own into; `manage.py check_integrity` proves them.

    @invariant("审计链完整")
    def chain_is_whole():
        yield from verify()

A function yields (or returns) one text per problem, reads only, and keeps to constant memory. Modules that hold them
are imported in AppConfig.ready().
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    title: str
    problems: Check


_invariants: dict[str, Invariant] = {}


def invariant(title: str) -> Callable[[Check], Check]:
    """Enter a function under its title; a second one of the same title raises ValueError."""

    def enter(check: Check) -> Check:
        if title in _invariants:
            raise ValueError(f"an invariant called {title} exists already")
        _invariants[title] = Invariant(title, check)
        return check

    return enter


def invariants() -> tuple[Invariant, ...]:
    """Return all invariants in the order they were entered."""
    return tuple(_invariants.values())


@contextmanager
def read_only_snapshot() -> Iterator[None]:
    """Read one state of the whole database inside the block, keep writing impossible, and hold up nobody.

    Inside a transaction that is running already, that transaction decides which state is read.
    """
    if connection.vendor == "postgresql":
        with _postgresql_snapshot():
            yield
    else:
        with _sqlite_snapshot():
            yield


@contextmanager
def _postgresql_snapshot() -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SET TRANSACTION READ ONLY" if nested else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            )
        yield
        transaction.set_rollback(True)  # ends the read-only mode when this is only a savepoint


@contextmanager
def _sqlite_snapshot() -> Iterator[None]:
    _query_only("ON")  # connects as well, which sets transaction_mode
    sqlite: Any = connection
    mode = sqlite.transaction_mode
    sqlite.transaction_mode = "DEFERRED"  # IMMEDIATE would lock every writer out for the whole reading
    try:
        with transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = mode
        _query_only("OFF")


def _query_only(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA query_only = {state}")
