"""What attendance and service at gatherings give in 分数: settled when a record is handed in or taken back."""

import datetime
from decimal import Decimal

from django.utils import timezone

from eforefront.codes import ScoreSource
from eforefront.gatherings import HELD, Kind
from eforefront.models import ActivityHours, Attendance, Gathering
from eforefront.score_rules import points
from eforefront.services import scores
from partyplatform import audit


def settle(gathering: Gathering, *, by: audit.ActingRole) -> None:
    """Bring the points of a gathering to what its record says now; without a record they are nothing."""
    source = ScoreSource.ATTENDANCE if gathering.kind == Kind.MEETING else ScoreSource.ACTIVITY
    on = timezone.localdate(gathering.begins_at)
    given = _given(gathering, source, on) if gathering.state in HELD else {}
    scores.bring_many_to(
        given, key=f"gathering:{gathering.pk}", on=on, reason=f"{gathering.type_label}：{gathering.topic}"[:100],
        source=source, by=by,
    )  # fmt: skip


def _given(gathering: Gathering, source: ScoreSource, on: datetime.date) -> dict[int, Decimal]:
    """Return {member: points} of those who came, with the hours they served."""
    given: dict[int, Decimal] = {}
    for member, state in Attendance.objects.filter(gathering=gathering).values_list("member", "state"):
        if worth := points(source, state, on=on) if state else Decimal(0):
            given[member] = worth
    for row in ActivityHours.objects.of(gathering):
        extra = points(source, "hours", on=on, amount=row.hours)
        given[row.member_id] = given.get(row.member_id, Decimal(0)) + extra
    return {member: worth for member, worth in given.items() if worth}
