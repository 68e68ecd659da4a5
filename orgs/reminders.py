"""What waits for an administrator: the reminders on 首页. Source: screens.md 2.1, workflows.md 6, 11."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, QuerySet, Subquery
from django.utils import timezone

from orgs.codes import OrgType
from orgs.dates import add_months
from orgs.models import Organization, ParentChange, Renewal, Term
from orgs.renewal import RenewalState
from partyplatform.ui.status import Status

FEW_MEMBERS = 3  # 正式党员 a branch should have; 支部条例 4
MANY_MEMBERS = 50  # a branch normally has no more, 预备党员 included; 支部条例 4
GRACE_DAYS = 30  # a new branch may be smaller for so long
LARGE_REACH = 5_000  # organisations
MOST = 1000  # counted exactly up to here

WAITING_FOR_UPPER = (RenewalState.ASKED, RenewalState.REPORTED)


@dataclass(frozen=True)
class Count:
    """A figure that is exact up to MOST."""

    number: int

    def __str__(self):
        return f"{MOST}+" if self.number > MOST else str(self.number)

    def __bool__(self):
        return self.number > 0


def ending_terms(role, today: datetime.date, *, reach: int) -> QuerySet:
    """Current terms in reach that end within the reminder's months, overdue ones first.

    `reach` is the number of organisations in reach: among many the terms are gone through in their own order.
    """
    limit = add_months(today, settings.RENEWAL_REMINDER_MONTHS)
    return Term.objects.visible_to(role, from_terms=reach > LARGE_REACH).ending_by(limit).select_related("organization")


def next_election(organization: Organization, today: datetime.date) -> str:
    """Return 换届提醒 of one organisation: the day of its next election and the days left. Source: screens.md 2.3."""
    if organization.is_temporary or organization.is_functional:
        return "不进行换届选举"
    term = Term.objects.of(organization).current().first()
    if term is None:
        return "没有登记当届届次"
    days = term.days_left(today)
    if days < 0:
        return f"{term.ends_on:%Y-%m-%d} 届满，已逾期 {-days} 天"
    return f"{term.ends_on:%Y-%m-%d} 届满，还有 {days} 天"


def left(term: Term, today: datetime.date) -> Status:
    """Return the tag of a term that ends: the days left, or by how many it is overdue."""
    days = term.days_left(today)
    return Status(f"逾期 {-days} 天", "red") if days < 0 else Status(f"{days} 天", "amber")


def is_due(term: Term, today: datetime.date) -> bool:
    """Does the term end within the reminder's months, or has it ended?"""
    return term.ends_on <= add_months(today, settings.RENEWAL_REMINDER_MONTHS)


def renewals_to_decide(role) -> QuerySet:
    return Renewal.objects.managed_by(role).filter(state__in=WAITING_FOR_UPPER).select_related("organization")


def parent_changes_to_decide(role) -> QuerySet:
    changes = ParentChange.objects.to_decide_by(role)
    return changes.select_related("organization", "old_parent", "new_parent")


def incomplete(organizations: QuerySet) -> QuerySet:
    """Branches whose members' records lack something."""
    return organizations.living().filter(filled_items__lt=F("required_items"))


def thin(organizations: QuerySet) -> QuerySet:
    """Branches with fewer than three 正式党员, from 30 days after they were entered."""
    since = timezone.now() - datetime.timedelta(days=GRACE_DAYS)
    return organizations.living().filter(
        org_type__in=[OrgType.BRANCH, OrgType.JOINT_BRANCH],
        is_functional=False,
        full_members__lt=FEW_MEMBERS,
        created_at__lt=since,
    )


def crowded(organizations: QuerySet) -> QuerySet:
    """Branches with more members than one branch normally has. Source: workflows.md 2.2."""
    return organizations.living().filter(
        org_type__in=[OrgType.BRANCH, OrgType.JOINT_BRANCH],
        is_functional=False,
        full_members__gt=MANY_MEMBERS - F("probationary_members"),
    )


def count(rows: QuerySet) -> Count:
    return Count(rows.order_by()[: MOST + 1].count())


def counts(**rows: QuerySet | Subquery) -> dict[str, Any]:
    """Return the figure of each query set by its name, all in one statement; of a sub-query its value."""
    capped = {
        name: each if isinstance(each, Subquery) else _Capped(each.order_by().values("pk")[: MOST + 1])
        for name, each in rows.items()
    }
    found = Organization.objects.order_by().annotate(**capped).values_list(*capped)[:1]
    numbers = found[0] if found else [0] * len(capped)
    return {
        name: number if isinstance(rows[name], Subquery) else Count(number or 0)  # None: rows.none()
        for name, number in zip(capped, numbers, strict=True)
    }


class _Capped(Subquery):
    """The number of rows of a sub-query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()


def todos(role) -> list[QuerySet]:
    """The decisions that wait for the role; those its 首页 lists as 待办."""
    changes = [ParentChange.objects.to_decide_by(role)] if role.can("decide_parent_change") else []
    renewals = Renewal.objects.managed_by(role).filter(state__in=WAITING_FOR_UPPER)
    return [*changes, renewals] if role.can("decide_renewal") else []


def visible(role) -> QuerySet:
    return Organization.objects.visible_to(role)
