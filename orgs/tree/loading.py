"""Many new organisations at once: numbers are counted in memory, rows written in batches."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from orgs import totals
from orgs.models import Organization
from orgs.tree import gaps
from orgs.tree.gaps import Block, evenly
from orgs.tree.spacing import gaps_under, make_room
from orgs.tree.writing import next_tree_id, parent_id
from partyplatform.locks import tree_lock

BATCH = 2000

Tops = dict[int | None, list[Organization]]  # new nodes without a new parent, by the id of the parent they come under
Children = dict[int, list[Organization]]  # new nodes under a new parent, by id() of the parent's object


def insert_many(organizations: Sequence[Organization]) -> None:
    """Save new organisations in any order, each under its `parent`: an organisation of the table or of the list.

    A parent in the list is named as object, or by id where ids were given. Siblings stand in the order of the list,
    behind the children already there. Raises ValueError for parents in a circle, DoesNotExist for a missing parent.
    """
    tree_lock()
    tops, children = _families(organizations)
    if _size([top for group in tops.values() for top in group], children) < len(organizations):
        raise ValueError("parents go in a circle")
    pending = _new_trees(tops.pop(None, []), children)
    groups = {parent: group for parent, group in tops.items() if parent is not None}
    places = gaps_under(groups)
    for parent, group in groups.items():
        size = _size(group, children)
        block = places[parent].share(size)
        if block is None:
            _write(pending)  # before their parents' numbers change
            pending = []
            make_room(places[parent], nodes=size)
            places = gaps_under(groups)
            block = places[parent].whole(size)
        gap = places[parent]
        pending += _numbered(group, children, tree_id=gap.tree_id, level=gap.level, block=block)
    _write(pending)
    totals.enter(organizations)


def _families(organizations: Sequence[Organization]) -> tuple[Tops, Children]:
    listed = {id(organization) for organization in organizations}
    by_id = {organization.pk: organization for organization in organizations if organization.pk is not None}
    field = Organization._meta.get_field("parent")
    tops: Tops = defaultdict(list)
    children: Children = defaultdict(list)
    for organization in organizations:
        parent = field.get_cached_value(organization, default=None)
        if parent is None or id(parent) not in listed:
            parent = by_id.get(organization.parent_id if parent is None else parent.pk)
        if parent is not None:
            children[id(parent)].append(organization)
        else:
            tops[parent_id(organization)].append(organization)
    return tops, children


def _size(tops: Sequence[Organization], children: Children) -> int:
    size, level = 0, list(tops)
    while level:
        size += len(level)
        level = [child for node in level for child in children.get(id(node), ())]
    return size


def _new_trees(roots: Sequence[Organization], children: Children) -> list[Organization]:
    nodes: list[Organization] = []
    for tree_id, root in enumerate(roots, next_tree_id()):
        below = children.get(id(root), [])
        root.tree_id, root.level, root.lft, root.rght = tree_id, 0, 1, gaps.SPAN - 1
        block = evenly(root.lft, root.rght, _size(below, children))
        nodes += [root, *_numbered(below, children, tree_id=tree_id, level=1, block=block)]
    return nodes


def _numbered(
    tops: Sequence[Organization], children: Children, *, tree_id: int, level: int, block: Block
) -> list[Organization]:
    """Number the subtrees through the block; return their nodes in tree order."""
    nodes: list[Organization] = []
    number = block.start
    way: list[tuple[Organization | None, Iterator[Organization]]] = [(None, iter(tops))]
    while way:
        parent, rest = way[-1]
        node = next(rest, None)
        if node is not None:
            number += block.step
            node.tree_id, node.lft, node.level = tree_id, number, level + len(way) - 1
            nodes.append(node)
            way.append((node, iter(children.get(id(node), ()))))
        else:
            way.pop()
            if parent is not None:
                number += block.step
                parent.rght = number
    return nodes


def _write(nodes: Sequence[Organization]) -> None:
    """Write level by level: a child's row names its parent's id, which the parent's row gets when it is written."""
    levels: dict[int, list[Organization]] = defaultdict(list)
    for node in nodes:
        levels[node.level].append(node)
    for level in sorted(levels):
        Organization.objects.bulk_create(levels[level], batch_size=BATCH)
    for node in nodes:
        node._mptt_meta.update_mptt_cached_fields(node)
