"""Is the tree whole? One ordered pass; only the open chain of ancestors is kept in memory."""

from collections.abc import Iterator
from typing import NamedTuple

from orgs.models import Organization


class _Row(NamedTuple):
    pk: int
    parent: int | None
    tree_id: int
    lft: int
    rght: int
    level: int
    code: str
    name: str

    def __str__(self) -> str:
        return f"党组织 {self.code}（{self.name}）"


def problems() -> Iterator[str]:
    """Yield a sentence for each row whose place contradicts its parent or its neighbours.

    Proved for every row: the interval is open and lies inside its parent's, siblings are disjoint, no `lft` stands
    twice, the innermost interval around it is the one of `parent`, `level` counts the ancestors, and every tree has
    exactly one root, its first row.
    """
    above: list[_Row] = []
    last: _Row | None = None
    rows = Organization.objects.order_by("tree_id", "lft", "pk").values_list(
        "pk", "parent_id", "tree_id", "lft", "rght", "level", "code", "short_name"
    )
    for row in map(_Row._make, rows.iterator(chunk_size=5000)):
        if last is None or row.tree_id != last.tree_id:
            above = []
        while above and above[-1].rght < row.lft:
            above.pop()
        yield from _faults(row, above, last)
        above.append(row)
        last = row


def _faults(row: _Row, above: list[_Row], last: _Row | None) -> Iterator[str]:
    around = above[-1] if above else None
    if row.lft >= row.rght or row.lft < 1:
        yield f"{row}：左右值 {row.lft}、{row.rght} 不成区间"
    if last is not None and (row.tree_id, row.lft) == (last.tree_id, last.lft):
        yield f"{row}：左值 {row.lft} 与{last}重复"
    if around and row.rght >= around.rght:
        yield f"{row}：右值 {row.rght} 超出{around}的区间"
    if around is None and row.parent is None:
        if last is not None and row.tree_id == last.tree_id:
            yield f"{row}：第 {row.tree_id} 棵树有两个根"
    elif around is None or row.parent != around.pk:
        yield f"{row}：上级为 {_named(row.parent)}，左右值却位于{around or '所有党组织之外'}"
    if row.level != len(above):
        yield f"{row}：层级为 {row.level}，应为 {len(above)}"


def _named(parent: int | None) -> str:
    return "空" if parent is None else f"编号 {parent}"
