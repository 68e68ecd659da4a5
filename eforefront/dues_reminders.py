"""Unpaid dues of 3 and 6 months, entered into the table of the platform. Source: workflows.md 8.2, 11."""

import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.powers import Power
from eforefront.models import DuesMonth
from members.reminders import Reminder, Subject, enter
from orgs.dates import add_months


def of_debt(row: Any) -> Subject:
    """Of a member's oldest unpaid month: the branch is told."""
    branch = row.organization
    return Subject(row.member.name, branch.short_name, reverse("eforefront:dues_arrears"), branch.pk)


def owing(today: datetime.date, *, months: int) -> QuerySet:
    return DuesMonth.objects.owing(months, today).select_related("member", "organization")


def sees_dues(role: Any) -> bool:
    return role.can(Power.VIEW_DUES)


def _day(months: int, row: Any) -> datetime.date:
    """The first day on which so many months had ended unpaid."""
    return add_months(row.month, months)


for _months, _hint in ((3, "请提醒本人补缴"), (6, "连续 6 个月无正当理由不交党费的，应报上级党组织研究")):
    enter(
        Reminder(
            f"dues-{_months}",
            f"欠缴党费满 {_months} 个月",
            _hint,
            partial(owing, months=_months),
            partial(_day, _months),
            "month",
            subject=of_debt,
            open_to=sees_dues,
            placed="organization",
            line="unpaid dues",
            on_home=False,
            in_bell=False,
            portal_pages=True,
        )
    )
