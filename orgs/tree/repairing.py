"""Putting a damaged tree right: `parent` is believed, numbers are kept where they agree with it.

Upwards, each node proposes an interval: its own, or where that leaves its children outside, one just round them.
Downwards, each parent keeps the weightiest set of proposals that fit side by side into its own interval, and places
the others between them, in the order of the old numbers. Only rows whose values change are written.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from orgs.models import Organization
from orgs.tree import gaps
from orgs.tree.gaps import evenly
from orgs.tree.writing import Spot
from partyplatform.locks import tree_lock

Interval = tuple[int, int]

NOWHERE = (0, 0)  # no interval: too narrow for any node


@dataclass(slots=True, eq=False)
class _Node:
    spot: Spot
    children: list["_Node"] = field(default_factory=list)
    size: int = 1
    wanted: Interval = NOWHERE  # what the node proposes
    around: Interval = NOWHERE  # just round its children's proposals
    tree_id: int = 0
    level: int = 0
    interval: Interval = NOWHERE

    def fits(self, interval: Interval, inside: Interval) -> bool:
        """Can the whole subtree stand in `interval`, and that strictly inside the other?"""
        return inside[0] < interval[0] and interval[1] < inside[1] and interval[1] - interval[0] >= 2 * self.size - 1

    @property
    def first(self) -> int:
        """Tell the order among siblings."""
        return self.wanted[0] if self.wanted != NOWHERE else self.spot.lft

    @property
    def corrected(self) -> Spot:
        return Spot(self.spot.pk, self.spot.parent, self.tree_id, *self.interval, self.level)


def corrections() -> list[tuple[Spot, Spot]]:
    """Return (as it is, as it should be) for each row whose numbers have to change; nothing is written.

    Organisations whose parents go in a circle have no right place and are left out; `problems()` names them.
    """
    roots = _read()
    order = _from_the_top(roots)
    for node in reversed(order):
        _propose(node)
    _settle_roots(roots, last_tree=max((node.spot.tree_id for node in order), default=0))
    for node in order:
        _settle_children(node)
    return [(node.spot, node.corrected) for node in order if node.spot != node.corrected]


def repair() -> int:
    """Write the corrections, under the tree lock; return how many rows were wrong."""
    tree_lock()
    changed = [(new.tree_id, new.lft, new.rght, new.level, new.pk) for _, new in corrections()]
    table = connection.ops.quote_name(Organization._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET tree_id = %s, lft = %s, rght = %s, level = %s WHERE id = %s", changed)
    return len(changed)


def _read() -> list[_Node]:
    """Read all rows and return the roots, every node's children in the order of the old numbers."""
    columns = ("pk", "parent_id", "tree_id", "lft", "rght", "level")
    rows = Organization.objects.order_by("lft", "pk").values_list(*columns)
    nodes = {row[0]: _Node(Spot(*row)) for row in rows.iterator(chunk_size=5000)}
    for node in nodes.values():
        if node.spot.parent is not None:
            nodes[node.spot.parent].children.append(node)
    return [node for node in nodes.values() if node.spot.parent is None]


def _from_the_top(roots: Sequence[_Node]) -> list[_Node]:
    order = list(roots)
    for node in order:  # grows while it is read: level after level
        order.extend(node.children)
    return order


def _propose(node: _Node) -> None:
    node.size += sum(child.size for child in node.children)
    own = (node.spot.lft, node.spot.rght)
    proposals = [child.wanted for child in node.children if child.wanted != NOWHERE]
    is_left = len(proposals) > 1 and not any(own[0] < low and high < own[1] for low, high in proposals)
    if proposals:
        node.around = min(low for low, _ in proposals) - 1, max(high for _, high in proposals) + 1
    node.wanted = node.around if is_left or own[0] >= own[1] else own


def _settle_roots(roots: Sequence[_Node], *, last_tree: int) -> None:
    taken: set[int] = set()
    for root in sorted(roots, key=lambda root: (root.spot.tree_id, -root.size)):
        root.tree_id = root.spot.tree_id
        if root.tree_id in taken or root.tree_id < 1:
            last_tree += 1
            root.tree_id = last_tree
        taken.add(root.tree_id)
        span = (0, gaps.SPAN)
        root.interval = next((i for i in (root.wanted, root.around) if root.fits(i, span)), (1, gaps.SPAN - 1))


def _settle_children(node: _Node) -> None:
    """Give each child its interval, tree and level; the node has its own already."""
    for child in node.children:
        child.tree_id, child.level = node.tree_id, node.level + 1
    kept = _side_by_side(node.children, node.interval)
    runs = list(_between(node.children, kept, node.interval))
    if not all(_place(run, low, high) for run, low, high in runs):
        _place(sorted(node.children, key=lambda child: child.first), *node.interval)


def _side_by_side(children: Sequence[_Node], inside: Interval) -> set[_Node]:
    """Choose the children that may stay where they are, so that as few rows as possible have to move."""
    kept = _heaviest([child for child in children if child.fits(child.wanted, inside)])
    for child in kept:
        child.interval = child.wanted
    taken = sorted(child.interval for child in kept)
    for child in children:
        if child not in kept and child.fits(child.around, inside) and _is_free(child.around, taken):
            child.interval = child.around
            kept.add(child)
            insort(taken, child.around)
    return kept


def _heaviest(children: list[_Node]) -> set[_Node]:
    """Return the children with disjoint proposals whose subtrees are largest in sum."""
    children.sort(key=lambda child: child.wanted[1])
    ends = [child.wanted[1] for child in children]
    best: list[tuple[int, int]] = [(0, 0)]  # weight of the best choice among the first k, and how many it follows on
    for child in children:
        before = bisect_left(ends, child.wanted[0], hi=len(best) - 1)
        best.append(max((best[-1][0], -1), (best[before][0] + child.size, before)))
    kept, k = set(), len(children)
    while k:
        before = best[k][1]
        if before >= 0:
            kept.add(children[k - 1])
        k = before if before >= 0 else k - 1
    return kept


def _is_free(interval: Interval, taken: Sequence[Interval]) -> bool:
    """Does `interval` touch none of the disjoint intervals in `taken`, which is sorted?"""
    index = bisect_left(taken, interval)
    return (index == 0 or taken[index - 1][1] < interval[0]) and (index == len(taken) or interval[1] < taken[index][0])


def _between(children: Sequence[_Node], kept: set[_Node], inside: Interval) -> Iterator[tuple[list[_Node], int, int]]:
    """Yield the runs of children that need a new place, each with the numbers it has to stand between."""
    run: list[_Node] = []
    low = inside[0]
    for child in sorted(children, key=lambda child: child.interval[0] if child in kept else child.first):
        if child not in kept:
            run.append(child)
            continue
        if run:
            yield run, low, child.interval[0]
        run, low = [], child.interval[1]
    if run:
        yield run, low, inside[1]


def _place(run: Sequence[_Node], low: int, high: int) -> bool:
    """Spread the subtrees of `run` evenly; answer False, and place nothing, when the numbers do not suffice."""
    block = evenly(low, high, sum(child.size for child in run))
    if block.step < 1:
        return False
    for child in run:
        child.interval = block.interval(child.size)
        block = block.after(child.size)
    return True
