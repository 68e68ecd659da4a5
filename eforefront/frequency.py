"""Required frequencies: what a branch owes in a month, a quarter and a year, and what it has done.

Source: codes/meeting_frequency.csv; workflows.md 7.1. Only records that were handed in count; a 民主评议 that was led
to its end counts without a meeting of that type.
"""

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from eforefront.attendees import COMMITTEE_FROM
from eforefront.codes import MEETING_FREQUENCIES, MEETING_TYPES
from eforefront.gatherings import Kind
from eforefront.models import Gathering, PartyGroup, ReviewCycle
from orgs.dates import add_months
from orgs.models import Organization

MONTHS = {"month": 1, "quarter": 3, "year": 12}
PER = {"month": "每月", "quarter": "每季度", "year": "每年"}
LAST_DAYS = 5  # of a month or quarter: what is still missing is brought up
COMMITTEE, GROUP, REVIEW = "12", "13", "23"
_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Requirement:
    """How often one type is held at least."""

    type: str
    per: str
    at_least: int

    @property
    def label(self) -> str:
        return MEETING_TYPES.label(self.type)

    @property
    def told(self) -> str:
        """每月至少 1 次"""
        return f"{PER[self.per]}至少 {self.at_least} 次"

    def period(self, day: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the first day of the period a day lies in, and the first day after it."""
        months = MONTHS[self.per]
        first = datetime.date(day.year, (day.month - 1) // months * months + 1, 1)
        return first, add_months(first, months)


REQUIREMENTS = tuple(
    Requirement(row["meeting_type"], row["per"], int(row["at_least"])) for row in MEETING_FREQUENCIES.rows
)
BY_TYPE = {requirement.type: requirement for requirement in REQUIREMENTS}


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of one type at one branch. `span` is its length in months; `tone` says how to look at it."""

    done: int
    due: int
    tone: str  # "" nothing is owed yet, done, due (the period runs), missing (it is over)
    span: int
    first_month: int = 1

    @property
    def label(self) -> str:
        """3月, 第 2 季度, 全年"""
        if self.span == 1:
            return f"{self.first_month}月"
        return f"第 {self.first_month // 3 + 1} 季度" if self.span == 3 else "全年"

    @property
    def text(self) -> str:
        return f"{self.done}/{self.due}" if self.due else str(self.done or "—")


@dataclass(frozen=True, slots=True)
class Line:
    requirement: Requirement
    cells: tuple[Cell, ...]

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)


def owes(organization: Organization) -> bool:
    """Say whether an organisation owes the frequencies: lasting branches do; temporary and functional ones do not."""
    return organization.holds_members and organization.is_living


def needed(organization: Organization, requirement: Requirement, *, groups: int) -> int:
    """Return how often a branch holds a type in one period: 党小组会 once in each group, 支委会 where it has one."""
    if requirement.type == COMMITTEE and organization.full_members < COMMITTEE_FROM:
        return 0
    return requirement.at_least * groups if requirement.type == GROUP else requirement.at_least


def year_of(organization: Organization, year: int, *, today: datetime.date) -> list[Line]:
    """Return what a branch did in a year against what it owed, in two statements."""
    begins = timezone.make_aware(datetime.datetime(year, 1, 1))
    rows = Gathering.objects.of(organization).of_kind(Kind.MEETING).held()
    rows = rows.between(begins, timezone.make_aware(datetime.datetime(year + 1, 1, 1)))
    held = Counter((kind, timezone.localtime(at).month) for kind, at in rows.values_list("type", "begins_at"))
    groups, is_reviewed = _groups_and_review(organization, year)
    if is_reviewed and not any(kind == REVIEW for kind, _ in held):
        held[REVIEW, 12] = 1
    return [_line(organization, each, held, year, today, groups) for each in REQUIREMENTS]


def _groups_and_review(organization: Organization, year: int) -> tuple[int, bool]:
    """Return how many 党小组 a branch has, and whether the 民主评议 of a year has ended, in one statement."""
    groups = PartyGroup.objects.living().filter(organization=OuterRef("pk")).order_by().values("organization")
    reviews = ReviewCycle.objects.of_year(year).ended().filter(organization=OuterRef("pk"))
    found = Organization.objects.filter(pk=organization.pk).annotate(
        groups=Coalesce(Subquery(groups.annotate(n=Count("pk")).values("n")), 0), is_reviewed=Exists(reviews)
    )
    return found.values_list("groups", "is_reviewed").get()


def _line(
    organization: Organization, requirement: Requirement, held: Counter, year: int, today: datetime.date, groups: int
) -> Line:
    span, cells = MONTHS[requirement.per], []
    for first_month in range(1, 13, span):
        first = datetime.date(year, first_month, 1)
        end = add_months(first, span)
        done = sum(held[requirement.type, month] for month in range(first_month, first_month + span))
        is_asked = owes(organization) and organization.founded_on < first and first <= today
        due = needed(organization, requirement, groups=groups) if is_asked else 0
        tone = "" if not due else "done" if done >= due else "missing" if end <= today else "due"
        cells.append(Cell(done, due, tone, span, first_month))
    return Line(requirement, tuple(cells))


def missing(organization: Organization, *, today: datetime.date) -> list[tuple[Requirement, int, int]]:
    """Return (requirement, done, due) of what a branch still owes in the periods that run today."""
    found = []
    for line in year_of(organization, today.year, today=today):
        cell = line.cells[(today.month - 1) // MONTHS[line.requirement.per]]
        if cell.tone == "due":
            found.append((line.requirement, cell.done, cell.due))
    return found


def to_bring_up(organization: Organization, *, today: datetime.date) -> list[tuple[Requirement, int, int]]:
    """Return what is missing in the last five days of its month or quarter. Source: workflows.md 11."""
    soon = datetime.timedelta(days=LAST_DAYS)
    rows = missing(organization, today=today)
    return [row for row in rows if row[0].per != "year" and row[0].period(today)[1] - today <= soon]


def window(requirement: Requirement, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return the period a day lies in, as moments."""
    first, end = requirement.period(day)
    return _midnight(first), _midnight(end)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def shown_month(typed: Any, *, today: datetime.date) -> datetime.date:
    """Return the first day of a month as an address names it ("2026-11"); this month for anything else."""
    found = _MONTH.fullmatch(str(typed or ""))
    return datetime.date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
