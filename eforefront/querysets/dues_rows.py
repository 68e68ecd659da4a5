"""The rows of dues, and who sees which. Source: screens.md 3.7; workflows.md 8."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any, Self

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.codes import RoleKind
from orgs.dates import add_months
from orgs.models import Organization
from orgs.querysets import ScopedQuerySet
from partyplatform.audit import ActingRole

DUE = "1"
_SUMMED = (
    *("due_fen", "paid_fen", "due_count", "paid_count", "late_count", "exempt_count", "paused_count"),
    *("received_fen", "gift_fen", "large_gift_fen"),
)


def is_member(role: ActingRole) -> bool:
    return getattr(role, "kind", None) == RoleKind.MEMBER


class OfBranchQuerySet(ScopedQuerySet):
    """Rows of a branch: seen by those who administer it or stand above it, never by another's 党员."""

    def visible_to(self, role: ActingRole) -> Self:
        return self.none() if is_member(role) else super().visible_to(role)


class OfPersonQuerySet(OfBranchQuerySet):
    """Rows of one person at a branch."""

    def visible_to(self, role: ActingRole) -> Self:
        """What administrators find in the branches in reach; a 党员 the own rows."""
        if is_member(role):
            return self.filter(member__user=role.user)  # type: ignore[attr-defined]
        return super().visible_to(role)

    def of_member(self, member: Any) -> Self:
        """Rows of one member, whom the caller has found in reach."""
        return self.filter(member=member)

    def of_members(self, ids: Collection[int]) -> Self:
        return self.filter(member__in=ids)


class StandardQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Standards of whoever is in reach today; of a 党员 the own ones."""
        if is_member(role):
            return self.filter(member__user=role.user)  # type: ignore[attr-defined]
        return self.filter(member__organization__in=Organization.objects.visible_to(role).order_by().values("pk"))

    def of_members(self, ids: Collection[int]) -> Self:
        """The history of these members, found in reach by the caller, the row in force behind those before it."""
        return self.filter(member__in=ids).order_by("member", "from_month", "pk")

    def of_member(self, member: Any) -> Self:
        return self.filter(member=member).order_by("-from_month", "-pk")


class ReliefQuerySet(OfPersonQuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Those of the branches in reach; of a 党员 the own ones."""
        return super().visible_to(role)

    def waiting_for(self, role: ActingRole) -> Self:
        """What the role's own committee has to decide."""
        return self.filter(decider=role.organization_id, state="1")

    def approved(self) -> Self:
        return self.filter(state="2")

    def with_people(self) -> Self:
        return self.select_related("member", "organization", "decider")


class MonthQuerySet(OfPersonQuerySet):
    def in_year(self, year: int) -> Self:
        return self.filter(month__range=(datetime.date(year, 1, 1), datetime.date(year, 12, 1)))

    def unpaid(self) -> Self:
        return self.filter(state=DUE)

    def overdue(self, today: datetime.date) -> Self:
        """欠缴: unpaid, and the month has ended."""
        return self.unpaid().filter(month__lt=today.replace(day=1))

    def since_unpaid(self, first: datetime.date) -> Self:
        """The months that ended unpaid, and the present one."""
        return self.filter(Q(month=first) | Q(state=DUE, month__lt=first)).order_by("month")

    def owing(self, months: int, today: datetime.date) -> Self:
        """One row for each member and branch with so many months of arrears or more: the oldest of them.

        With `owed_months` and `owed_fen`. Whoever owes n ended months owes one that is n months old.
        """
        first = today.replace(day=1)
        own = self.model._base_manager.filter(
            member=OuterRef("member"), organization=OuterRef("organization"), state=DUE, month__lt=first
        ).order_by()
        total = own.values("member")
        rows = self.unpaid().filter(month__lte=add_months(first, -months))
        rows = rows.filter(~Exists(own.filter(month__lt=OuterRef("month"))))
        rows = rows.annotate(
            owed_months=Subquery(total.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
            owed_fen=Subquery(total.annotate(n=Sum("due_fen")).values("n"), output_field=IntegerField()),
        )
        return rows.filter(owed_months__gte=months) if months > 1 else rows

    def listed(self) -> Self:
        return self.select_related("member", "organization")


class ReceiptQuerySet(OfPersonQuerySet):
    def open_to(self, role: ActingRole) -> Self:
        """What a role reaches, those of members in reach that another branch received, and the reader's own ones."""
        own = self.visible_to(role) | self.filter(member__user__uid=role.user_uid)
        if is_member(role):
            return own
        here = Organization.objects.visible_to(role).order_by().values("pk")
        return own | self.filter(member__organization__in=here)

    def in_full(self) -> Self:
        return self.select_related("member__organization", "organization", "reverses", "reversed_by")


class EntryQuerySet(OfPersonQuerySet):
    def of_receipt(self, receipt: Any) -> Self:
        """The lines of one receipt, which the caller has found in reach."""
        return self.filter(receipt=receipt).order_by("month", "pk")

    def large_gifts(self) -> Self:
        """Single gifts of 1,000 yuan and more that were not taken back, to be passed on to the centre."""
        return self.filter(kind="4", amount_fen__gte=100_000, receipt__reversed_by=None)


class TotalQuerySet(OfBranchQuerySet):
    def of_months(self, year: int, months: Iterable[int]) -> Self:
        """The rows of some months of a year; (0,) means the whole year in one row."""
        return self.filter(year=year, month__in=list(months))

    def summed(self) -> dict[str, int]:
        """Return the sum of every column."""
        found = self.order_by().aggregate(**{name: Coalesce(Sum(name), 0) for name in _SUMMED})
        return {name: int(number) for name, number in found.items()}


class PublicationQuerySet(ScopedQuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Administrators those in reach; a 党员 those of the branch the role is of."""
        if is_member(role):
            return self.filter(organization=role.organization_id)
        return super().visible_to(role)

    def newest_first(self) -> Self:
        return self.select_related("organization").order_by("-year", "-pk")


class ShareQuerySet(OfBranchQuerySet):
    def over(self, organization_id: int | None) -> Self:
        """What the organisation itself and those above it laid down, the nearest and the latest first."""
        if organization_id is None:
            return self.none()
        above = Organization.objects.with_ancestors([organization_id]).order_by().values("pk")
        rows = self.filter(organization__in=above).select_related("organization")
        return rows.order_by("level", "-organization__level", "-from_month")


class PaymentSheetQuerySet(ScopedQuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """One's own sheets of the organisation one acts for."""
        return self.filter(owner_uid=role.user_uid, organization=role.organization_id)

    def waiting(self) -> Self:
        """Those nobody confirmed yet."""
        return self.filter(done_at=None)
