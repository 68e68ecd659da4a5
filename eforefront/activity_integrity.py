"""What must be true of 报名 and 服务时长; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from eforefront.gatherings import PRESENT, State
from eforefront.models import ActivityHours, Attendance, Enrolment, SignUp
from partyplatform.integrity import invariant


@invariant("活动报名")
def places_are_those_given() -> Iterator[str]:
    """Places given are counted and never more than there are; nobody waits beside a free one."""
    taken, waiting = Count("gathering__enrolments", filter=_in("1")), Count("gathering__enrolments", filter=_in("2"))
    rows = SignUp.objects.annotate(given=taken, line=waiting).select_related("gathering").order_by("pk")
    now = timezone.now()
    for row in rows.iterator(chunk_size=2000):
        name = f"支部活动 {row.gathering_id}"
        if row.given != row.taken:
            yield f"{name}：已报名登记为 {row.taken} 人，应为 {row.given} 人"
        if row.places is not None and row.given > row.places:
            yield f"{name}：已报名 {row.given} 人，超过人数上限 {row.places} 人"
        is_coming = row.gathering.state == State.PUBLISHED and row.gathering.begins_at > now
        if row.line and row.has_room and is_coming:
            yield f"{name}：还有名额，却有 {row.line} 人候补"


@invariant("活动名单")
def whoever_has_a_place_is_due() -> Iterator[str]:
    """Whoever has a place is among those due, whoever waits or withdrew is not."""
    same = Attendance.objects.filter(gathering=OuterRef("gathering"), member=OuterRef("member"))
    for row in Enrolment.objects.filter(state="1").exclude(Exists(same)).order_by("pk").iterator():
        yield f"支部活动 {row.gathering_id}：党员 {row.member_id} 已报名，不在应到名单"
    for row in Enrolment.objects.filter(Exists(same), state="2").order_by("pk").iterator():
        yield f"支部活动 {row.gathering_id}：党员 {row.member_id} 为候补，却在应到名单"


@invariant("活动服务时长")
def whoever_served_was_there() -> Iterator[str]:
    """Hours are those of people who came."""
    came = Attendance.objects.filter(gathering=OuterRef("gathering"), member=OuterRef("member"), state__in=PRESENT)
    for row in ActivityHours.objects.exclude(Exists(came)).order_by("pk").iterator():
        yield f"支部活动 {row.gathering_id}：党员 {row.member_id} 未出席，却有服务时长"


def _in(state: str) -> Q:
    return Q(gathering__enrolments__state=state)
