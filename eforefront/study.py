"""学时: what members learned in a year, from meetings and from hand entries, against what is asked of them.

An hour is one 学时, at most four in half a day, whichever meetings and entries it comes from. Source: workflows.md 7.4.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from eforefront.models import Attendance, StudyEntry
from members.codes import Duty
from members.models import Post

HALF_DAY = 4 * 60  # minutes at most
NOON = 12


@dataclass(frozen=True, slots=True)
class Study:
    """The 学时 of one member in one year."""

    from_meetings: float
    by_hand: float
    needed: int

    @property
    def total(self) -> float:
        return self.from_meetings + self.by_hand

    @property
    def is_enough(self) -> bool:
        return self.total >= self.needed

    @property
    def percent(self) -> int:
        return min(100, int(self.total * 100 // self.needed)) if self.needed else 100

    @property
    def text(self) -> str:
        return f"{self.total:g}/{self.needed}"


def of_members(members: Sequence[int], year: int) -> dict[int, Study]:
    """Return what each of these members, whom the caller has found in reach, learned in a year: three statements."""
    learned, typed = _attended(members, year), defaultdict(float)
    entries = StudyEntry.objects.filter(member__in=members, on__year=year, removed_at=None)
    for member, halves in entries.values_list("member", "halves"):
        typed[member] += halves / 2
    leading = set(
        Post.objects.current()
        .filter(member__in=members)
        .exclude(duty=Duty.GROUP_LEADER)
        .values_list("member", flat=True)
    )
    return {
        member: Study(
            learned[member],
            typed[member],
            settings.STUDY_HOURS_OF_COMMITTEES if member in leading else settings.STUDY_HOURS,
        )
        for member in members
    }


def halves_of(begins: datetime.datetime, ends: datetime.datetime) -> dict[tuple[datetime.date, bool], int]:
    """Return {(day, is afternoon): minutes} of a span of time, by the local clock."""
    found: dict[tuple[datetime.date, bool], int] = {}
    start, end = timezone.localtime(begins), timezone.localtime(ends)
    while start < end:
        noon = start.replace(hour=NOON, minute=0, second=0, microsecond=0)
        midnight = (start + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        stop = min(end, noon if start < noon else midnight)
        found[start.date(), start >= noon] = int((stop - start).total_seconds() // 60)
        start = stop
    return found


def _attended(members: Sequence[int], year: int) -> dict[int, float]:
    first = timezone.make_aware(datetime.datetime(year, 1, 1))
    end = timezone.make_aware(datetime.datetime(year + 1, 1, 1))
    rows = Attendance.objects.attended(members, first, end)
    minutes: dict[tuple[int, datetime.date, bool], int] = defaultdict(int)
    for member, begins, ends in rows.values_list("member", "gathering__begins_at", "gathering__ends_at"):
        for (day, afternoon), spent in halves_of(begins, ends).items():
            minutes[member, day, afternoon] += spent
    hours: dict[int, float] = defaultdict(float)
    for (member, _day, _afternoon), spent in minutes.items():
        hours[member] += min(spent, HALF_DAY) // 30 / 2  # whole and half ones
    return hours
