"""Reads of what somebody has to decide: 更正申请, 补录申请 and the papers handed in with them."""

from typing import Any, Self

from django.db.models import F, Q, QuerySet

from accounts.id_numbers import normalise
from members.admissions import WAITING
from members.codes import MembershipStatus
from members.corrections import OPEN, CorrectionState
from orgs.models import Organization
from orgs.querysets import ScopedQuerySet
from orgs.reach import reached
from partyplatform.audit import ActingRole
from partyplatform.crypto import blind_indexes

ENROLLED = (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED)
ADMISSION_NUMBER = "members.admission.id_number"  # the column's name for its search key


class CorrectionQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Proposals about the members of every organisation in reach."""
        return self.filter(member__organization__in=Organization.objects.visible_to(role).order_by().values("pk"))

    def own(self, role: ActingRole) -> Self:
        """What the acting person proposed for the own record."""
        return self.filter(member__user__uid=role.user_uid, is_own=True)

    def of(self, member: Any) -> Self:
        """The proposals about one member, whom the caller has found in reach, the newest first."""
        return self.filter(member=member).order_by("-proposed_at", "-pk")

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def awaiting(self, role: ActingRole) -> Self:
        """What this very organisation decides: of its own members, and what the branches right below sent on."""
        own = Q(state=CorrectionState.PROPOSED, member__organization=role.organization_id)
        sent = Q(state=CorrectionState.FORWARDED, member__organization__parent=role.organization_id)
        return self.filter(own | sent)


class AdmissionQuerySet(ScopedQuerySet):
    """Seen by whoever sees the branch it asks for."""

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)

    def with_id_number(self, typed: str) -> Self:
        """Applications of this 身份证号, however it was typed."""
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=ADMISSION_NUMBER))

    def awaiting(self, role: ActingRole) -> Self:
        """What this very organisation decides."""
        return self.filter(state__in=WAITING, decider=role.organization_id)


class DoubtQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Doubts about everybody enrolled in reach, by one join as for the members themselves."""
        return self.filter(reached(role, "member__organization"), member__status__in=ENROLLED)


class TwinQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Pairs of which both records are in reach: whoever sees only one does not learn of the other."""
        return self.filter(reached(role, "first__organization"), reached(role, "second__organization"))

    def open(self) -> Self:
        """Pairs that are still alike, both enrolled, and that nobody has settled."""
        return self.filter(
            state="open",
            first__name=F("second__name"),
            first__born_on=F("second__born_on"),
            first__status__in=ENROLLED,
            second__status__in=ENROLLED,
        )


class ScanQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Files of what concerns an organisation in reach."""
        reach = Organization.objects.visible_to(role).order_by().values("pk")
        return self.filter(Q(correction__member__organization__in=reach) | Q(admission__organization__in=reach))
