"""The structural writes. Each takes the tree lock first and reads places only after it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max

from orgs import totals
from orgs.models import Organization
from orgs.tree import gaps
from orgs.tree.spacing import lock_rows, place, renumber, spread
from partyplatform.locks import tree_lock

_Chain = tuple[int, "_Chain | None"]  # an organisation, and the chain before it

PLACE = ("parent", "tree_id", "lft", "rght", "level")


class Spot(NamedTuple):
    """An organisation's place as the database has it now."""

    pk: int
    parent: int | None
    tree_id: int
    lft: int
    rght: int
    level: int


def insert(organization: Organization, *, before: Organization | None = None) -> None:
    """Save a new organisation at the end of its parent's children, or just before one of them.

    Without a parent it becomes the root of a new tree. Raises DoesNotExist when the parent is gone.
    """
    tree_lock()
    parent = parent_id(organization)
    if parent is None:
        organization.tree_id, organization.level = next_tree_id(), 0
        organization.lft, organization.rght = 1, gaps.SPAN - 1
    else:
        gap, block, _ = place(parent, nodes=1, before=_sibling(before, parent))
        organization.tree_id, organization.level = gap.tree_id, gap.level
        organization.lft, organization.rght = block.interval(1)
    models.Model.save(organization, force_insert=True)
    organization._mptt_meta.update_mptt_cached_fields(organization)
    totals.enter([organization])


def move(organization: Organization, *, to: Organization) -> None:
    """Put the organisation with everything below it at the end of the children of `to`.

    Only its own rows are written. Raises ValidationError for the root of a tree, whose reach is the whole tree for
    good (`orgs.querysets` builds on that), and when `to` is the organisation itself or lies below it.
    """
    tree_lock()
    spots = _spots([organization.pk, to.pk])
    node, target = spots[organization.pk], spots[to.pk]
    if node.parent is None:
        raise ValidationError("最上级党组织没有上级，不能变更")
    if node.tree_id == target.tree_id and node.lft <= target.lft <= node.rght:
        raise ValidationError("不能变更到自身或自己的下级党组织之下")
    amount, chains = totals.folded(organization), totals.ancestors([node.pk, target.pk])
    [spot] = _carry([node], parent=target.pk)
    totals.moved(amount, away_from=chains[node.pk], to=[target.pk, *chains[target.pk]])
    _take_over(organization, spot)


def reorder(parent: Organization, ids_in_order: Sequence[int]) -> None:
    """Put the children of `parent` into the given order; only children that change place are written.

    Raises ValidationError unless the ids are exactly those of the children.
    """
    tree_lock()
    children = list(Organization.objects.filter(parent=parent.pk).order_by("lft").values_list("pk", flat=True))
    if sorted(children) != sorted(ids_in_order):
        raise ValidationError("下级党组织已有变化，请刷新页面后重新排序")
    for run, follower in _runs(ids_in_order, staying=_longest_kept(children, ids_in_order)):
        spots = _spots(run)
        _carry([spots[pk] for pk in run], parent=parent.pk, before=follower)
    parent.refresh_from_db(fields=PLACE)


def respace(root: Organization) -> None:
    """Space everything below the organisation evenly inside its interval (for a root: inside the whole span)."""
    tree_lock()
    spread(Organization.objects.get(pk=root.pk))
    root.refresh_from_db(fields=PLACE)


def parent_id(organization: Organization) -> int | None:
    """Return the id of the parent, also when the parent was saved after it had been assigned."""
    parent = Organization._meta.get_field("parent").get_cached_value(organization, default=None)
    if parent is None:
        return organization.parent_id
    if parent.pk is None:
        raise ValueError("the parent has to be saved first")
    organization.parent_id = parent.pk
    return parent.pk


def next_tree_id() -> int:
    return (Organization.objects.aggregate(last=Max("tree_id"))["last"] or 0) + 1


def _sibling(before: Organization | None, parent: int) -> int | None:
    if before is None:
        return None
    if not Organization.objects.filter(pk=before.pk, parent=parent).exists():
        raise ValidationError("下级党组织已有变化，请刷新页面后重新操作")
    return before.pk


def _spots(ids: Iterable[int]) -> dict[int, Spot]:
    """Return the places of the organisations; raises DoesNotExist when one is missing."""
    wanted = set(ids)
    rows = Organization.objects.filter(pk__in=wanted).values_list("pk", "parent_id", "tree_id", "lft", "rght", "level")
    spots = {row[0]: Spot(*row) for row in rows}
    if missing := wanted - spots.keys():
        raise Organization.DoesNotExist(f"no organisation {sorted(missing)}")
    return spots


def _carry(nodes: Sequence[Spot], *, parent: int, before: int | None = None) -> list[Spot]:
    """Carry whole subtrees, in this order, under `parent`; return where their tops are now."""
    sizes = [len(lock_rows(node.tree_id, node.lft - 1, node.rght)) for node in nodes]
    gap, block, is_fresh = place(parent, nodes=sum(sizes), before=before)
    if is_fresh:
        spots = _spots(node.pk for node in nodes)
        nodes = [spots[node.pk] for node in nodes]
    carried = []
    for node, size in zip(nodes, sizes, strict=True):
        renumber(
            node.tree_id,
            node.lft - 1,
            node.rght,
            block=block,
            new_tree=gap.tree_id,
            deeper=gap.level - node.level,
            top=node.pk,
            parent=parent,
        )
        carried.append(Spot(node.pk, parent, gap.tree_id, *block.interval(size), gap.level))
        block = block.after(size)
    return carried


def _take_over(organization: Organization, spot: Spot) -> None:
    """Bring the instance up to date without asking again for what was just written."""
    _, organization.parent_id, organization.tree_id, organization.lft, organization.rght, organization.level = spot
    organization._mptt_meta.update_mptt_cached_fields(organization)


def _runs(order: Sequence[int], *, staying: set[int]) -> Iterator[tuple[list[int], int | None]]:
    """Yield the children to be carried in runs, each with the child it comes to stand before."""
    run: list[int] = []
    for pk in order:
        if pk not in staying:
            run.append(pk)
        elif run:
            yield run, pk
            run = []
    if run:
        yield run, None


def _longest_kept(old: Sequence[int], new: Sequence[int]) -> set[int]:
    """Return the largest set of children that already stand in the new order among themselves."""
    position = {pk: index for index, pk in enumerate(new)}
    ends: list[int] = []  # ends[k]: the smallest new position at which a chain of k + 1 children can end
    chains: list[_Chain] = []
    for pk in old:
        k = bisect_left(ends, position[pk])
        ends[k : k + 1], chains[k : k + 1] = [position[pk]], [(pk, chains[k - 1] if k else None)]
    kept: set[int] = set()
    chain = chains[-1] if chains else None
    while chain:
        kept.add(chain[0])
        chain = chain[1]
    return kept
