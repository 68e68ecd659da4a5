"""Reasons against changing an organisation that the roll knows. Source: workflows.md 2.3, 2.4."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from members.models import Member
from orgs.guards import Act, Reason, blocks

_NAMED = 5


@blocks(Act.DISSOLVE)
def members_present(organizations: QuerySet) -> Iterator[Reason]:
    """Nobody may lose the branch: every member, suspended ones included, is moved first."""
    for organization in organizations:
        people = Member.objects.enrolled().filter(organization=organization)
        names = list(people.order_by("name", "pk").values_list("name", flat=True)[: _NAMED + 1])
        if names:
            count = people.count()
            named = "、".join(names[:_NAMED]) + ("等" if count > _NAMED else "")
            address = reverse("members:list", args=[organization.pk])
            yield Reason(f"有 {count} 名党员的组织关系在此（{named}），请先转出", "查看党员", address)
