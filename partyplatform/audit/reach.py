"""What the audit asks about the tree of organisations, which lies above it: `orgs/auditing.py` enters the answers."""

from collections.abc import Collection
from typing import Any, NamedTuple, Protocol

from django.db.models import QuerySet

from .actors import ActingRole

Ids = QuerySet[Any, Any]  # of organisations, one column; always used inside another statement


class Addressees(NamedTuple):
    """Whose administrators an alarm is for: the organisation above, and the committee it belongs to."""

    superior_id: int | None = None
    committee_id: int | None = None


class Tree(Protocol):
    def visible(self, role: ActingRole) -> Ids:
        """What the role may see: its own organisation and everything below."""

    def supervised(self, role: ActingRole) -> Ids:
        """What the role stands above; a committee also above itself."""

    def under(self, organization_id: int) -> Ids:
        """An organisation with everything below it."""

    def called(self, text: str) -> Ids:
        """The organisations whose name or code contains every word of `text`."""

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """The names of these organisations, by id."""

    def addressees(self, organization_id: int) -> Addressees: ...

    def is_top(self, role: ActingRole) -> bool:
        """Does nobody stand above the role's organisation?"""


_trees: list[Tree] = []


def answer_with(answers: Tree) -> None:
    """Enter who answers; call it from AppConfig.ready()."""
    _trees[:] = [answers]


def tree() -> Tree:
    return _trees[0]
