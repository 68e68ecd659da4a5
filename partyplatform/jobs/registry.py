"""Which function handles which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from .context import Context

Handler = Callable[["Context"], None]

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Enter a function for a kind ("orgs.export"); a second one for the same kind raises ValueError.

    Handlers live in the module `jobs` of an app; all of them are imported when the first one is asked for.
    """

    def enter(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"{kind} has a handler already")
        _handlers[kind] = function
        return function

    return enter


def handler_for(kind: str) -> Handler:
    """Return the function of a kind; raises LookupError when there is none."""
    _import_handlers()
    return _handlers[kind]


@cache
def _import_handlers() -> None:
    autodiscover_modules("jobs")
