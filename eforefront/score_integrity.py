"""What must be true of 分数; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractYear

from eforefront.models import ScoreEntry, ScoreYear
from partyplatform.integrity import invariant

_CHUNK = 5000


@invariant("分数")
def sums_are_those_of_the_ledger() -> Iterator[str]:
    """The stored sum of each member and year is that of the entries. Both sides are read in one order."""
    entries = ScoreEntry.objects.annotate(year=ExtractYear("on")).order_by("member", "year")
    sums = entries.values_list("member", "year").annotate(sum=Sum("points")).iterator(chunk_size=_CHUNK)
    stored = ScoreYear.objects.order_by("member", "year").values_list("member", "year", "points")
    left = next(sums, None)
    for member, year, points in stored.iterator(chunk_size=_CHUNK):
        while left is not None and left[:2] < (member, year):
            yield f"党员 {left[0]}：{left[1]} 年度分数没有登记，应为 {left[2]:.1f}"
            left = next(sums, None)
        right = left[2] if left is not None and left[:2] == (member, year) else 0
        left = next(sums, None) if left is not None and left[:2] == (member, year) else left
        if round(right, 1) != points:
            yield f"党员 {member}：{year} 年度分数登记为 {points}，应为 {right:.1f}"
    while left is not None:
        yield f"党员 {left[0]}：{left[1]} 年度分数没有登记，应为 {left[2]:.1f}"
        left = next(sums, None)


@invariant("分数更正")
def corrections_stand_against_their_entry() -> Iterator[str]:
    """A correction is of the same member and day and takes back just what was given."""
    same = Q(member=F("corrects__member"), on=F("corrects__on"), points=-F("corrects__points"))
    wrong = ScoreEntry.objects.filter(corrects__isnull=False).exclude(same)
    for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator():
        yield f"分数明细 {pk}：更正与原条目不符"
