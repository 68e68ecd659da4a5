"""Reasons against changing an organisation that the roll knows. Source: workflows.md 2.3, 2.4."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from members.codes import MembershipStatus
from members.models import Member
from orgs.guards import Act, Reason, blocks
from orgs.models import Organization

_NAMED = 5


@blocks(Act.DISSOLVE)
def members_present(organizations: QuerySet) -> Iterator[Reason]:
    """Nobody may lose the branch: every member, suspended ones included, is moved first."""
    for organization in organizations:
        people = Member.objects.enrolled().filter(organization=organization)
        names = list(people.order_by("name", "pk").values_list("name", flat=True)[: _NAMED + 1])
        if names:
            count, suspended = people.count(), people.suspended().count()
            named = "、".join(names[:_NAMED]) + ("等" if count > _NAMED else "")
            of_them = f"，其中停止党籍 {suspended} 名" if suspended else ""
            address = _suspended(organization) if suspended == count else _active(organization)
            yield Reason(f"有 {count} 名党员的组织关系在此（{named}{of_them}），请先转出", "查看党员", address)


@blocks(Act.STOP_HOLDING)
def suspended_members_present(organizations: QuerySet) -> Iterator[Reason]:
    """停止党籍 members belong to a branch too, though no figure counts them; active ones are refused by the rule."""
    for organization in organizations:
        if count := Member.objects.suspended().filter(organization=organization).count():
            text = f"有 {count} 名停止党籍的党员组织关系在此，转出后才能设为功能型或临时党支部"
            yield Reason(text, "查看党员", _suspended(organization))


def _active(organization: Organization) -> str:
    return reverse("members:list", args=[organization.pk])


def _suspended(organization: Organization) -> str:
    return reverse("members:list", args=[organization.pk], query={"standing": MembershipStatus.SUSPENDED.value})
