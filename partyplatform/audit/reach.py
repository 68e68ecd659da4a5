"""What the audit asks about the tree of organisations, which lies above it: `orgs/auditing.py` enters the answers."""

from collections.abc import Collection
from typing import Any, NamedTuple, Protocol

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from .actors import ActingRole

Condition = Q | Combinable
Ids = QuerySet[Any, Any]  # of organisations, one column; always used inside another statement


class Addressees(NamedTuple):
    """Whose administrators an alarm is for: the organisation above, and the committee it belongs to."""

    superior_id: int | None = None
    committee_id: int | None = None


class Tree(Protocol):
    def in_reach(self, role: ActingRole, column: str) -> Condition:
        """Whether a column names an organisation the role may see: its own and everything below.

        At the top of a tree also whether it names none: what the platform does by itself belongs to nobody.
        """

    def superiors(self, role: ActingRole) -> Ids | None:
        """The organisations above the role's own; None where there are none."""

    def supervised(self, role: ActingRole) -> Ids:
        """What the role stands above; a committee also above itself."""

    def under(self, organization_id: int) -> Ids:
        """An organisation with everything below it."""

    def called(self, text: str) -> Ids:
        """The organisations whose name or code contains every word of `text`."""

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """The names of these organisations, by id."""

    def name_in_reach(self, role: ActingRole, organization_id: int) -> str | None:
        """The name of an organisation the role may see, None for any other."""

    def addressees(self, organization_id: int) -> Addressees: ...

    def is_top(self, role: ActingRole) -> bool:
        """Does nobody stand above the role's organisation?"""


_trees: list[Tree] = []


def answer_with(answers: Tree) -> None:
    """Enter who answers; call it from AppConfig.ready()."""
    _trees[:] = [answers]


def tree() -> Tree:
    return _trees[0]
