"""Reusable reads of 社区报到 and its services."""

from typing import Any, Self

from django.db.models import QuerySet

from orgs.reach import reached
from partyplatform.audit import ActingRole


class RegistrationQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Registrations of members in reach."""
        return self.filter(reached(role, "organization"))

    def received_by(self, role: ActingRole) -> Self:
        """Open registrations at branches in reach, wherever the member's 组织关系 is: the member chose the branch."""
        return self.open().filter(reached(role, "branch"))

    def under(self, organization: Any) -> Self:
        """Those of an organisation, which the caller has found in reach, and of everything below it."""
        return self.filter(
            organization__tree_id=organization.tree_id,
            organization__lft__gte=organization.lft,
            organization__lft__lte=organization.rght,
        )

    def open(self) -> Self:
        return self.filter(ended_on=None)

    def own(self, role: ActingRole) -> Self:
        """Those of the acting person."""
        return self.filter(member__user__uid=role.user_uid)

    def of(self, member: Any) -> Self:
        """Those of one member, whom the caller has found in reach, the latest first."""
        return self.filter(member=member).select_related("branch").order_by("-began_on", "-pk")

    def listed(self) -> Self:
        return self.select_related("member", "organization", "branch").order_by("-began_on", "-pk")


class CommunityServiceQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Services of members in reach, and of those who registered at a branch in reach."""
        return self.filter(reached(role, "registration__organization") | reached(role, "registration__branch"))

    def at_home(self, role: ActingRole) -> Self:
        """Services of members in reach."""
        return self.filter(reached(role, "registration__organization"))

    def received_by(self, role: ActingRole) -> Self:
        """Services of those who registered at a branch in reach."""
        return self.filter(reached(role, "registration__branch"))

    def own(self, role: ActingRole) -> Self:
        return self.filter(member__user__uid=role.user_uid)

    def of(self, member: Any) -> Self:
        """Those of one member, whom the caller has found in reach, the latest first."""
        return self.filter(member=member).order_by("-served_on", "-pk")

    def confirmed(self) -> Self:
        return self.filter(state="confirmed")

    def listed(self) -> Self:
        return self.select_related("member", "registration__organization", "registration__branch").order_by("-pk")
