"""预备期 and 党龄, worked out from the dates of a record. Source: workflows.md 4.3; screens.md 2.5 党籍信息."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from members.codes import PersonCategory
from orgs.dates import add_months
from partyplatform.ui.status import Status

PROBATION = 12  # months
PAUSING = 6  # months abroad at least, before the 预备期 is put off
SOON = 30  # days


def probation_end(member: Any, *, extended: int | None = None) -> datetime.date | None:
    """Return the day the 预备期 ends, `extended` months later than usual; None without 入党日期."""
    return add_months(member.joined_on, PROBATION + (extended or 0)) if member.joined_on else None


def end_of(member: Any, profile: Any) -> datetime.date | None:
    """Return the day the 预备期 ends: as long after the usual day as the person was abroad, where that counts."""
    return profile.probation_until or probation_end(member, extended=profile.probation_months)


@dataclass(frozen=True, order=True, slots=True)
class Absence:
    """Time abroad, from the day of leaving to the day of coming back, which may lie ahead."""

    since: datetime.date
    until: datetime.date
    is_over: bool = True

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    def __str__(self):
        until = f"{self.until:%Y-%m-%d}{'' if self.is_over else '（预计）'}"
        return f"出国（境）{self.since:%Y-%m-%d} 至 {until}，顺延 {self.days} 天"


def paused_end(
    joined_on: datetime.date, absences: Iterable[Absence], *, extended: int | None = None
) -> tuple[datetime.date, list[Absence]]:
    """Return the day the 预备期 ends and the absences that put it off, each by its own length.

    Those of `PAUSING` months or more that began within it count, from the day it began. While somebody is away it does
    not run, so that what is left of it comes after the return.
    """
    end, free, counted = joined_on, joined_on, []
    coming = sorted(absences)
    for months in (PROBATION, extended or 0):
        end = add_months(end, months)
        while coming and coming[0].since < end:
            absence = coming.pop(0)
            absence = replace(absence, since=max(absence.since, free))
            free = max(free, absence.until)
            if absence.until >= add_months(absence.since, PAUSING):
                end += datetime.timedelta(days=absence.days)
                counted.append(absence)
    return end, counted


def due(end: datetime.date | None, *, today: datetime.date) -> Status | str:
    """Return the tag beside a 预备期: passed, or ending within `SOON` days. Source: workflows.md 11."""
    if end is None or end > today + datetime.timedelta(days=SOON):
        return ""
    return Status("已届满", "red") if end <= today else Status(f"{(end - today).days} 天后届满", "amber")


def seniority(member: Any, *, on: datetime.date, correction: int = 0) -> int | None:
    """Return 党龄 in full months on a day, counted from 转正日期 and corrected; None for who has none yet."""
    if member.category != PersonCategory.FULL or member.confirmed_on is None:
        return None
    since = member.confirmed_on
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    return max(0, months + correction)


def in_words(months: int | None) -> str:
    """Return 3 年 2 个月."""
    if months is None:
        return ""
    years, rest = divmod(months, 12)
    return f"{years} 年" + (f" {rest} 个月" if rest else "") if years else f"{rest} 个月"
