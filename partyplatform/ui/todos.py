"""The number beside the bell: the apps enter what they count, the layout asks for the sum in one statement."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

Counter = Callable[[Any], Iterable[QuerySet]]
_counters: list[Counter] = []


def counts_todos(counter: Counter) -> Counter:
    """Enter a function(role) that returns query sets, one row for each thing that waits; from AppConfig.ready()."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def todos(role: Any) -> int | None:
    """Return how many things wait for a role, None when no app counts any."""
    if not _counters or role is None:
        return None
    waiting = [rows.order_by().values("pk") for counter in _counters for rows in counter(role)]
    return waiting[0].union(*waiting[1:], all=True).count() if waiting else 0
