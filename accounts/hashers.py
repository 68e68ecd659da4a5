"""The password hash, and how many of them are computed at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from partyplatform.locks import Busy

PATIENCE = 5  # seconds a request waits for its turn


class Argon2id(Argon2PasswordHasher):
    """argon2id with 46 MiB, one pass, one lane: 62 ms on the machine it was measured on (security.md 6).

    A process computes at most settings.HASH_PARALLEL hashes at once; whoever has waited `PATIENCE` seconds for a turn
    gets `Busy` (page 503). A hash with other parameters is renewed at the next login.
    """

    time_cost = 1
    memory_cost = 47104  # KiB
    parallelism = 1

    def encode(self, password, salt):
        with _turn():
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with _turn():
            return super().verify(password, encoded)


@contextmanager
def _turn() -> Iterator[None]:
    turns = _turns(settings.HASH_PARALLEL)
    if not turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        turns.release()


@cache
def _turns(count: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(count)
