"""Reading from a copy of the database, off without REPLICA_URL: who has acted reads what was written.

A statement goes to the copy when all of this holds: it is part of a page that is only read (GET), no transaction is
open, it is about the subject (not about accounts, sessions, grants, the audit or jobs), and the person has not acted
for REPLICA_PIN_SECONDS. Everything else, commands and background jobs too, goes to the primary.

With `synchronous_commit = remote_apply` on the primary (deploy/postgresql/replica.conf) the copy shows every change
that was answered with success; without it a page of others may be late by as much as the copy is.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

PRIMARY, REPLICA = "default", "replica"
SUBJECT = frozenset(("orgs", "members", "transfers", "eforefront"))
PINNED = "acted_at"  # in the session: when its person acted last
AWAY_SECONDS = 30.0  # a copy that failed is left alone for so long

_reading: ContextVar[bool] = ContextVar("reading", default=False)
_away_until = 0.0  # one for all threads of the process


class Router:
    """Django asks for each statement which database it goes to."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        is_free = _reading.get() and not connections[PRIMARY].in_atomic_block
        return REPLICA if is_free and model._meta.app_label in SUBJECT else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, app_label: str, **hints: Any) -> bool:
        return database == PRIMARY


class ReadFromReplica:
    """Let the views below read from the copy where that is safe, and note who acts. Stands below the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _reading.set(_may_read_copy(request))
        try:
            response = self.get_response(request)
        finally:
            _reading.reset(token)
        if request.method == "POST" and request.user.is_authenticated:
            request.session[PINNED] = time.time()
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> None:
        """The page becomes a 503; the next ones read from the primary for a while."""
        global _away_until
        if _reading.get() and isinstance(fault, OperationalError | InterfaceError):
            _away_until = time.monotonic() + AWAY_SECONDS
            logger.warning("the copy of the database does not answer, pages read from the primary")


def _may_read_copy(request: HttpRequest) -> bool:
    if request.method not in ("GET", "HEAD") or not request.user.is_authenticated or time.monotonic() < _away_until:
        return False
    return time.time() - request.session.get(PINNED, 0) >= settings.REPLICA_PIN_SECONDS
