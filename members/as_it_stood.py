"""Rows of a list for a day in the past: whom it names are today's records, where they stood is that day's."""

from collections.abc import Iterable, Iterator
from itertools import islice

from members.models import Member
from orgs.models import Organization

AT_ONCE = 500


def as_they_stood(rows: Iterable[Member]) -> Iterator[Member]:
    """Yield the members of `MemberQuerySet.standing_on` with the branch, 人员类别 and 党籍状态 of that day.

    They are for showing only, never to be saved.
    """
    source = iter(rows)
    while batch := list(islice(source, AT_ONCE)):
        places = Organization.objects.in_bulk({row.on_place for row in batch})
        for row in batch:
            row.organization = places[row.on_place]
            row.category, row.status = row.on_category, row.on_status
            yield row
