"""Every reusable read of 党员发展."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.codes import PERSONAL
from accounts.id_numbers import normalise
from eforefront.development.states import OWN_PAPERS, HandOverState, State
from orgs.querysets import ScopedQuerySet
from orgs.reach import reached
from partyplatform.audit import ActingRole
from partyplatform.crypto import blind_indexes

if TYPE_CHECKING:
    from eforefront.models import Applicant
    from orgs.models import Organization

NUMBER = "eforefront.applicant.id_number"  # the column's name for its search key


class ApplicantQuerySet(ScopedQuerySet):
    """Seen by administrators who see the branch, and by the person."""

    def visible_to(self, role: ActingRole) -> Self:
        if getattr(role, "kind", None) in PERSONAL:
            return self.own(role)
        return super().visible_to(role)

    def managed_by(self, role: ActingRole) -> Self:
        """Those of the acting branch itself: its business and nobody else's."""
        return self.filter(organization=role.organization_id)

    def open(self) -> Self:
        return self.filter(state=State.ACTIVE)

    def own(self, role: ActingRole) -> Self:
        """The development of the acting person."""
        return self.filter(Q(user__uid=role.user_uid) | Q(member__user__uid=role.user_uid))

    def held_by(self, role: ActingRole) -> Self:
        """What waits for this very organisation."""
        return self.open().filter(holder=role.organization_id)

    def to_do_by(self, role: ActingRole) -> Self:
        """What a branch should do by now: the open step is its own and the deadline has come."""
        return self.held_by(role).filter(due_on__lte=timezone.localdate())

    def at(self, steps: Sequence[str]) -> Self:
        return self.filter(step__in=steps)

    def late(self, today: datetime.date) -> Self:
        return self.open().filter(due_on__lt=today)

    def due_by(self, day: datetime.date) -> Self:
        return self.open().filter(due_on__lte=day)

    def with_id_number(self, typed: str) -> Self:
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=NUMBER))

    def under(self, organization: Organization) -> Self:
        """Those of an organisation, which the caller has found in reach, and of everything below it."""
        return self.filter(
            organization__tree_id=organization.tree_id,
            organization__lft__gte=organization.lft,
            organization__lft__lte=organization.rght,
        )

    def by_stage(self) -> dict[str, int]:
        """{stage: how many are open in it}."""
        return dict(self.open().order_by().values_list("stage").annotate(Count("pk")))

    def listed(self) -> Self:
        return self.select_related("organization", "holder")

    def due_first(self) -> Self:
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")


class OfApplicantQuerySet(QuerySet):
    def of(self, applicant: Applicant) -> Self:
        """The rows of one applicant, whom the caller has found in reach."""
        return self.filter(applicant=applicant)


class SponsorshipQuerySet(OfApplicantQuerySet):
    def present(self) -> Self:
        return self.filter(until=None)

    def of_member(self, member: Any) -> Self:
        """Whom a member goes along with now."""
        return self.present().filter(member=member, applicant__state=State.ACTIVE)


class DevelopmentFileQuerySet(OfApplicantQuerySet):
    def kept(self) -> Self:
        """Those that were not taken off."""
        return self.filter(removed_at=None)

    def visible_to(self, role: ActingRole) -> Self:
        """Papers of applicants in reach, and what the acting person wrote: never what others wrote about them."""
        own = Q(applicant__user__uid=role.user_uid) | Q(applicant__member__user__uid=role.user_uid)
        own &= Q(paper__in=OWN_PAPERS)
        if getattr(role, "kind", None) in PERSONAL:
            return self.kept().filter(own)
        return self.kept().filter(reached(role, "applicant__organization") | own)


class HandOverQuerySet(OfApplicantQuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Those from and to organisations in reach."""
        return self.filter(reached(role, "source") | reached(role, "target"))

    def waiting(self) -> Self:
        return self.filter(state=HandOverState.WAITING)

    def waiting_for(self, role: ActingRole) -> Self:
        """What this very branch has to take in or refuse."""
        return self.waiting().filter(target=role.organization_id)
