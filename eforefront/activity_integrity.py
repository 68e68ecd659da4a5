"""What must be true of 报名 and 服务时长; `manage.py check_integrity` proves it."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Q
from django.utils import timezone

from eforefront.gatherings import PRESENT, State
from eforefront.models import ActivityHours, Attendance, Enrolment, SignUp
from eforefront.querysets.gatherings import AttendanceQuerySet
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
    due = _listed(Attendance.objects.filter(gathering__in=Enrolment.objects.order_by().values("gathering")))
    rows = Enrolment.objects.filter(state__in=["1", "2"]).order_by("gathering", "member")
    for gathering, member, state in rows.values_list("gathering", "member", "state").iterator(chunk_size=2000):
        is_due = due((gathering, member))
        if state == "1" and not is_due:
            yield f"支部活动 {gathering}：党员 {member} 已报名，不在应到名单"
        if state == "2" and is_due:
            yield f"支部活动 {gathering}：党员 {member} 为候补，却在应到名单"


@invariant("活动服务时长")
def whoever_served_was_there() -> Iterator[str]:
    """Hours are those of people who came."""
    gatherings = ActivityHours.objects.order_by().values("gathering")
    came = _listed(Attendance.objects.filter(state__in=PRESENT, gathering__in=gatherings))
    rows = ActivityHours.objects.order_by("gathering", "member").values_list("gathering", "member")
    for gathering, member in rows.iterator(chunk_size=2000):
        if not came((gathering, member)):
            yield f"支部活动 {gathering}：党员 {member} 未出席，却有服务时长"


def _listed(rows: AttendanceQuerySet) -> Callable[[tuple[int, int]], bool]:
    """Return what says whether (gathering, member) is among these rows, for one pair after another in rising order.

    Both sides are read side by side, not joined: they may lie on different machines (docs/scaling.md).
    """
    found = rows.order_by("gathering", "member").values_list("gathering", "member").iterator(chunk_size=2000)
    ahead = next(found, None)

    def listed(pair: tuple[int, int]) -> bool:
        nonlocal ahead
        while ahead is not None and ahead < pair:
            ahead = next(found, None)
        return ahead == pair

    return listed


def _in(state: str) -> Q:
    return Q(gathering__enrolments__state=state)
