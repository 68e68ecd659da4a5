"""Lists beside that of members whose full records can be asked for; apps above enter their own.

A request names its source in the query it keeps (`source=…`); the one without a name is the list of members.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

NAME = "source"


@dataclass(frozen=True, slots=True)
class Source:
    """`rows(query, role)` are those in reach today, `lines(rows, query, role)` what the workbook writes of them."""

    name: str
    rows: Callable[[QueryDict, Any], Any]
    columns: Callable[[QueryDict, Any], Sequence[Any]]
    lines: Callable[[Any, QueryDict, Any], Iterable[Any]]


_sources: dict[str, Source] = {}


def enter(source: Source) -> Source:
    """Enter a source; entering it twice changes nothing."""
    _sources[source.name] = source
    return source


def find(query: QueryDict) -> Source | None:
    """Return the source a kept query names, None for the list of members; raises LookupError for an unknown one."""
    name = query.get(NAME, "")
    return _sources[name] if name else None
