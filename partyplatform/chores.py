"""What has to be tidied again and again: each module enters its own, `manage.py worker` runs them every minute.

    @chore
    def forget_old(): ...

A chore removes what nobody can need any more, or does what falls due: it may run at any moment, twice, or side by side
with itself. Modules that hold them are imported in AppConfig.ready().
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, connection

logger = logging.getLogger(__name__)

Chore = Callable[[], object]
Function = TypeVar("Function", bound=Callable[..., object])
_chores: dict[str, Chore] = {}


def chore(function: Function) -> Function:
    """Enter a function that needs no arguments; entering it twice changes nothing."""
    _chores[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def chores() -> dict[str, Chore]:
    """Return all chores by their full names, in the order they were entered."""
    return dict(_chores)


def run_chores() -> list[str]:
    """Run every chore, also after one that failed; return the names of those that failed.

    A database or a disk that is away for a moment is worth one line, anything else its trace.
    """
    return [name for name, function in chores().items() if not _runs(name, function)]


def _runs(name: str, function: Chore) -> bool:
    try:
        function()
    except Exception as error:
        expected = isinstance(error, (Error, OSError))
        logger.warning("chore %s put off: %s", name, type(error).__name__, exc_info=not expected)
        if not connection.in_atomic_block:
            connection.close()
        return False
    return True
