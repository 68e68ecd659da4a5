"""党费 on the first page: this month's collection of a branch or of all below, and what a member owes."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.powers import Power
from eforefront import dues_sums
from eforefront.models import DuesMonth, DuesSubtotal, DuesTotal
from eforefront.money import yuan
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status

SHOWN = 6  # organisations below, those first of whom most have still to pay


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of an organisation have paid for the month."""

    label: str
    url: str
    paid: int
    due: int


@dataclass(frozen=True, slots=True)
class Collection:
    """This month's dues of an organisation and all below it, and what earlier months of the year still owe."""

    month: datetime.date
    paid: int
    due: int
    due_fen: int
    paid_fen: int
    overdue_fen: int
    list_url: str
    owing_url: str
    bars: list[Bar] = field(default_factory=list)

    @property
    def tag(self) -> Status:
        """59/66 人已交"""
        return Status(f"{self.paid}/{self.due} 人已交", "green" if self.paid >= self.due else "amber")

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        owed = self.due_fen - self.paid_fen
        return (("应缴", yuan(self.due_fen)), ("实缴", yuan(self.paid_fen)), ("未缴", yuan(owed)))

    @property
    def overdue(self) -> str:
        return yuan(self.overdue_fen) if self.overdue_fen else ""


@dataclass(frozen=True, slots=True)
class OwnDues:
    """What a reader owes: the present month, and the months that ended unpaid."""

    month: DuesMonth | None
    owed_months: int
    owed_fen: int

    @property
    def due(self) -> str:
        return yuan(self.month.due_fen) if self.month else ""

    @property
    def owed(self) -> str:
        return yuan(self.owed_fen)


def collection(role: Any, day: datetime.date) -> Collection | None:
    """Return the card of an administrator who may see dues, in two statements; None while nothing is due."""
    if not role.can(Power.VIEW_DUES):
        return None
    place = role.organization
    months = dues_sums.by_month(place.pk, day.year, range(1, day.month + 1))
    if (now := months.get(day.month)) is None:
        return None
    owing = reverse("eforefront:dues_arrears")
    if place.is_branch:
        owing = reverse("eforefront:dues_grid", args=[place.pk], query={"show": "owing"})
    return Collection(
        month=day.replace(day=1),
        paid=now["paid_count"],
        due=now["due_count"],
        due_fen=now["due_fen"],
        paid_fen=now["paid_fen"],
        overdue_fen=sum(sums["due_fen"] - sums["paid_fen"] for month, sums in months.items() if month < day.month),
        list_url=_sums_address(day),
        owing_url=owing,
        bars=[] if place.is_branch else _bars(role, day),
    )


def _bars(role: Any, day: datetime.date) -> list[Bar]:
    """Return the organisations directly below, those first of whom most have still to pay, in one statement."""
    rows = Organization.objects.visible_to(role).living().filter(parent=role.organization_id)
    rows = rows.annotate(paid=_summed("paid_count", day), due=_summed("due_count", day)).filter(due__gt=0)
    listed = sorted(rows.order_by("lft"), key=lambda row: row.paid - row.due)[:SHOWN]
    period = f"{day.month}"
    return [Bar(row.short_name, dues_sums.address(row, day.year, period), row.paid, row.due) for row in listed]


def _summed(name: str, day: datetime.date) -> Any:
    def one(model: type[DuesTotal | DuesSubtotal]) -> Any:
        rows: QuerySet = model.objects.filter(organization=OuterRef("pk"), year=day.year, month=day.month)
        return Coalesce(Subquery(rows.order_by().values(name)[:1], output_field=IntegerField()), 0)

    return one(DuesTotal) + one(DuesSubtotal)


def open_count(organization_id: int, day: datetime.date) -> Subquery:
    """Return how many of an organisation and all below it have still to pay for the month of a day."""
    both = [
        Coalesce(Subquery(rows.values(left=F("due_count") - F("paid_count"))[:1], output_field=IntegerField()), 0)
        for rows in (
            model.objects.filter(organization=organization_id, year=day.year, month=day.month).order_by()
            for model in (DuesTotal, DuesSubtotal)
        )
    ]
    one = Organization.objects.filter(pk=organization_id).order_by().values(left=both[0] + both[1])
    return Subquery(one[:1], output_field=IntegerField())


def open_address(place: Organization, day: datetime.date) -> str:
    """Return where those who have still to pay for the month stand: by name for a branch, else by organisations."""
    if place.is_branch:
        return reverse("eforefront:dues_grid", args=[place.pk], query={"show": "month"})
    return _sums_address(day)


def own(member: Member | None, day: datetime.date) -> OwnDues | None:
    """Return what a reader's own record owes, in one statement; None for nobody, and while nothing was ever due."""
    if member is None:
        return None
    first = day.replace(day=1)
    rows = list(DuesMonth.objects.of_member(member).since_unpaid(first))
    if not rows:
        return None
    owed = [row for row in rows if row.is_overdue(day)]
    now = next((row for row in rows if row.month == first), None)
    return OwnDues(now, len(owed), sum(row.due_fen for row in owed))


def _sums_address(day: datetime.date) -> str:
    return reverse("eforefront:dues_sums", query={"year": day.year, "period": day.month})
