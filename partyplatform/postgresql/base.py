"""The database backend named in settings.DATABASES."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

CHECK_SECONDS = 2.0  # a connection from an earlier request answers sooner than this, or is given up
HOLD_OFF = 1.0  # seconds in which nobody tries again to reach a server that was silent
NO_ANSWER = "the database does not answer"

_silent_until = 0.0  # one for all threads of the process: they wait for the same server


class Patient(psycopg.Connection[Any]):
    """A connection that waits for an answer so long and no longer; then it is closed, for its state is unknown."""

    seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.seconds)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            _note_silence()
            raise psycopg.OperationalError(NO_ANSWER) from None

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Wait no longer than this inside the block."""
        before, self.seconds = self.seconds, min(seconds, self.seconds or seconds)
        try:
            yield
        finally:
            self.seconds = before


class Driver:
    """psycopg, except that it connects patiently."""

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)

    @staticmethod
    def connect(**parameters: Any) -> Patient:
        if monotonic() < _silent_until:
            raise psycopg.OperationalError(NO_ANSWER)
        try:
            connection = Patient.connect(**parameters)
        except psycopg.errors.ConnectionTimeout:
            _note_silence()
            raise
        connection.seconds = settings.DATABASE_SILENCE_SECONDS or None
        return connection


class DatabaseWrapper(base.DatabaseWrapper):
    Database = Driver()  # type: ignore[assignment]

    def is_usable(self) -> bool:
        """Ask the connection kept from an earlier request; a silent one is replaced by a new one at once."""
        if self.connection is None:
            return False
        with self.connection.limited(CHECK_SECONDS):
            return super().is_usable()


def _note_silence() -> None:
    global _silent_until
    _silent_until = monotonic() + HOLD_OFF
