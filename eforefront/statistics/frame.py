"""For whom, as of when: what every count of one report shares."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.db.models import Q

from eforefront.statistics.places import Node, Places, Tree


@dataclass(frozen=True)
class Frame:
    """An organisation and the period (`since`, `on`]: figures of the stock are those at the end of the day `on`."""

    organization_id: int
    on: datetime.date
    node: Node | None = None  # where the organisation stands, if that is known already

    @classmethod
    def of(cls, organization: Any, on: datetime.date) -> Self:
        return cls(organization.pk, on, (organization.tree_id, organization.lft, organization.rght, organization.level))

    @property
    def since(self) -> datetime.date:
        """The end of the year before, which 上年底总数 belongs to."""
        return datetime.date(self.on.year - 1, 12, 31)

    @cached_property
    def _tree(self) -> Tree:
        return Tree(self.organization_id, self.since, self.node)

    @cached_property
    def places(self) -> Places:
        return self._tree.places(self.on)

    @cached_property
    def places_before(self) -> Places:
        return self._tree.places(self.since)

    @cached_property
    def turns(self) -> list[tuple[datetime.date, Places, Places]]:
        """Days on which whole branches came or went: (day, what stood below before, and after)."""
        one = datetime.timedelta(days=1)
        days = self._tree.turning_days(self.since, self.on)
        return [(day, self._tree.places(day - one), self._tree.places(day)) for day in days]

    def inside(self, day: str, at: str, *, annotated: bool = False) -> Q:
        """Return the condition that the organisation at `at` stood below on the day in the column `day`."""
        parts = [(self.since, self.places_before), *((on, after) for on, _, after in self.turns)]
        if len(parts) == 1:
            return parts[0][1].of(at) if annotated else parts[0][1].q(at)
        found = Q()
        for number, (begin, places) in enumerate(parts):
            when = Q(**{f"{day}__gte": begin})
            if number + 1 < len(parts):
                when &= Q(**{f"{day}__lt": parts[number + 1][0]})
            found |= when & (places.of(at) if annotated else places.q(at))
        return found

    def within(self, day: str) -> Q:
        """Return the condition that a day lies in the period."""
        return Q(**{f"{day}__gt": self.since, f"{day}__lte": self.on})
