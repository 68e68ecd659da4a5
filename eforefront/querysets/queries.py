"""Saved queries: one's own, and those that others share."""

from typing import Self

from django.db.models import Q, QuerySet

from orgs.models import Organization
from partyplatform.audit import ActingRole


class SavedQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """One's own, those shared with colleagues of the organisation, and those shared with all below it.

        What is seen is the question. It is asked with the reader's own reach and rights.
        """
        above = Organization.objects.above(role.organization_id or 0, include_self=True).order_by().values("pk")
        own = Q(owner_uid=role.user_uid)
        colleagues = Q(sharing="colleagues", organization=role.organization_id)
        return self.filter(own | colleagues | Q(sharing="below", organization__in=above))

    def managed_by(self, role: ActingRole) -> Self:
        """One's own alone."""
        return self.filter(owner_uid=role.user_uid)

    def shared_in_reach(self, role: ActingRole) -> Self:
        """Those that administrators of the role's organisation or of one below share with others."""
        places = Organization.objects.visible_to(role).order_by()
        return self.exclude(sharing="nobody").filter(organization__in=places.values("pk"))

    def withdrawable_by(self, role: ActingRole) -> Self:
        """Those of organisations below, at the top the own one too: who shares one may have left."""
        places = Organization.objects.managed_by(role).order_by()
        return self.exclude(sharing="nobody").filter(organization__in=places.values("pk"))

    def listed(self) -> Self:
        return self.select_related("organization").order_by("name", "pk")
