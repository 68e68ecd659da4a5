"""Every reusable read of 党小组."""

from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from members.codes import MembershipStatus
from orgs.querysets import ScopedQuerySet
from partyplatform.audit import ActingRole


class PartyGroupQuerySet(ScopedQuerySet):
    def managed_by(self, role: ActingRole) -> Self:
        """The groups of a branch are its own business."""
        return self.filter(organization=role.organization_id)

    def led_by(self, role: ActingRole) -> Self:
        """The groups whose leader the acting person is, in the branch that is acted in."""
        return self.filter(organization=role.organization_id, leader__user__uid=role.user_uid)

    def living(self) -> Self:
        return self.filter(closed_on=None)

    def counted(self) -> Self:
        """With the number of members who are enrolled in the branch of the group."""
        enrolled = Q(members__member__status=MembershipStatus.NORMAL)
        return self.annotate(size=Count("members", filter=enrolled)).select_related("leader")


class GroupMemberQuerySet(QuerySet):
    def of(self, group: Any) -> Self:
        """The members of one group, which the caller has found in reach."""
        return self.filter(group=group)
