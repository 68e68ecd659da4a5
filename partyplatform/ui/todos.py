"""The number beside the bell: the apps enter what they count, the layout asks for the sum in one statement."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

_WRITTEN = "todos:written"  # a new value after each act, so that what was counted before it is not found again

Counter = Callable[[Any], Iterable[QuerySet]]
_counters: list[Counter] = []


def counts_todos(counter: Counter) -> Counter:
    """Enter a function(role) that returns query sets, one row for each thing that waits; from AppConfig.ready()."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def todos(role: Any) -> int | None:
    """Return how many things wait for a role, None when no app counts any.

    The count is a third of the work of a page, so it is kept until somebody acts, at most TODO_SECONDS: that is how
    late it may be where processes do not share a cache.
    """
    if not _counters or role is None:
        return None
    if not settings.TODO_SECONDS:
        return _count(role)
    key = f"todos:{cache.get(_WRITTEN)}:{timezone.localdate()}:{role.pk}"
    return cache.get_or_set(key, lambda: _count(role), settings.TODO_SECONDS)


def count_anew() -> None:
    """Let the next page of everybody count again: something was written."""
    if settings.TODO_SECONDS:
        cache.set(_WRITTEN, uuid.uuid4().hex, timeout=None)


def _count(role: Any) -> int:
    waiting = [rows.order_by().values("pk") for counter in _counters for rows in counter(role)]
    return waiting[0].union(*waiting[1:], all=True).count() if waiting else 0
