"""Which function handles which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context

Handler = Callable[["Context"], None]

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Enter a function for a kind ("orgs.export"); a second one for the same kind raises ValueError.

    Handlers live in the module `jobs` of an app, which is imported when Django starts.
    """

    def enter(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"{kind} has a handler already")
        _handlers[kind] = function
        return function

    return enter


def handler_for(kind: str) -> Handler:
    """Return the function of a kind; raises LookupError when there is none."""
    return _handlers[kind]
