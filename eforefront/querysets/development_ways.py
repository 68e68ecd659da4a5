"""Reads of how applicants come in, and of the yearly plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from orgs.querysets import ScopedQuerySet
from orgs.reach import reached
from partyplatform.audit import ActingRole

if TYPE_CHECKING:
    from eforefront.models import Applicant


class HandInQuerySet(QuerySet):
    def of(self, applicant: Applicant) -> Self:
        """Those of one applicant, whom the caller has found in reach."""
        return self.filter(applicant=applicant)

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(reached(role, "applicant__organization"))

    def waiting_for(self, role: ActingRole) -> Self:
        """What this very branch has to accept or give back."""
        return self.waiting().filter(applicant__organization=role.organization_id, applicant__state="10")


class OfBranchQuerySet(ScopedQuerySet):
    """Rows a branch keeps for itself: nobody above has anything to do with them."""

    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(organization=role.organization_id)

    managed_by = visible_to


class ApplicantCodeQuerySet(OfBranchQuerySet):
    def in_state(self, state: str) -> Self:
        """Those unused, used, withdrawn or expired by now."""
        live = Q(used_at=None, withdrawn_at=None)
        now = timezone.now()
        return self.filter(
            {
                "used": Q(used_at__isnull=False),
                "withdrawn": Q(withdrawn_at__isnull=False),
                "expired": live & Q(expires_at__lte=now),
            }.get(state, live & Q(expires_at__gt=now))
        )


class SelfRegistrationQuerySet(OfBranchQuerySet):
    def waiting(self) -> Self:
        return self.filter(state="waiting")


class PlanQuerySet(QuerySet):
    def of_year(self, year: int) -> Self:
        return self.filter(year=year)

    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(reached(role, "organization"))

    def below(self, role: Any) -> Self:
        """Those of the organisations one level down, which the role decides."""
        return self.filter(organization__parent=role.organization_id)
