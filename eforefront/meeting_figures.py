"""What a first page says of 组织生活, each number with the list that shows just these. Source: screens.md 3.1."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.powers import Power
from eforefront.frequency import Requirement, to_bring_up
from eforefront.gatherings import Kind, Phase
from eforefront.models import Attendance, Gathering
from orgs.dates import add_months

MOST = 1000  # counted at most


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: what it is, the list behind it; `is_more` says that there are more than were counted."""

    label: str
    count: int
    url: str

    @property
    def text(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)


def figures(role: Any, *, many: bool = False) -> list[Figure]:
    """Return the figures of a role, each in one statement: of an administrator this month's meetings, records to write
    and records to review; of everybody the own meetings to come. `many` as for `GatheringQuerySet.visible_to`."""
    found = _administered(role, many=many) if role.can(Power.VIEW_GATHERINGS) else []
    return [*found, Figure("我的组织生活", coming(role).count(), reverse("eforefront:my_meetings"))]


def coming(role: Any) -> Any:
    """Return the acting person's rows at meetings that are announced and not over, the next one first."""
    rows = Attendance.objects.mine(role).filter(gathering__kind=Kind.MEETING, gathering__state="2")
    rows = rows.filter(gathering__ends_at__gt=timezone.now(), gathering__notifies=True)
    return rows.select_related("gathering").order_by("gathering__begins_at", "pk")


def reminders(role: Any, *, today: datetime.date) -> list[tuple[Requirement, int, int]]:
    """Return (requirement, done, due) of what the role's own branch owes in the last days of a month or quarter."""
    organization = getattr(role, "organization", None)
    if organization is None or not organization.is_branch or not role.can(Power.KEEP_GATHERINGS):
        return []
    return to_bring_up(organization, today=today)


def _administered(role: Any, *, many: bool) -> list[Figure]:
    now, today = timezone.now(), timezone.localdate()
    first, listed = today.replace(day=1), reverse("eforefront:meetings")
    last = add_months(first, 1) - datetime.timedelta(days=1)
    rows = Gathering.objects.visible_to(role, many=many).of_kind(Kind.MEETING)
    month = rows.between(_midnight(first), _midnight(add_months(first, 1)))
    told = [Figure("本月组织生活", _counted(month), f"{listed}?since={first}&until={last}")]
    own = Gathering.objects.managed_by(role).of_kind(Kind.MEETING).in_phase(Phase.TO_RECORD, now)
    told.append(Figure("待记录", _counted(own), f"{listed}?state={Phase.TO_RECORD}"))
    if role.can(Power.REVIEW_GATHERINGS):
        waiting = rows.in_phase(Phase.RECORDED, now)
        told.append(Figure("待审阅", _counted(waiting), f"{listed}?state={Phase.RECORDED}"))
    return told


def _counted(rows: Any) -> int:
    return rows.order_by()[: MOST + 1].count()


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
