"""What must be true of gatherings, votes and reviews; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from eforefront.gatherings import PRESENT, State
from eforefront.models import Appraisal, Attendance, Gathering, Vote
from eforefront.review_steps import LAST
from partyplatform.integrity import invariant

_CHUNK = 2000


@invariant("组织生活、支部活动：应到、实到与名单一致")
def figures_are_sums() -> Iterator[str]:
    """应到 and 实到 of each gathering are counted from its rows."""
    counted = Gathering.objects.annotate(
        n_due=Count("attendance", filter=Q(attendance__excuse="")),
        n_present=Count("attendance", filter=Q(attendance__excuse="", attendance__state__in=PRESENT)),
    )
    wrong = counted.exclude(due=F("n_due"), present=F("n_present")).order_by("pk")
    for row in wrong.iterator(chunk_size=_CHUNK):
        yield f"组织生活 {row.pk}：应到 {row.due}、实到 {row.present}，名单为 {row.n_due}、{row.n_present}"


@invariant("组织生活：已提交的记录登记了每名应到党员")
def records_are_whole() -> Iterator[str]:
    """Of everybody due at what was recorded it is known whether they came."""
    rows = Attendance.objects.due().filter(state="", gathering__state__in=[State.RECORDED, State.REVIEWED])
    for pk in rows.order_by("gathering").values_list("gathering", flat=True).distinct().iterator(chunk_size=_CHUNK):
        yield f"组织生活 {pk}：记录已提交，但有应到党员没有登记出席情况"


@invariant("组织生活：表决的应到、实到与名单一致")
def votes_agree_with_rows() -> Iterator[str]:
    """Who was due and there at a vote is who had one among the rows."""
    voters = Q(gathering__attendance__votes=True, gathering__attendance__excuse="")
    counted = Vote.objects.annotate(
        n_due=Count("gathering__attendance", filter=voters),
        n_present=Count("gathering__attendance", filter=voters & Q(gathering__attendance__state__in=PRESENT)),
    )
    wrong = counted.exclude(due=F("n_due"), present=F("n_present")).order_by("pk")
    for row in wrong.iterator(chunk_size=_CHUNK):
        yield f"表决 {row.pk}：应到 {row.due}、实到 {row.present}，名单为 {row.n_due}、{row.n_present}"


@invariant("民主评议：已入库的评定了每名参加的党员")
def reviews_are_whole() -> Iterator[str]:
    """Of everybody taking part in what is over there is a grade."""
    rows = Appraisal.objects.filter(cycle__step__gt=LAST, takes_part=True, grade="").order_by("pk")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield f"民主评议 {row.cycle_id}：党员 {row.member_id} 没有评定等次"
