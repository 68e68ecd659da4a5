"""The fence round django-mptt: its columns and its reading stay, its writing and its arithmetic do not.

django-mptt shifts the numbers of a whole tree at each write and takes `(rght - lft - 1) / 2` for a number of
descendants. Here the numbers have gaps and `orgs.tree` alone writes them (docs/decisions/0003-tree-numbers.md), so
whatever would write structure by another way raises `OnlyByTree`, and whatever counts by distance asks the table.
The questions a node answers about its place go to the database by id, never by numbers it was loaded with.
"""

from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.query_utils import DeferredAttribute
from mptt.managers import TreeManager
from mptt.models import MPTTModel
from mptt.querysets import TreeQuerySet

STRUCTURE = frozenset({"parent", "parent_id", "tree_id", "lft", "rght", "level"})


class OnlyByTree(TypeError):
    """Somebody tried to write structure past `orgs.tree`."""


def _refuse(what: str) -> NoReturn:
    raise OnlyByTree(f"{what}: place, parent and existence of an organisation are written by orgs.tree alone")


def _refused(name: str) -> Any:
    def method(self, *args, **kwargs):
        _refuse(name)

    method.__name__ = name
    method.__doc__ = "Refused: `orgs.tree` writes structure."
    return method


class NodeQuerySet(TreeQuerySet):
    def update(self, **values: Any) -> int:
        if STRUCTURE & values.keys():
            _refuse("update")
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse("delete")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class NodeManager(TreeManager):
    """django-mptt's manager without its writing."""

    insert_node = _refused("insert_node")
    move_node = _refused("move_node")
    _move_node = _refused("_move_node")
    rebuild = _refused("rebuild")
    partial_rebuild = _refused("partial_rebuild")
    build_tree_nodes = _refused("build_tree_nodes")
    disable_mptt_updates = _refused("disable_mptt_updates")
    delay_mptt_updates = _refused("delay_mptt_updates")

    def _get_queryset_relatives(self, queryset, direction, include_self):
        """Return ancestors ("asc") or descendants ("desc") of all nodes of `queryset` in one statement."""
        nodes = queryset.order_by().filter(tree_id=OuterRef("tree_id"))
        if direction == "asc":
            nodes = nodes.filter(lft__gte=OuterRef("lft"), rght__lte=OuterRef("rght"))
        else:
            nodes = nodes.filter(lft__lte=OuterRef("lft"), rght__gte=OuterRef("rght"))
        if not include_self:
            nodes = nodes.exclude(pk=OuterRef("pk"))
        return self.filter(Exists(nodes))


class Node(MPTTModel):
    """A row of the tree. Its manager answers `within(id)`, `below(id)` and `above(id)`."""

    class Meta:
        abstract = True

    insert_at = _refused("insert_at")
    move_to = _refused("move_to")
    delete = _refused("delete")

    def save(self, **options: Any) -> None:
        """Save what is not structure; an instance that is new, or under another parent than it was loaded with, is
        refused. Stale numbers in memory are therefore never written back."""
        if self._state.adding:
            _refuse("save of a new organisation")
        deferred = self.get_deferred_fields()
        if self._mptt_cached_fields["parent"] not in (DeferredAttribute, self.parent_id):
            _refuse("save under another parent")
        names = options.get("update_fields")
        if names is None:
            fields = [field for field in self._meta.concrete_fields if not field.primary_key]
            names = {field.name for field in fields if field.attname not in deferred} - STRUCTURE
        elif STRUCTURE & set(names):
            _refuse("save of structure")
        models.Model.save(self, **{**options, "update_fields": names})

    save.alters_data = True  # type: ignore[attr-defined]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._mptt_meta.update_mptt_cached_fields(self)

    def get_descendants(self, include_self=False):
        return self._tree_manager.within(self.pk) if include_self else self._tree_manager.below(self.pk)

    def get_ancestors(self, ascending=False, include_self=False):
        chain = self._tree_manager.above(self.pk, include_self=include_self)
        return chain.reverse() if ascending else chain

    def get_family(self):
        return self.get_ancestors() | self.get_descendants(include_self=True)

    def get_children(self):
        return self._tree_manager.filter(parent=self.pk)

    def get_leafnodes(self, include_self=False):
        children = self._tree_manager.filter(parent=OuterRef("pk")).order_by()
        return self.get_descendants(include_self=include_self).filter(~Exists(children))

    def get_descendant_count(self) -> int:
        return self.get_descendants().count() if self.pk else 0

    def is_leaf_node(self) -> bool:
        return not self.get_children().exists()

    def get_root(self) -> Self:
        return self.get_ancestors(include_self=True).first() or self

    def is_descendant_of(self, other, include_self=False) -> bool:
        inside = self._tree_manager.within(other.pk) if include_self else self._tree_manager.below(other.pk)
        return inside.filter(pk=self.pk).exists()

    def get_next_sibling(self, *filter_args, **filter_kwargs):
        return self._beside(1, *filter_args, **filter_kwargs)

    def get_previous_sibling(self, *filter_args, **filter_kwargs):
        return self._beside(-1, *filter_args, **filter_kwargs)

    def _beside(self, direction, *filter_args, **filter_kwargs):
        column = "tree_id" if self.parent_id is None else "lft"
        here = type(self)._base_manager.filter(pk=self.pk).values(column)
        siblings = self.get_siblings().filter(*filter_args, **filter_kwargs)
        if direction > 0:
            return siblings.filter(**{f"{column}__gt": here}).order_by(column).first()
        return siblings.filter(**{f"{column}__lt": here}).order_by(f"-{column}").first()
