"""What the first page of the portal shows: the head, ways on, and the cards of an administrator or a member.

Every part is one statement at most, and all that is only counted shares one. Source: screens.md 3.1; mock-up 03.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.powers import Power
from eforefront import dues_cards, home_tiles, tiles
from eforefront.charts import Chart, columns
from eforefront.gatherings import RECORD_HERE, REVIEW_HERE, Kind
from eforefront.models import Gathering, Notice
from eforefront.services import composing
from members import reminders
from members.codes import PersonCategory
from members.models import Member, RuleVersion
from members.services.posts import Leaders, leadership
from orgs.figures import Figures, figures
from orgs.models import Organization
from orgs.reminders import counts
from transfers.models import Transfer

SHOWN = 5  # lines of a card


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over every first page: who leads the organisation, and how many it holds, subtree included."""

    organization: Organization
    parent_name: str
    leaders: Leaders
    figures: Figures

    @property
    def members(self) -> tuple[tuple[str, int, str], ...]:
        """(label, number, address of the list that shows just these)."""
        listed = reverse("eforefront:members")
        return (
            ("正式党员", self.figures.full, f"{listed}?category={PersonCategory.FULL}"),
            ("预备党员", self.figures.probationary, f"{listed}?category={PersonCategory.PROBATIONARY}"),
            ("总计", self.figures.members, listed),
        )

    @property
    def organizations(self) -> tuple[tuple[str, int, str], ...]:
        """组织隶属关系: (label, number, address of the list), the organisation itself included."""
        figures, listed = self.figures, reverse("eforefront:organizations")
        return (
            ("党委", figures.committees, f"{listed}?kind=committees"),
            ("党总支", figures.general_branches, f"{listed}?kind=general"),
            ("党支部", figures.branches, f"{listed}?kind=branches"),
        )


def head(role) -> Head:
    """Return the head for the organisation of an acting role: three statements at any size of the tree."""
    organization = role.organization
    parent = organization.parent
    return Head(
        organization=organization,
        parent_name=parent.full_name if parent is not None else "",
        leaders=leadership([organization.pk]).get(organization.pk, Leaders()),
        figures=figures([organization.pk])[organization.pk],
    )


def counted(role, ways: list[tiles.Tile], day: datetime.date) -> Mapping[str, Any]:
    """Return every figure the tiles and the reminders show, in one statement."""
    rows = tiles.rows_of(ways, role, day)
    if role.can(Power.VIEW_MEMBERS):
        rows |= reminders.rows_by_name(role, day) | composing.month_rows(role.organization, day)
    return counts(**rows) if rows else {}


# What waits for the reader beside the reminders: the name of its count, what it is called, why, where it leads.
_WAITING = (
    (
        "transfers_waiting",
        "组织关系转接待办理",
        "需要本组织审批、接收或登记回执",
        home_tiles.transfers_list,
    ),
    *(
        (f"{kind.name}_to_{what}", f"{label}{waits}", why, partial(home_tiles.gatherings_list, kind, state))
        for kind, label in ((Kind.MEETING, "组织生活"), (Kind.ACTIVITY, "支部活动"))
        for what, waits, why, state in (
            ("record", "待记录", "已经结束或被退回，尚未提交记录", RECORD_HERE),
            ("review", "待审阅", "下级提交的记录，审阅或退回", REVIEW_HERE),
        )
    ),
    ("news_waiting", "下级报送的动态待审核", "审核后发布或退回", home_tiles.news_list),
    ("unread_notices", "未读通知", "上级党组织和本组织的通知", home_tiles.unread_list),
)


def todos(role, found: Mapping[str, Any]) -> list[tuple[str, str, Any, str]]:
    """Return (label, hint, count, address) of what waits and of all that falls due; nothing for a plain member."""
    if not role.can(Power.VIEW_MEMBERS):
        return []
    waiting = [(label, hint, found[name], address()) for name, label, hint, address in _WAITING if found.get(name)]
    base = reverse("eforefront:reminders")
    due = [line for mine in (True, False) for line in reminders.summary(role, found, base=base, mine=mine)]
    return waiting + due


def notices(role) -> list[Notice]:
    """Return the newest notices for the reader, pinned ones first."""
    rows = Notice.objects.addressed_to(role).for_reader(role.user)
    return list(rows.listed().pinned_first()[:SHOWN])


@dataclass(frozen=True, slots=True)
class Appointment:
    """One line of 近期安排."""

    gathering: Gathering
    url: str

    @property
    def begins(self) -> datetime.datetime:
        return timezone.localtime(self.gathering.begins_at)


def agenda(role, now: datetime.datetime) -> list[Appointment]:
    """Return what comes next: in reach for an administrator, for a member what that person is due at."""
    rows = Gathering.objects.visible_to(role, many=True).to_come(now)
    coming = rows.filter(begins_at__gte=now - datetime.timedelta(days=1)).order_by("begins_at", "pk")
    is_admin = role.can(Power.VIEW_MEMBERS)
    return [Appointment(row, _address(row, is_admin)) for row in coming.listed()[:SHOWN]]


def _address(gathering: Gathering, is_admin: bool) -> str:
    try:
        return gathering.get_absolute_url() if is_admin else reverse("eforefront:my_meeting", args=[gathering.pk])
    except NoReverseMatch:
        return ""


def charts(role, head: Head, found: Mapping[str, Any], day: datetime.date) -> list[Chart]:
    """Return the charts of an administrator's page; of an upper organisation as they were counted last."""
    made_up = composing.figures(role.organization, day, found)
    category = [("正式党员", head.figures.full), ("预备党员", head.figures.probationary)]
    if made_up is None:
        return [columns("category", "党员类别", category, unit="人", heading="类别")]
    note = "" if made_up.counted_on == day and role.organization.is_branch else f"截至 {made_up.counted_on:%Y-%m-%d}"
    ages = list(zip(composing.AGE_LABELS, made_up.ages, strict=True))
    education = list(zip(composing.EDUCATION_LABELS, made_up.education, strict=True))
    months = composing.months(made_up.counted_on)
    held = [(f"{month.month} 月", number) for month, number in zip(months, made_up.months, strict=True)]
    lists = [home_tiles.months_list(month) for month in months]
    return [
        columns("held", "近 6 个月组织生活", held, unit="次", heading="月份", note=note, marks_last=True, urls=lists),
        _of_members("age", "党员年龄", ages, heading="年龄", note=note),
        _of_members("education", "党员学历", education, heading="学历", note=note),
    ]


def _of_members(name: str, title: str, rows: list[tuple[str, int]], **words: str) -> Chart:
    """Draw how the members are made up, 不详 only where there is somebody of it; each figure leads to its list."""
    lists = [reverse("eforefront:members", query={name: place}) for place in range(len(rows))]
    if not rows[-1][1]:
        rows, lists = rows[:-1], lists[:-1]
    return columns(name, title, rows, unit="人", urls=lists, **words)


@dataclass(frozen=True, slots=True)
class Own:
    """A member's own record in short: what it lacks, where a transfer under way leads ("" without one), its dues."""

    member: Member
    missing: tuple[str, ...]
    moving_to: str
    dues: dues_cards.OwnDues | None


def own(role, day: datetime.date) -> Own | None:
    """Return the reader's own record in short, None for an account without one."""
    moving = Transfer.objects.open_of(OuterRef("pk")).annotate(to=Coalesce("target__short_name", "heading"))
    rows = Member.objects.own(role).select_related("organization")
    member = rows.annotate(moving_to=Subquery(moving.values("to")[:1])).first()
    if member is None:
        return None
    missing = RuleVersion.objects.in_force().missing(member) if member.filled < member.required else ()
    return Own(member, tuple(rule.label for rule in missing), member.moving_to or "", dues_cards.own(member, day))
