"""Reading free intervals, and making one where none is left. Callers hold the tree lock."""

from collections.abc import Collection

from django.db import connection

from orgs.models import Organization
from orgs.tree import gaps
from orgs.tree.gaps import Block, Gap, evenly
from partyplatform.locks import busy_on_timeout

# One statement, and a monotone one: whatever the old numbers were, their order stays.
_RENUMBER = """
    UPDATE {table} AS node
    SET parent_id = CASE WHEN node.id = %(top)s THEN %(parent)s ELSE node.parent_id END,
        tree_id = %(new_tree)s,
        level = node.level + %(deeper)s,
        lft = %(start)s + %(step)s * place.opens,
        rght = %(start)s + %(step)s * place.closes
    FROM (
        SELECT id, MIN(k) AS opens, MAX(k) AS closes
        FROM (
            SELECT id, ROW_NUMBER() OVER (ORDER BY number) + CASE WHEN number >= %(at)s THEN %(hole)s ELSE 0 END AS k
            FROM (
                SELECT id, lft AS number FROM {table} WHERE tree_id = %(tree)s AND lft > %(low)s AND lft < %(high)s
                UNION ALL
                SELECT id, rght FROM {table} WHERE tree_id = %(tree)s AND lft > %(low)s AND lft < %(high)s
            ) AS numbers
        ) AS ranks
        GROUP BY id
    ) AS place
    WHERE node.id = place.id
"""

# By hand because every write asks it, and the ORM takes longer to phrase it than the server to answer.
_GAPS = """
    SELECT parent.id, parent.tree_id, parent.level + 1, COALESCE(MAX(child.rght), parent.lft), {end}, COUNT(child.id)
    FROM {table} AS parent LEFT JOIN {table} AS child ON child.parent_id = parent.id AND child.lft < {end}
    WHERE parent.id IN ({parents})
    GROUP BY parent.id
"""


def place(parent: int, *, nodes: int, before: int | None = None) -> tuple[Gap, Block, bool]:
    """Return where `nodes` new nodes go under `parent`: at the end, or just before the child `before`.

    Where the gap is too narrow, an ancestor's subtree is re-spaced first; then the third value is True, and numbers
    read earlier are stale.
    """
    gap = gap_under(parent, before=before)
    if block := gap.share(nodes):
        return gap, block, False
    make_room(gap, nodes=nodes)
    gap = gap_under(parent, before=before)
    return gap, gap.whole(nodes), True


def gap_under(parent: int, *, before: int | None = None) -> Gap:
    """Return the free interval at the end of the children of `parent`, or the one in front of `before`."""
    return gaps_under([parent], before=before)[parent]


def gaps_under(parents: Collection[int], *, before: int | None = None) -> dict[int, Gap]:
    """Return the gap under each parent, in one statement. Raises DoesNotExist when a parent is missing."""
    if not parents:
        return {}
    end = "parent.rght" if before is None else f"(SELECT lft FROM {_table()} WHERE id = {int(before)})"
    ids = ", ".join(str(int(pk)) for pk in parents)
    with connection.cursor() as cursor:
        cursor.execute(_GAPS.format(table=_table(), end=end, parents=ids))
        found = {row[0]: Gap(*(*row, before is None)) for row in cursor.fetchall()}
    if missing := set(parents) - found.keys():
        raise Organization.DoesNotExist(f"no organisation {sorted(missing)}")
    return found


def make_room(gap: Gap, *, nodes: int) -> None:
    """Re-space the nearest ancestor's subtree that is roomy enough, leaving a hole for `nodes` nodes in `gap`."""
    for ancestor in Organization.objects.above(gap.parent, include_self=True).order_by("-lft"):
        inside = count(ancestor.tree_id, ancestor.lft, ancestor.rght)
        if evenly(ancestor.lft, ancestor.rght, inside + nodes).step >= gaps.ROOM:
            break
    spread(ancestor, hole_at=gap.high, hole=nodes)


def spread(organization: Organization, *, hole_at: int = gaps.SPAN, hole: int = 0) -> None:
    """Space everything below the organisation evenly inside its interval; a root first takes the whole span.

    Room for `hole` more nodes is left where the numbers reach `hole_at`.
    """
    tree_id, low, high = organization.tree_id, organization.lft, organization.rght
    inside = len(lock_rows(tree_id, low, high))
    new_low, new_high = (1, gaps.SPAN - 1) if organization.parent_id is None else (low, high)
    renumber(tree_id, low, high, block=evenly(new_low, new_high, inside + hole), hole_at=hole_at, hole=hole)
    if organization.parent_id is None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {_table()} SET lft = %s, rght = %s WHERE id = %s",
                [new_low, new_high, organization.pk],
            )


def renumber(
    tree_id: int,
    low: int,
    high: int,
    *,
    block: Block,
    new_tree: int | None = None,
    deeper: int = 0,
    hole_at: int = gaps.SPAN,
    hole: int = 0,
    top: int | None = None,
    parent: int | None = None,
) -> None:
    """Carry all nodes whose `lft` lies strictly between `low` and `high` into `block`, in one statement.

    Their order and nesting stay. `top`, when given, gets `parent` at the same time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RENUMBER.format(table=_table()),
            {
                "tree": tree_id,
                "low": low,
                "high": high,
                "start": block.start,
                "step": block.step,
                "new_tree": tree_id if new_tree is None else new_tree,
                "deeper": deeper,
                "at": hole_at,
                "hole": 2 * hole,
                "top": top,
                "parent": parent,
            },
        )


def count(tree_id: int, low: int, high: int) -> int:
    """Return how many nodes open strictly between two numbers of a tree."""
    return Organization.objects.filter(tree_id=tree_id, lft__gt=low, lft__lt=high).count()


def lock_rows(tree_id: int, low: int, high: int) -> list[int]:
    """Lock the rows of an interval and return their ids.

    In the order of ids, like everybody who locks several organisations: otherwise two writers could each wait for
    the other's row. Raises `Busy` when somebody holds one of them too long.
    """
    rows = Organization.objects.filter(tree_id=tree_id, lft__gt=low, lft__lt=high).order_by("pk")
    with busy_on_timeout():
        return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _table() -> str:
    return connection.ops.quote_name(Organization._meta.db_table)
