"""The structure of the organisation tree: the only module that writes it.

Numbers have gaps: a new organisation takes a free interval at the end of its parent's children (one INSERT), a moved
one carries only its own subtree along (one UPDATE). Where a parent has no room left, the nearest ancestor that has is
re-spaced in one statement. Reasons and figures: docs/decisions/0003-tree-numbers.md.

Every write needs a transaction of the caller, takes `tree_lock()` first, reads places after it, and brings the
instance handed in up to date. Which type may stand under which is not asked here; `orgs.services` asks it.
"""

from orgs.tree.checking import problems
from orgs.tree.loading import insert_many
from orgs.tree.repairing import corrections, repair
from orgs.tree.writing import insert, move, reorder, respace

__all__ = ["corrections", "insert", "insert_many", "move", "problems", "reorder", "repair", "respace"]
