"""三会一课 still owed in the last days of a month or quarter, entered into the table. Source: workflows.md 7.1, 11."""

import datetime
from functools import partial
from typing import Any

from django.db.models import Count, DateField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.powers import Power
from eforefront.attendees import COMMITTEE_FROM
from eforefront.frequency import COMMITTEE, GROUP, LAST_DAYS, REQUIREMENTS, Requirement, window
from eforefront.gatherings import Kind
from eforefront.models import Gathering, PartyGroup
from members.reminders import Reminder, Subject, enter
from orgs.models import Organization

PERIODS = {"month": "本月", "quarter": "本季度"}


def of_branch(organization: Any) -> Subject:
    """Of a branch: it is told itself."""
    address = reverse("eforefront:meeting_frequency")
    return Subject(organization.short_name, organization.org_type_label, address, organization.pk)


def owing(today: datetime.date, *, requirement: Requirement) -> QuerySet:
    """Branches that have not held what they owe, in the last days of the period; at other times none."""
    first, end = requirement.period(today)
    if end - today > datetime.timedelta(days=LAST_DAYS):
        return Organization.objects.none()
    rows = Organization.objects.living().receiving_members().filter(founded_on__lt=first)
    held = Gathering.objects.of_kind(Kind.MEETING).held().between(*window(requirement, today))
    held = held.filter(type=requirement.type, organization=OuterRef("pk"))
    last = Value(end - datetime.timedelta(days=1), output_field=DateField())
    rows = rows.annotate(held=_number(held), needed=_needed(requirement), due_day=last)
    if requirement.type == COMMITTEE:
        rows = rows.filter(full_members__gte=COMMITTEE_FROM)
    return rows.filter(Q(full_members__gt=0) | Q(probationary_members__gt=0), held__lt=F("needed"))


def _needed(requirement: Requirement) -> Any:
    if requirement.type != GROUP:
        return Value(requirement.at_least)
    return _number(PartyGroup.objects.living().filter(organization=OuterRef("pk")))


def _number(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("organization").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def is_branch(role: Any) -> bool:
    """Only a branch is shown its own; whoever stands above has 频次, which says it of all branches at once."""
    return role.organization.is_branch and role.can(Power.VIEW_GATHERINGS)


def own_branch(rows: QuerySet, role: Any) -> QuerySet:
    return rows.filter(pk=role.organization_id) if is_branch(role) else rows.none()


def _due_day(organization: Any) -> datetime.date:
    return organization.due_day


for _requirement in REQUIREMENTS:
    if _requirement.per in PERIODS:
        enter(
            Reminder(
                f"meeting-{_requirement.type}",
                f"{PERIODS[_requirement.per]}还没有召开{_requirement.label}",
                f"{_requirement.told}，请在期末前召开并提交记录",
                partial(owing, requirement=_requirement),
                _due_day,
                "lft",
                (LAST_DAYS - 1,),
                subject=of_branch,
                reach=own_branch,
                named="short_name",
                placed="",
                line="三会一课",
                portal_pages=True,
                open_to=is_branch,
            )
        )
