"""What falls due in 党员发展, entered into the table of the platform.

The end of the 预备期 stands there already; here it learns of discussions that were put off.

Source: workflows.md 4.3, 11.
"""

import datetime
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.powers import Power
from eforefront.development.limits import limit
from eforefront.development.steps import OBSERVED_FROM, OBSERVED_TO
from eforefront.models import Applicant
from members.reminders import REMINDERS, Reminder, Subject, enter
from orgs.dates import add_months

TALK_DAYS = 30
TALK, DECIDING, CONFIRMING = "02", ("16", "17"), "24"
AHEAD = 15  # days a 考察 is announced before
PROBATION = REMINDERS["probation"]


def ending_probations(today: datetime.date) -> QuerySet:
    """Those whose 预备期 ends, less those whose 转正 is to be discussed only later (细则 36)."""
    postponed = _open().filter(member=OuterRef("pk"), postponed_to__isnull=False)
    later = postponed.filter(postponed_to__gt=today + datetime.timedelta(days=PROBATION.days[0]))
    rows = PROBATION.rows(today).exclude(Exists(later))
    return rows.annotate(postponed_to=Subquery(postponed.values("postponed_to")[:1]))


def talks(today: datetime.date) -> QuerySet:
    """Those who applied 20 days ago and nobody has talked to."""
    return _open().filter(step=TALK, applied_on__lte=today - datetime.timedelta(days=TALK_DAYS - 10))


def observations(today: datetime.date) -> QuerySet:
    """Those whose next 考察 is due within 15 days, or was."""
    last = add_months(today + datetime.timedelta(days=AHEAD), -limit("observation"))
    since = Coalesce("joined_on", "activist_on")
    rows = _open().filter(step__gte=OBSERVED_FROM, step__lte=OBSERVED_TO)
    rows = rows.annotate(observed_last=Greatest(Coalesce("observed_on", "joined_on", "activist_on"), since))
    return rows.filter(observed_last__lte=last)


def decisions(today: datetime.date) -> QuerySet:
    """Those a 支部大会 took in two months ago whom the 党委 has not decided on."""
    return _open().filter(step__in=DECIDING, joined_on__lte=add_months(today, 1 - limit("approval")))


def confirmations(today: datetime.date) -> QuerySet:
    return _open().filter(step=CONFIRMING, due_on__lte=add_months(today, 1))


def _open() -> QuerySet:
    return Applicant.objects.open().select_related("organization")


def of_branch(row: Applicant) -> Subject:
    return Subject(row.name, row.organization.short_name, row.get_absolute_url(), row.organization_id)


def of_holder(row: Applicant) -> Subject:
    return Subject(row.name, row.organization.short_name, row.get_absolute_url(), row.holder_id)


def sees_development(role: Any) -> bool:
    return role.can(Power.VIEW_DEVELOPMENT)


def _probation_due(row: Any) -> datetime.date | None:
    return max(filter(None, (PROBATION.due(row), row.postponed_to)), default=None)


def _talk_due(row: Applicant) -> datetime.date:
    assert row.applied_on is not None
    return row.applied_on + datetime.timedelta(days=TALK_DAYS)


def _observation_due(row: Any) -> datetime.date:
    return add_months(row.observed_last, limit("observation"))


def _decision_due(row: Applicant) -> datetime.date:
    assert row.joined_on is not None
    return add_months(row.joined_on, limit("approval"))


def _due(row: Applicant) -> datetime.date | None:
    return row.due_on


_WORDS: dict[str, Any] = {
    "named": "name",
    "placed": "organization",
    "open_to": sees_development,
    "portal_pages": True,
    "in_bell": False,
}
_ABOVE: dict[str, Any] = {**_WORDS, "decides": Power.DECIDE_DEVELOPMENT, "line": "decision of 党委"}
# fmt: off
TABLE = (
    replace(PROBATION, rows=ending_probations, due=_probation_due),
    Reminder("development-talk", "申请人待谈话", "收到入党申请书后一个月内派人谈话",
             talks, _talk_due, "applied_on", (10, 0), subject=of_branch, line="talk with applicant", **_WORDS),
    Reminder("development-observation", "考察到期", "每 6 个月考察一次，登记考察情况",
             observations, _observation_due, "observed_on", (AHEAD, 0), subject=of_branch,
             line="half-yearly observation", **_WORDS),
    Reminder("development-approval", "预备党员待审批", "支部大会后 3 个月内审批",
             decisions, _decision_due, "joined_on", (31, 0), subject=of_holder, **_ABOVE),
    Reminder("development-confirmation", "转正待审批", "讨论转正的支部大会后 3 个月内审批",
             confirmations, _due, "due_on", (31, 0), subject=of_holder, **_ABOVE),
)
# fmt: on
for _reminder in TABLE:
    enter(_reminder)
