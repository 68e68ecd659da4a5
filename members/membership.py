"""预备期 and 党龄, worked out from the dates of a record. Source: workflows.md 4.3; screens.md 2.5 党籍信息."""

import datetime
from typing import Any

from members.codes import PersonCategory
from orgs.dates import add_months
from partyplatform.ui.status import Status

PROBATION = 12  # months
SOON = 30  # days


def probation_end(member: Any, *, extended: int | None = None) -> datetime.date | None:
    """Return the day the 预备期 ends, `extended` months later than usual; None without 入党日期."""
    return add_months(member.joined_on, PROBATION + (extended or 0)) if member.joined_on else None


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
