"""Which organisations stood below one on a day: today's tree, with later moves of whole branches undone."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization, ParentChange
from orgs.reach import inside

NODE = ("tree_id", "lft", "rght", "level")
Node = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Move:
    """An organisation that changed its parent on a day."""

    organization_id: int
    old_parent_id: int
    day: datetime.date


@dataclass(frozen=True)
class Places:
    """An organisation with everything below it, as it stood at the end of a day.

    `blocks` are subtrees of today's tree: (what belongs, subtrees inside it that do not).
    """

    organization_id: int
    blocks: tuple[tuple[int, tuple[int, ...]], ...]
    whole_tree: int | None = None  # of the organisation on top: everything, which PostgreSQL then knows to be much

    def q(self, at: str = "") -> Q:
        """Return the condition for an organisation at this path; the numbers of the tree are read inside the statement,
        so that nobody who moves meanwhile is counted at two places."""
        if self.whole_tree is not None:
            return Q(**{f"{at}__tree_id" if at else "tree_id": self.whole_tree})
        found = Q()
        for top, without in self.blocks:
            block = inside(at, top)
            for inner in without:
                block &= ~inside(at, inner)
            found |= block
        return found

    def of(self, name: str) -> Q:
        """Return the condition for an id of an organisation that is an annotation called `name`."""
        return Q(**{f"{name}__in": Organization._base_manager.filter(self.q()).order_by().values("pk")})


Moved = tuple[list[Move], dict[int, Node]]


def moved_since(day: datetime.date) -> Moved:
    """Return the moves after a day, the first one first, and where those they speak of stand today."""
    done = ParentChange.objects.filter(state=ParentChange.State.DONE, decided_at__date__gt=day)
    sides = ("organization", "old_parent")
    columns = [f"{side}{name}" for side in sides for name in ("_id", *(f"__{column}" for column in NODE))]
    moves: list[Move] = []
    nodes: dict[int, Node] = {}
    for at, *row in done.order_by("decided_at", "pk").values_list("decided_at", *columns):
        moved, old = row[:5], row[5:]
        moves.append(Move(moved[0], old[0], timezone.localdate(at)))
        for pk, *node in (moved, old):
            nodes.setdefault(pk, (node[0], node[1], node[2], node[3]))
    return moves, nodes


class Tree:
    """The moves since a day, read once for a report in one statement; a second one where the `node` is not known.

    `node` is tree, left, right and level of the organisation.
    """

    def __init__(
        self, organization_id: int, since: datetime.date, node: Node | None = None, moved: Moved | None = None
    ) -> None:
        self.organization_id, self._since, self._node, self._moved = organization_id, since, node, moved

    @cached_property
    def _read(self) -> Moved:
        moves, nodes = self._moved or moved_since(self._since)
        return moves, {**nodes, self.organization_id: self._own()}

    def _own(self) -> Node:
        if self._node is not None:
            return self._node
        return Organization._base_manager.values_list(*NODE).get(pk=self.organization_id)

    @property
    def _moves(self) -> list[Move]:
        return self._read[0]

    @property
    def _nodes(self) -> dict[int, Node]:
        return self._read[1]

    def places(self, day: datetime.date) -> Places:
        """Return what stood below the organisation at the end of a day."""
        parents: dict[int, int] = {}
        for move in self._moves:
            if move.day > day:
                parents.setdefault(move.organization_id, move.old_parent_id)
        parents.pop(self.organization_id, None)
        belongs = {pk: self._belongs(pk, parents) for pk in parents}
        switches = [pk for pk in belongs if belongs[pk] != self._around(pk, belongs)]
        tops = [self.organization_id, *(pk for pk in switches if belongs[pk])]
        blocks = ((top, tuple(pk for pk in switches if not belongs[pk] and self._holds(top, pk))) for top in tops)
        tree, _, _, level = self._nodes[self.organization_id]
        return Places(self.organization_id, tuple(blocks), tree if level == 0 and not switches else None)

    def turning_days(self, since: datetime.date, until: datetime.date) -> list[datetime.date]:
        """Return the days after `since` on which what stands below the organisation changed."""
        days = sorted({move.day for move in self._moves if since < move.day <= until})
        one = datetime.timedelta(days=1)
        return [day for day in days if self.places(day) != self.places(day - one)]

    def _belongs(self, pk: int, parents: dict[int, int]) -> bool:
        """Say whether a moved organisation stood below this one, going up its parents of that day."""
        seen = set()
        while pk not in seen:
            seen.add(pk)
            around = self._nearest(parents[pk], {*parents, self.organization_id})
            if around is None or around == self.organization_id:
                return around is not None
            pk = around
        return False

    def _around(self, pk: int, belongs: dict[int, bool]) -> bool:
        """Say whether what a moved organisation stands in today belonged."""
        others = {*belongs, self.organization_id} - {pk}
        around = self._nearest(pk, others)
        return around is not None and (around == self.organization_id or belongs[around])

    def _nearest(self, pk: int, among: Iterable[int]) -> int | None:
        """Return the lowest of these that is the organisation or stands above it today."""
        over = [other for other in among if self._holds(other, pk)]
        return max(over, key=lambda other: self._nodes[other][3], default=None)

    def _holds(self, top: int, pk: int) -> bool:
        if top not in self._nodes or pk not in self._nodes:
            return False
        tree, low, high, _ = self._nodes[top]
        own, left, _, _ = self._nodes[pk]
        return tree == own and low <= left <= high
