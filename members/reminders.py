"""What falls due for members, as a table: which rows, how long before, what is said, where it leads.

Rows are found by indexed days that are stored with them, never by going through the roll. Pages, 首页 of both systems
and the bell read `REMINDERS`. Source: workflows.md 5, 10, 11.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.powers import Power
from members import membership
from members.models import Matter, Member
from members.procedures import State
from orgs.dates import add_months
from orgs.reminders import counts
from partyplatform.ui.columns import Column
from partyplatform.ui.status import Status
from partyplatform.working_days import first_working_day

MOST_EXTENDED = range(1, 13)  # months a 预备期 may go on for
ENTRY_LEAD = 5  # days the monthly entry is announced before


COLUMNS = (
    *(Column("姓名", "name", link="url"), Column("所在党组织", "place")),
    *(Column("到期日期", "due_on", kind="date"), Column("提醒", "status", kind="tag")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder as pages show it."""

    name: str
    place: str
    due_on: datetime.date | None
    status: Status
    url: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One kind of reminder: `rows(today)` are those due within the first of `days`, `due(row)` says when.

    From the last of `days` on it is urgent. `decides` is the power of whoever has to decide; without it the branch has
    to do something.
    """

    slug: str
    label: str
    hint: str
    rows: Callable[[datetime.date], QuerySet]
    due: Callable[[Any], datetime.date | None]
    order: str
    days: tuple[int, ...] = (0,)
    decides: Power | None = None

    @property
    def count_name(self) -> str:
        return f"reminder_{self.slug.replace('-', '_')}"

    def in_reach(self, role: Any, today: datetime.date) -> QuerySet:
        """Return the rows of everybody in reach of a role."""
        return self.rows(today).visible_to(role)

    def line(self, row: Any, today: datetime.date, *, leads: bool) -> Line:
        """Return the reminder of a row; only one that `leads` somewhere is a link."""
        member = row if isinstance(row, Member) else row.member
        due_on, address = self.due(row), _address(row) if leads else ""
        return Line(member.name, member.organization.short_name, due_on, self._status(due_on, today), address)

    def _status(self, due_on: datetime.date | None, today: datetime.date) -> Status:
        if due_on is None:
            return Status("待办理", "amber")
        left = (due_on - today).days
        if left <= 0:
            return Status("已到期" if left == 0 else f"已超 {-left} 天", "red")
        return Status(f"还有 {left} 天", "red" if left <= self.days[-1] else "amber")


def _address(row: Any) -> str:
    if isinstance(row, Member):
        return reverse("members:section", args=[row.pk, "membership"])
    return f"{reverse('members:mobility', args=[row.member_id])}#matter-{row.pk}"


def _later(today: datetime.date, days: int) -> datetime.date:
    return today + datetime.timedelta(days=days)


def ending_probations(today: datetime.date) -> QuerySet:
    """预备党员 whose 预备期 ends within 30 days or has ended; an extended one ends later."""
    limit = add_months(_later(today, 30), -membership.PROBATION)
    extended = Q()
    for months in MOST_EXTENDED:
        extended |= Q(profile__probation_months=months, joined_on__gt=add_months(limit, -months))
    rows = Member.objects.probation().filter(joined_on__lte=limit).exclude(extended)
    return rows.select_related("organization", "profile")


def _matters(slug: str, *states: State) -> QuerySet:
    rows = Matter.objects.in_procedure(slug).open().with_people()
    return rows.in_state(*states) if states else rows


def _probation_end(member: Any) -> datetime.date | None:
    extended = member.profile.probation_months if hasattr(member, "profile") else 0
    return membership.probation_end(member, extended=extended)


def _contact(matter: Any) -> datetime.date | None:
    return matter.contact_due_on


def _end(matter: Any) -> datetime.date | None:
    return matter.ends_on


def _limit(matter: Any) -> datetime.date | None:
    return matter.limit_on


def _no_day(matter: Any) -> None:
    return None


def coming_entry(today: datetime.date) -> datetime.date | None:
    """Return the first working day of a month, when 《新增人员信息表》 is handed in, from a few days before until that
    day; None at other times. Source: workflows.md 9, 11."""
    following = today.replace(day=1) + datetime.timedelta(days=32)
    days = (first_working_day(month.year, month.month) for month in (today, following))
    return next((day for day in days if 0 <= (day - today).days <= ENTRY_LEAD), None)


S = State
# fmt: off
REMINDERS = {reminder.slug: reminder for reminder in (
    #        slug                label                      what to do
    Reminder("probation",        "预备期即将届满",           "届满前提出转正申请，届满后一个月内讨论",
             ending_probations, _probation_end, "joined_on", (30, 7)),
    Reminder("flow-contact",     "流动党员联系到期",         "至少每 6 个月联系一次",
             lambda day: _matters("flow").filter(contact_due_on__lte=_later(day, 15)),
             _contact, "contact_due_on", (15, 0)),
    Reminder("lost-limit",       "失联满 6 个月",           "仍无法取得联系的，可提出停止党籍",
             lambda day: _matters("lost", S.LOST).filter(limit_on__lte=day), _limit, "limit_on"),
    Reminder("lost-stopped",     "停止党籍满 2 年",         "仍无法取得联系的，可按自行脱党除名",
             lambda day: _matters("lost", S.STOPPED).filter(limit_on__lte=day), _limit, "limit_on"),
    Reminder("abroad-contact",   "出国（境）党员联系到期",   "至少每 6 个月联系一次",
             lambda day: _matters("abroad", S.KEPT).filter(contact_due_on__lte=_later(day, 15)),
             _contact, "contact_due_on", (15, 0)),
    Reminder("abroad-end",       "出国（境）即将期满",       "期满前办理回国或延期",
             lambda day: _matters("abroad", S.NOTED, S.KEPT).filter(ends_on__lte=add_months(day, 3)),
             _end, "ends_on", (92, 31)),
    Reminder("abroad-limit",     "出国（境）满 5 年",       "仍未回国的，可提出停止党籍",
             lambda day: _matters("abroad", S.KEPT).filter(limit_on__lte=day), _limit, "limit_on"),
    Reminder("retention-end",    "组织关系暂留即将期满",     "期满须转出组织关系",
             lambda day: _matters("retention").filter(ends_on__lte=add_months(day, 3)), _end, "ends_on", (92, 31)),
    Reminder("abroad-asked",     "出国（境）待审核",         "党支部申请保留组织关系，请审核",
             lambda day: _matters("abroad", S.ASKED), _no_day, "pk", decides=Power.DECIDE_MOBILITY),
    Reminder("abroad-passed",    "出国（境）待备案",         "已审核通过，请备案",
             lambda day: _matters("abroad", S.PASSED), _no_day, "pk", decides=Power.FILE_MOBILITY),
    Reminder("abroad-returning", "恢复组织生活待批准",       "已回国并谈话，请批准恢复组织生活",
             lambda day: _matters("abroad", S.RETURNING), _no_day, "pk", decides=Power.DECIDE_MOBILITY),
)}
# fmt: on


def shown_to(role: Any) -> list[Reminder]:
    """Return the kinds of reminders a role is shown: decisions only to whoever decides."""
    return [found for found in REMINDERS.values() if found.decides is None or role.can(found.decides)]


def own(role: Any) -> list[Reminder]:
    """Return those that the role has to see to itself: a branch what falls due, the levels above what they decide."""
    if not role.can(Power.VIEW_MEMBERS):
        return []
    is_branch = role.organization.is_branch
    return [found for found in shown_to(role) if (found.decides is None) == is_branch]


def rows_by_name(role: Any, today: datetime.date) -> dict[str, QuerySet]:
    """Return the rows of every kind shown to a role, to be counted in one statement."""
    return {found.count_name: found.in_reach(role, today) for found in shown_to(role)}


def summary(role: Any, counted: Mapping[str, Any], *, base: str, mine: bool) -> list[tuple[str, str, Any, str]]:
    """Return (label, hint, count, address) of the kinds with anything due, for 首页: one's own, or those below."""
    kinds = own(role)
    chosen = [found for found in shown_to(role) if (found in kinds) == mine]
    lines = [(found, counted[found.count_name]) for found in chosen]
    return [(found.label, found.hint, count, f"{base}?kind={found.slug}") for found, count in lines if count]


def entry_day(role: Any, today: datetime.date) -> datetime.date | None:
    """Return the day the monthly 《新增人员信息表》 is handed in, when it is near, to whoever decides on membership."""
    return coming_entry(today) if role.can(Power.DECIDE_MEMBERSHIP) else None


@dataclass(frozen=True, slots=True)
class Board:
    """The page 提醒: one kind of reminder, and how many there are of each."""

    role: Any
    today: datetime.date
    kind: Reminder
    tabs: list[dict[str, Any]]

    @property
    def entry_day(self) -> datetime.date | None:
        return entry_day(self.role, self.today)

    def rows(self, asked: Mapping[str, str]) -> QuerySet:
        """Return the rows of the kind, the most urgent first; of those whose name or branch is called as `asked`."""
        rows = self.kind.in_reach(self.role, self.today)
        at = "" if rows.model is Member else "member__"
        if name := asked.get("name"):
            rows = rows.filter(**{f"{at}name__startswith": name})
        for word in asked.get("place", "").lower().split():
            rows = rows.filter(**{f"{at}organization__search_text__contains": word})
        return rows.order_by(self.kind.order, "pk")

    def lines(self, rows: Iterable[Any]) -> list[Line]:
        """Return the reminders as shown; records are pages of 党内信息管理系统, roles of the portal open none."""
        leads = self.role.system == System.INFO
        return [self.kind.line(row, self.today, leads=leads) for row in rows]


def board(role: Any, today: datetime.date, *, asked: str, base: str) -> Board:
    """Return the page of the kind that is asked for, else of the first with anything due."""
    counted = counts(**rows_by_name(role, today))
    kinds = shown_to(role)
    named = [found for found in kinds if found.slug == asked]
    kind = (named or [found for found in kinds if counted[found.count_name]] or kinds)[0]
    tabs = [
        {
            "label": found.label,
            "url": f"{base}?kind={found.slug}",
            "is_current": found is kind,
            "count": counted[found.count_name],
        }
        for found in kinds
    ]
    return Board(role, today, kind, tabs)


def waiting(role: Any) -> list[QuerySet]:
    """What the bell counts for a role."""
    today = timezone.localdate()
    return [found.in_reach(role, today) for found in own(role)]
