"""Every reusable read of statistical reports."""

import datetime
from collections.abc import Collection
from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet

from orgs.models import Organization
from partyplatform.audit import ActingRole

DRAFT, SEALED = "draft", "sealed"


class ReportQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Reports of the organisations in reach."""
        return self.filter(organization__in=Organization.objects.visible_to(role).order_by().values("pk"))

    def managed_by(self, role: ActingRole) -> Self:
        """Reports a role may open again: those of organisations below its own, a root's own too."""
        return self.filter(organization__in=Organization.objects.managed_by(role).order_by().values("pk"))

    def of(self, organization: Any) -> Self:
        """Reports of one organisation, which the caller has found in reach."""
        return self.filter(organization=organization)

    def for_day(self, day: datetime.date) -> Self:
        return self.filter(on=day)

    def present(self) -> Self:
        """Those that count: a draft, or what is sealed; the figures are left where they are."""
        return self.filter(state__in=[DRAFT, SEALED])

    def sealed(self) -> Self:
        return self.filter(state=SEALED)

    def of_children(self, organization: Any) -> Self:
        """Reports of the living organisations directly below one."""
        return self.filter(organization__parent=organization, organization__dissolved_on=None)

    def closing(self, places: Collection[int]) -> Self:
        """Sealed reports of these organisations and of all above them, the latest day first."""
        below = Organization._base_manager.filter(
            pk__in=places,
            tree_id=OuterRef("organization__tree_id"),
            lft__gte=OuterRef("organization__lft"),
            lft__lte=OuterRef("organization__rght"),
        )
        return self.sealed().filter(Exists(below)).order_by("-on", "pk")
