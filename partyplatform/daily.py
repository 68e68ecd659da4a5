"""What is done once a day: each module enters its own, `manage.py worker` or `manage.py daily` runs them.

    @daily
    def count_something(day, alive): ...

A function may be stopped at any moment and is then run again for the same day, so what it writes has a key that lets
nothing be written twice. It calls `alive()` between its batches: that keeps the lease of the run, and raises
`LeaseLost` when another process has taken it over. Modules that hold them are imported in AppConfig.ready().
"""

import datetime
from collections.abc import Callable
from typing import TypeVar

Alive = Callable[[], None]
Daily = Callable[[datetime.date, Alive], object]
Function = TypeVar("Function", bound=Callable[..., object])
_functions: dict[str, Daily] = {}


class LeaseLost(Exception):
    """Another process runs the day now: this one stops."""


def daily(function: Function) -> Function:
    """Enter a function of a day and of `alive`; entering it twice changes nothing."""
    _functions[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def dailies() -> dict[str, Daily]:
    """Return all functions by their full names, in the order they were entered."""
    return dict(_functions)
