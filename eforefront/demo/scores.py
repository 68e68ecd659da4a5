"""分数 of the demonstration: what this year's 组织生活 and 支部活动 gave, and the sums of everybody."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from eforefront.codes import ScoreSource
from eforefront.demo import bulk
from eforefront.demo.words import words
from eforefront.gatherings import HELD, Kind
from eforefront.models import ActivityHours, Attendance, Gathering, ScoreEntry, ScoreYear
from eforefront.score_rules import points

_ENTRY = words("member on reason points source key entered_by entered_at")


def fill(told: set[int], *, today: datetime.date) -> None:
    """Write what this year's records gave, as the service would, then the sums of the whole ledger.

    All 支部活动 there are, and the 组织生活 of the branches in `told`: a ledger of every meeting takes too long.
    """
    begins = timezone.make_aware(datetime.datetime(today.year, 1, 1))
    counted = Q(kind=Kind.ACTIVITY) | Q(organization__in=told)
    bulk.load(
        ScoreEntry, _ENTRY, list(_entries(Gathering.objects.filter(counted, state__in=HELD, begins_at__gte=begins)))
    )
    ScoreYear.objects.all().delete()
    sums = ScoreEntry.objects.order_by().annotate(year=ExtractYear("on")).values_list("member", "year")
    bulk.load(ScoreYear, words("member year points"), list(sums.annotate(Sum("points"))))


def _entries(held: QuerySet) -> Iterator[tuple]:
    known = {gathering.pk: gathering for gathering in held.defer("content").iterator(2000)}
    hours: dict[tuple[int, int], Decimal] = {}
    for gathering, member, served in ActivityHours.objects.values_list("gathering", "member", "hours").iterator(5000):
        hours[gathering, member] = served
    rows = Attendance.objects.filter(gathering__in=held, state__in=("1", "3")).values_list(
        "gathering", "member", "state"
    )
    for pk, member, state in rows.iterator(5000):
        gathering = known[pk]
        source = ScoreSource.ATTENDANCE if gathering.kind == Kind.MEETING else ScoreSource.ACTIVITY
        on = timezone.localdate(gathering.begins_at)
        worth = points(source, state, on=on)
        if served := hours.get((pk, member)):
            worth += points(source, "hours", on=on, amount=served)
        if worth:
            reason = f"{gathering.type_label}：{gathering.topic}"[:100]
            told = (source.value, f"gathering:{pk}", gathering.recorded_by, gathering.recorded_at)
            yield member, on, reason, worth, *told
