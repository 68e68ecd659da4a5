"""What the bell counts of 组织生活 and 支部活动: what one is asked to come to, what is to be written down, and read."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import Attendance, Gathering


def todos(role: Any) -> list[QuerySet]:
    now = timezone.now()
    found: list[QuerySet] = []
    if role.can(Power.VIEW_OWN_RECORD):
        found.append(Attendance.objects.to_answer(role, now))
    if role.can(Power.KEEP_GATHERINGS):
        found.append(Gathering.objects.waiting_for_record(role, now))
    if role.can(Power.REVIEW_GATHERINGS):
        found.append(Gathering.objects.waiting_for_review(role))
    return found
