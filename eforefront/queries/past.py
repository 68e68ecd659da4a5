"""Organisations as of a day in the past: where each stood, its type, whether it was there. For queries as of a day."""

import datetime
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, reduce
from itertools import islice
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from eforefront.statistics.places import NODE, Moved, Node, Places, Tree, moved_since
from orgs.models import Organization, ParentChange

AT_ONCE = 500
ORGANIZATION_NAMES = ("on_parent", "on_type", "on_functional", "on_dissolved")


class Past:
    """The tree at the end of a day, for one reader. Moves since are read once, however many organisations are named."""

    def __init__(self, day: datetime.date, role: Any, known: Collection[Organization] = ()) -> None:
        self.day, self.role = day, role
        self._nodes: dict[int, Node] = {row.pk: (row.tree_id, row.lft, row.rght, row.level) for row in known}

    @cached_property
    def _moved(self) -> Moved:
        return moved_since(self.day)

    @property
    def has_changed(self) -> bool:
        """Whether anybody was put under another parent since."""
        return bool(self._moved[0])

    def know(self, ids: Iterable[int]) -> None:
        """Read where organisations stand today, those in reach, in one statement."""
        if missing := set(ids) - self._nodes.keys():
            rows = Organization.objects.visible_to(self.role).filter(pk__in=missing).order_by()
            self._nodes |= {
                pk: (tree, low, high, level) for pk, tree, low, high, level in rows.values_list("pk", *NODE)
            }

    def below(self, ids: Collection[int], at: str) -> Q:
        """Return the condition that the organisation at `at` stood below one of these on the day, or is one.

        `at` is a path, "" for the row itself, or an annotation that holds an id (`on_…`).
        """
        self.know(ids)
        found = (self._places(pk) for pk in ids if pk in self._nodes)
        parts = [places.of(at) if at.startswith("on_") else places.q(at) for places in found]
        return reduce(or_, parts) if parts else Q(pk__in=[])

    def _places(self, pk: int) -> Places:
        if not self.has_changed:
            return Places(pk, ((pk, ()),))
        return Tree(pk, self.day, self._nodes[pk], self._moved).places(self.day)


def organizations_on(rows: QuerySet, day: datetime.date) -> QuerySet:
    """Return the organisations that had been founded by a day; `on_…` says what they were at its end."""
    held = Q(pasts__begins_on__lte=day, pasts__ends_on__gt=day)
    later = ParentChange.objects.filter(
        organization=OuterRef("pk"), state=ParentChange.State.DONE, decided_at__date__gt=day
    )
    rows = rows.annotate(past=FilteredRelation("pasts", condition=held)).filter(founded_on__lte=day)
    return rows.annotate(
        on_parent=Coalesce(
            Subquery(later.order_by("decided_at", "pk").values("old_parent")[:1]),
            F("parent_id"),
            output_field=BigIntegerField(),
        ),
        on_type=Coalesce(F("past__org_type"), F("org_type")),
        on_functional=Coalesce(F("past__is_functional"), F("is_functional")),
        on_dissolved=Case(
            When(past__is_living=True, then=Value(None)),
            When(past__is_living=False, then=F("past__begins_on")),
            When(dissolved_on__lte=day, then=F("dissolved_on")),
            default=Value(None),
            output_field=DateField(),
        ),
    )


def organizations_as_they_stood(rows: Iterable[Organization]) -> Iterator[Organization]:
    """Yield the rows of `organizations_on` with what they were that day. For showing only, never to be saved."""
    source = iter(rows)
    while batch := list(islice(source, AT_ONCE)):
        parents = Organization.objects.in_bulk({row.on_parent for row in batch})
        for row in batch:
            row.parent = parents.get(row.on_parent)
            row.org_type, row.is_functional, row.dissolved_on = row.on_type, row.on_functional, row.on_dissolved
            yield row
