"""Every reusable read of 民主评议."""

from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from eforefront.review_steps import EXCELLENT, FAILED, NO_GRADE
from members.querysets import OfPeopleQuerySet
from orgs.querysets import ScopedQuerySet
from partyplatform.audit import ActingRole


class ReviewCycleQuerySet(ScopedQuerySet):
    def managed_by(self, role: ActingRole) -> Self:
        """A branch keeps its own cycle."""
        return self.filter(organization=role.organization_id)

    def of_year(self, year: int) -> Self:
        return self.filter(year=year)

    def ended(self) -> Self:
        """Those whose results stand in the records of the members."""
        return self.exclude(ended_on=None)

    def counted(self) -> Self:
        """With the figures of table 8: taking part, graded, 优秀, 不合格."""
        part = Q(appraisals__takes_part=True)
        return self.annotate(
            taking_part=Count("appraisals", filter=part),
            graded=Count("appraisals", filter=part & ~Q(appraisals__grade__in=["", NO_GRADE])),
            excellent=Count("appraisals", filter=Q(appraisals__grade=EXCELLENT)),
            failed=Count("appraisals", filter=Q(appraisals__grade=FAILED)),
        )


class AppraisalQuerySet(QuerySet):
    def of(self, cycle: Any) -> Self:
        """What one cycle, which the caller has found in reach, says of each member."""
        return self.filter(cycle=cycle).select_related("member").order_by("member__name_pinyin", "pk")


class StudyEntryQuerySet(OfPeopleQuerySet):
    def of(self, member: Any) -> Self:
        """The entries of one member, whom the caller has found in reach."""
        return self.filter(member=member, removed_at=None)

    def visible_to(self, role: ActingRole) -> Self:
        """Entries of members in reach that are on the page."""
        return super().visible_to(role).filter(removed_at=None)
