"""What must be true of gatherings, votes and reviews; `manage.py check_integrity` proves it."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Q

from eforefront.gatherings import PRESENT, State
from eforefront.models import Appraisal, Attendance, Gathering, Vote
from eforefront.querysets.gatherings import AttendanceQuerySet
from eforefront.review_steps import LAST
from partyplatform.integrity import invariant

_CHUNK = 2000


@invariant("组织生活、支部活动：应到、实到与名单一致")
def figures_are_sums() -> Iterator[str]:
    """应到 and 实到 of each gathering are counted from its rows."""
    counted = _counting(Attendance.objects.due())
    stored = Gathering.objects.order_by("pk").values_list("pk", "due", "present")
    for pk, due, present in stored.iterator(chunk_size=_CHUNK):
        if (found := counted(pk)) != (due, present):
            yield f"组织生活 {pk}：应到 {due}、实到 {present}，名单为 {found[0]}、{found[1]}"


@invariant("组织生活：已提交的记录登记了每名应到党员")
def records_are_whole() -> Iterator[str]:
    """Of everybody due at what was recorded it is known whether they came."""
    rows = Attendance.objects.due().filter(state="", gathering__state__in=[State.RECORDED, State.REVIEWED])
    for pk in rows.order_by("gathering").values_list("gathering", flat=True).distinct().iterator(chunk_size=_CHUNK):
        yield f"组织生活 {pk}：记录已提交，但有应到党员没有登记出席情况"


@invariant("组织生活：表决的应到、实到与名单一致")
def votes_agree_with_rows() -> Iterator[str]:
    """Who was due and there at a vote is who had one among the rows."""
    asked = Vote.objects.order_by().values("gathering")
    counted = _counting(Attendance.objects.due().filter(votes=True, gathering__in=asked))
    stored = Vote.objects.order_by("gathering", "pk").values_list("pk", "gathering", "due", "present")
    for pk, gathering, due, present in stored.iterator(chunk_size=_CHUNK):
        if (found := counted(gathering)) != (due, present):
            yield f"表决 {pk}：应到 {due}、实到 {present}，名单为 {found[0]}、{found[1]}"


@invariant("民主评议：已入库的评定了每名参加的党员")
def reviews_are_whole() -> Iterator[str]:
    """Of everybody taking part in what is over there is a grade."""
    rows = Appraisal.objects.filter(cycle__step__gt=LAST, takes_part=True, grade="").order_by("pk")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield f"民主评议 {row.cycle_id}：党员 {row.member_id} 没有评定等次"


def _counting(rows: AttendanceQuerySet) -> Callable[[int], tuple[int, int]]:
    """Return what tells 应到 and 实到 by these rows for one gathering after another, in rising order.

    Rows and gatherings are read side by side, not joined: they may lie on different machines (docs/scaling.md).
    """
    present = Count("pk", filter=Q(state__in=PRESENT))
    sums = rows.order_by("gathering").values_list("gathering").annotate(due=Count("pk"), present=present)
    found = sums.iterator(chunk_size=_CHUNK)
    ahead = next(found, None)

    def counted(gathering: int) -> tuple[int, int]:
        nonlocal ahead
        while ahead is not None and ahead[0] < gathering:
            ahead = next(found, None)
        return ahead[1:] if ahead is not None and ahead[0] == gathering else (0, 0)

    return counted
