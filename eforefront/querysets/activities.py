"""Reusable reads of 报名 and 服务时长."""

from typing import Any, Self

from django.db.models import QuerySet

from partyplatform.audit import ActingRole


class EnrolmentQuerySet(QuerySet):
    def own(self, role: ActingRole) -> Self:
        """Those of the acting person."""
        return self.filter(member__user__uid=role.user_uid)

    def of(self, gathering: Any) -> Self:
        """Who signed up for one activity, which the caller has found in reach, in the order of the line."""
        return self.filter(gathering=gathering).select_related("member").order_by("state", "pk")

    def standing(self) -> Self:
        """Those with a place and those waiting for one."""
        return self.exclude(state="3")

    def waiting(self) -> Self:
        return self.filter(state="2")


class ActivityHoursQuerySet(QuerySet):
    def of(self, gathering: Any) -> Self:
        """The hours of one activity, which the caller has found in reach."""
        return self.filter(gathering=gathering)
