"""Every reusable read of members."""

from typing import Self

from django.db.models import Q, QuerySet

from members.codes import MembershipStatus, PersonCategory
from orgs.models import Organization


class MemberQuerySet(QuerySet):
    def active(self) -> Self:
        """Members on the roll: neither suspended nor gone."""
        return self.filter(status=MembershipStatus.NORMAL)

    def enrolled(self) -> Self:
        """Everybody who still belongs to a branch: active or suspended."""
        return self.filter(status__in=[MembershipStatus.NORMAL, MembershipStatus.SUSPENDED])

    def full(self) -> Self:
        return self.filter(category=PersonCategory.FULL)

    def visible_to(self, role) -> Self:
        """Whom an administrator acting as `role` may see: the members of every organisation in reach."""
        return self.filter(organization__in=Organization.objects.visible_to(role).order_by().values("pk"))

    def of(self, organization_id: int) -> Self:
        """Members of the organisation and of everything below it."""
        return self.filter(organization__in=Organization.objects.within(organization_id).order_by().values("pk"))

    def named(self, text: str) -> Self:
        """Members whose name begins with `text`, or contains it when it has at least two characters."""
        text = text.strip()
        if len(text) < 2:
            return self.filter(name__startswith=text)
        return self.filter(Q(name__contains=text))


class PostQuerySet(QuerySet):
    def current(self) -> Self:
        """Posts of current terms that have not ended."""
        return self.filter(term__is_current=True, ended_on__isnull=True)

    def visible_to(self, role) -> Self:
        return self.filter(term__organization__in=Organization.objects.visible_to(role).order_by().values("pk"))
