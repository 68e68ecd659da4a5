"""Reads of dues that other parts ask for: arrears, what is unconfirmed, how far somebody has paid.

Source: screens.md 3.7; workflows.md 8, 11.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from eforefront.models import DuesConfirmation, DuesMonth, DuesStandard
from members.models import Matter, Member
from orgs.dates import add_months
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.status import Status

REMINDED = (1, 3, 6)  # months of arrears that are listed; workflows.md 8.2, 11
REPORTED = 6  # from here on the list goes to the upper organisation


def arrears(role: ActingRole, months: int, *, today: datetime.date | None = None) -> QuerySet:
    """Return whom the role reaches with so many months of arrears or more: the oldest unpaid month of each.

    Rows of `DuesMonth` with `owed_months` and `owed_fen`, the longest first. For lists, reminders and the bell.
    """
    day = today or timezone.localdate()
    return DuesMonth.objects.visible_to(role).owing(months, day).order_by("month", "pk")


def collecting(role: ActingRole) -> QuerySet:
    """Return the living branches in reach that collect dues: neither temporary nor functional. Source: 党费规定 9."""
    return Organization.objects.visible_to(role).living().receiving_members()


def unconfirmed(role: ActingRole, year: int) -> QuerySet:
    """Return the branches in reach with members that have not confirmed their standards of a year."""
    done = DuesConfirmation.objects.filter(organization=OuterRef("pk"), year=year)
    members = F("full_members") + F("probationary_members")
    return collecting(role).annotate(member_count=members).filter(~Exists(done), member_count__gt=0)


def without_standard(organization_id: int) -> QuerySet:
    """Return the active members of a branch for whom no standard was ever set."""
    known = DuesStandard.objects.filter(member=OuterRef("pk"))
    return Member.objects.active().filter(~Exists(known), organization=organization_id).order_by("name", "pk")


def paid_to(member: Any) -> datetime.date | None:
    """Return 党费交至 of a member: the last month before the first unpaid one, None where nothing was ever due.

    Months of relief and of pause count as settled; of what was paid beyond a gap nothing counts.
    """
    own = DuesMonth.objects.of_member(member)
    bounds = own.aggregate(first=Min("month"))
    if bounds["first"] is None:
        return None
    if unpaid := own.unpaid().aggregate(first=Min("month"))["first"]:
        return add_months(unpaid, -1)
    return own.order_by("-month").values_list("month", flat=True).first()


def last_paid(member: Any) -> datetime.date | None:
    """Return the latest month a member has paid for, whatever lies before it."""
    rows = DuesMonth.objects.of_member(member).filter(state__in=["2", "3"])
    return rows.order_by("-month").values_list("month", flat=True).first()


def people_of(branch_id: int, year: int) -> QuerySet:
    """Return whom the grid of a branch lists in a year: its members, and those who left owing or paying there."""
    there = DuesMonth.objects.in_year(year).filter(organization=branch_id).order_by().values("member")
    own = Member.objects.enrolled().filter(organization=branch_id)
    return (own | Member.objects.filter(pk__in=there)).order_by("name", "pk")


def pays_elsewhere(member_id: int) -> bool:
    """Say whether a member holds a 流动证 and so may pay at the place of stay. Source: 党费规定 9."""
    return _certified().filter(member=member_id).exists()


def guest_of(branch: Organization, *, name: str, certificate: str) -> Member | None:
    """Return the member of another branch with this name and 流动证号, None for nobody, and for more than one."""
    holders = _certified().filter(certificate=certificate).order_by().values("member")
    rows = Member.objects.enrolled().filter(pk__in=holders, name=name).exclude(organization=branch)
    found = list(rows.select_related("organization")[:2])
    return found[0] if len(found) == 1 else None


def _certified() -> QuerySet:
    return Matter.objects.filter(procedure="flow", ended_on=None).exclude(certificate="")


def owing_in(branch_id: int, today: datetime.date) -> QuerySet:
    """Return the ids of whoever owes ended months to a branch."""
    return DuesMonth.objects.filter(organization=branch_id).overdue(today).order_by().values("member")


def owing_for(branch_id: int, day: datetime.date) -> QuerySet:
    """Return the ids of whoever has still to pay a branch for the month of a day."""
    month = DuesMonth.objects.filter(organization=branch_id, month=day.replace(day=1))
    return month.unpaid().order_by().values("member")


def in_force(ids: Collection[int], month: datetime.date) -> dict[int, DuesStandard]:
    """{member: the standard of a month} of these members, found in reach by the caller; else a coming one."""
    found: dict[int, DuesStandard] = {}
    for row in DuesStandard.objects.of_members(ids):
        if row.from_month <= month or row.member_id not in found:
            found[row.member_id] = row
    return found


@dataclass(frozen=True, slots=True)
class StandardLine:
    """A member in the list of standards, with the one in force."""

    member: Member
    standard: DuesStandard | None

    @property
    def pk(self) -> int:
        return self.member.pk

    @property
    def url(self) -> str:
        return reverse("eforefront:dues_of_member", args=[self.member.pk])

    @property
    def marks(self) -> list[Status]:
        tags = list(self.member.standing_marks)
        return [*tags, Status("未核定标准", "amber")] if self.standard is None else tags


@dataclass(frozen=True, slots=True)
class Owing:
    """A line of the list of arrears, from a row of `arrears`."""

    row: DuesMonth

    @property
    def member(self) -> Member:
        return self.row.member

    @property
    def organization(self) -> Organization:
        return self.row.organization

    @property
    def since(self) -> str:
        return f"{self.row.month:%Y-%m}"

    @property
    def owed_months(self) -> int:
        return self.row.owed_months  # type: ignore[attr-defined]

    @property
    def owed_fen(self) -> int:
        return self.row.owed_fen  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        """The page of the member, while the branch that is owed still has the member."""
        is_there = self.row.member.organization_id == self.row.organization_id
        return reverse("eforefront:dues_of_member", args=[self.row.member_id]) if is_there else ""

    @property
    def flag(self) -> Status:
        """A hint for people: nothing follows from it by itself. Source: workflows.md 8.2."""
        if self.owed_months >= REPORTED:
            return Status("满 6 个月，报上级党组织", "red")
        return Status("满 3 个月，应当提醒", "amber") if self.owed_months >= REMINDED[1] else Status("欠缴")
