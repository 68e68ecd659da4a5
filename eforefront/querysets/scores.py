"""Reusable reads of the ledger 分数."""

from collections.abc import Sequence
from typing import Any, Self

from django.db.models import QuerySet

from orgs.reach import reached
from partyplatform.audit import ActingRole


class ScoreEntryQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Entries of members in reach."""
        return self.filter(reached(role, "member__organization"))

    def of(self, member: Any) -> Self:
        """The ledger of one member, whom the caller has found in reach, the latest first."""
        return self.filter(member=member).select_related("corrects").order_by("-on", "-pk")

    def of_key(self, key: str) -> Self:
        """What one event gave so far."""
        return self.filter(key=key)

    def corrected(self, ids: Sequence[int]) -> set[int]:
        """Return which of these entries are corrected."""
        return set(self.filter(corrects__in=ids).values_list("corrects", flat=True))


class ScoreYearQuerySet(QuerySet):
    def of(self, member: Any) -> Self:
        """The sums of one member, whom the caller has found in reach (or of the row of an outer statement)."""
        return self.filter(member=member).order_by("-year")

    def in_year(self, year: int) -> Self:
        return self.filter(year=year)
