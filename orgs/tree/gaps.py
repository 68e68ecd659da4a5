"""The arithmetic of numbers with gaps: how much of a free interval newcomers take.

        low                                             high
    ─────●───────┬───────────────┬───────────────────────●────      a subtree of n nodes takes 2n numbers,
         │       └ block (share) ┘   left for later      │          evenly spaced inside its block

The share shrinks with the number of siblings already there, so a parent with ten thousand children still has room
for the next: after c appended leaves CROWD / (CROWD + c) of the interval is free.
"""

from dataclasses import dataclass
from typing import Self

SPAN = 1 << 60  # every number of a tree is below this; BIGINT ends at 1 << 63
ROOM = 1 << 20  # distance of neighbouring numbers that re-spacing must reach below the root
TIGHT = 16  # a block whose numbers would lie closer than this is not taken
CROWD = 16


@dataclass(frozen=True, slots=True)
class Block:
    """Where newcomers go: their k-th number, counted from 1 in tree order, is `start + k * step`."""

    start: int
    step: int

    def interval(self, nodes: int) -> tuple[int, int]:
        """Return the interval of a subtree of `nodes` nodes that stands first in the block."""
        return self.start + self.step, self.start + 2 * nodes * self.step

    def after(self, nodes: int) -> Self:
        """Return the block behind the first `nodes` nodes."""
        return type(self)(self.start + 2 * nodes * self.step, self.step)


@dataclass(frozen=True, slots=True)
class Gap:
    """Free numbers between `low` and `high` under one parent, behind `siblings` of its children."""

    parent: int
    tree_id: int
    level: int  # of the nodes that come here
    low: int
    high: int
    siblings: int
    is_tail: bool  # ends with the parent, not with a sibling

    def share(self, nodes: int) -> Block | None:
        """Return a block for `nodes` nodes that leaves room for others, or None when the gap is too narrow."""
        free = self.high - self.low
        size = min(free * nodes // (nodes + CROWD - 1 + self.siblings), free // 4)
        step = size // (2 * nodes + 1)
        if step < TIGHT:
            return None
        return Block(self.low if self.is_tail else self.low + (free - size) // 2, step)

    def whole(self, nodes: int) -> Block:
        """Return the block that fills the gap: room was made for just these nodes."""
        return evenly(self.low, self.high, nodes)


def evenly(low: int, high: int, nodes: int) -> Block:
    """Return the block that spreads `nodes` nodes over everything between two taken numbers."""
    return Block(low, (high - low) // (2 * nodes + 1))
