"""党组织机构树 as a page shows it: the open part of the tree, or the hits of a keyword with their ancestors."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef

from orgs.figures import Figures, figures
from orgs.models import Organization

WIDEST = 200  # children shown under one node; more are found by keyword or in the list
MOST_HITS = 50


@dataclass
class Node:
    """One line of the tree."""

    organization: Organization
    is_open: bool = False
    is_leaf: bool = True
    is_current: bool = False
    is_hit: bool = False
    count: int = 0
    children: list["Node"] = field(default_factory=list)
    left_out: int = 0
    url: str = ""
    toggle_url: str = ""
    rest_url: str = ""

    @property
    def pk(self) -> int:
        return self.organization.pk

    @property
    def label(self) -> str:
        return self.organization.short_name


@dataclass
class Tree:
    """The shown tree: its top, every node by id, and the figures of the shown organisations."""

    top: Node
    nodes: dict[int, Node]
    figures: dict[int, Figures]
    open_ids: list[int]
    base: str = ""
    keyword: str = ""
    hits: int = 0
    has_more: bool = False


def browse(
    top: Organization,
    *,
    current: Organization,
    open_ids: Collection[int],
    folded: int | None = None,
    also: Collection[int] = (),
    way: Collection[int] | None = None,
) -> Tree:
    """Return the tree under `top` with the way to `current` and the nodes in `open_ids` unfolded, `folded` not.

    `also` names further organisations whose figures the page wants; everything is summed in one statement.
    `way` are the ids from `top` to `current`, for a page that knows them.
    """
    way = _way(current, top) if way is None else way
    opened = {top.pk, *way, *open_ids} - {folded}
    shown = _within(top).filter(parent__in=opened).living().order_by("lft")
    tree = _assembled(top, _capped(_with_leaves(shown)), opened=opened, current=current)
    tree.figures = figures({*tree.nodes, *also, current.pk})
    for node in tree.nodes.values():
        node.count = tree.figures[node.pk].members
    tree.open_ids = sorted(set(open_ids) & set(tree.nodes))
    return tree


def search(top: Organization, *, current: Organization, keyword: str, also: Collection[int] = ()) -> Tree:
    """Return the organisations under `top` that match `keyword`, each under its ancestors; `also` as in `browse`."""
    hits = list(_within(top).living().matching(keyword).order_by("lft").values_list("pk", flat=True)[: MOST_HITS + 1])
    has_more, hits = len(hits) > MOST_HITS, hits[:MOST_HITS]
    rows = list(_with_leaves(_within(top).with_ancestors(hits).exclude(pk=top.pk).living().order_by("lft")))
    tree = _assembled(top, rows, opened={top.pk, *(row.pk for row in rows)}, current=current)
    tree.keyword, tree.hits, tree.has_more = keyword, len(hits), has_more
    tree.figures = figures({*tree.nodes, *also, current.pk})
    for node in tree.nodes.values():
        node.is_hit = node.pk in hits
        node.count = tree.figures[node.pk].members
    return tree


def _within(top: Organization):
    return Organization.objects.whole_tree(top.pk) if top.parent_id is None else Organization.objects.within(top.pk)


def _way(current: Organization, top: Organization) -> list[int]:
    """Return the ids from `top` down to `current`, so that the page opens where the reader is."""
    if current.pk == top.pk:
        return []
    return [row.pk for row in Organization.objects.above(current.pk, include_self=True) if row.level >= top.level]


def _with_leaves(rows):
    children = Organization.objects.living().filter(parent=OuterRef("pk")).order_by()
    return rows.annotate(has_children=Exists(children))


def _capped(rows) -> list[Organization]:
    """Return the rows, at most one more than WIDEST under one parent and a few thousand in all."""
    kept, seen = [], defaultdict(int)
    for row in rows[: WIDEST * 10]:
        seen[row.parent_id] += 1
        if seen[row.parent_id] <= WIDEST + 1:
            kept.append(row)
    return kept


def _assembled(top: Organization, rows: Iterable[Organization], *, opened: set[int], current: Organization) -> Tree:
    nodes = {top.pk: Node(top, is_open=top.pk in opened, is_leaf=False, is_current=top.pk == current.pk)}
    crowded = []
    for row in rows:
        parent = nodes.get(row.parent_id)
        if parent and len(parent.children) == WIDEST:
            crowded.append(parent)
            continue
        node = Node(row, is_open=row.pk in opened, is_leaf=not row.has_children, is_current=row.pk == current.pk)
        nodes[row.pk] = node
        if parent:
            parent.children.append(node)
    for parent in crowded:
        parent.left_out = Organization.objects.living().filter(parent=parent.pk).count() - WIDEST
    nodes[top.pk].is_leaf = nodes[top.pk].is_open and not nodes[top.pk].children
    return Tree(top=nodes[top.pk], nodes=nodes, figures={}, open_ids=[])


def link(tree: Tree, *, base: str) -> Tree:
    """Give each node its addresses under `base`: `url` selects it, `toggle_url` unfolds or folds it.

    The open nodes travel in the address, so that a page can be bookmarked, shared and reloaded as it is.
    """
    tree.base, also = base.partition("?")[0], f"{base}{'&' if '?' in base else '?'}"
    current = next((pk for pk, node in tree.nodes.items() if node.is_current), tree.top.pk)
    for pk, node in tree.nodes.items():
        node.url = f"{also}{_query(org=pk, open=tree.open_ids)}"
        toggled = [other for other in tree.open_ids if other != pk] if node.is_open else [*tree.open_ids, pk]
        node.toggle_url = f"{also}{_query(org=current, open=toggled, fold=pk if node.is_open else None)}"
        node.rest_url = f"{also}{_query(org=pk)}"
    return tree


def _query(*, org: int, open: list[int] | None = None, fold: int | None = None) -> str:
    parts = {"org": org, "open": ",".join(map(str, open or ())), "fold": fold}
    return urlencode({name: value for name, value in parts.items() if value})
