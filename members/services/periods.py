"""Days that are closed for a member: those of the branch of today, and of where the member stood then."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from members.models import Member, Standing
from orgs.periods import closed_for, refuse_closed


def refuse_closed_for(member: Member, *days: datetime.date | None, field: str = "") -> None:
    """Raise ValidationError for a day on which nothing of this member changes any more; without a past day, nothing."""
    past = [day for day in days if day is not None and day < timezone.localdate()]
    if past:
        stood = Standing.objects.on(min(past)).filter(member=member).values_list("organization", flat=True)
        refuse_closed({member.organization_id, *stood}, *past, field=field)


def refuse_closed_rows(begun: Iterable[tuple[datetime.date, Iterable[int]]]) -> None:
    """The same for many at once: each with the day something begins and the organisations it concerns."""
    today = timezone.localdate()
    days: dict[datetime.date, set[int]] = {}
    for day, places in begun:
        if day < today:
            days.setdefault(day, set()).update(places)
    for day in sorted(days):
        refuse_closed(days[day], day)


def first_open_day(member: Member, day: datetime.date) -> datetime.date:
    """Return the day, or the first one after what is closed: a 预备期 that ended in a sealed year and is decided after
    it counts as decided in the new one. Source: statistics.md 4, table 15 尚未讨论或审批."""
    if day >= timezone.localdate():
        return day
    closed = closed_for([member.organization_id])
    return max(day, closed.until + datetime.timedelta(days=1)) if closed is not None else day


def dated(entry: Any) -> list[datetime.date | None]:
    """Return the days of a line of a record that figures count: 表彰 and 处分 by their date."""
    return [getattr(entry, "given_on", None), getattr(entry, "revoked_on", None)]
