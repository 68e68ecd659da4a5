"""What falls due on the whole platform, as one table: which rows, how long before, what is said, where it leads.

Rows are found by indexed days that are stored with them, never by going through the roll. Pages, 首页 of both systems,
the bell and the daily run read `REMINDERS`. The lines of organisations, accounts and members stand here; apps above
enter their own from `AppConfig.ready()`: `enter(Reminder(…))`. Source: workflows.md 5, 10, 11.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.models import Certificate
from accounts.powers import Power
from members import membership
from members.models import Matter, Member, MemberProfile
from members.procedures import State
from orgs.dates import add_months
from orgs.models import Term
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
class Subject:
    """What a row is about: its name, its place, the page it leads to, and who is told by the daily run."""

    name: str
    place: str
    address: str = ""
    organization_id: int | None = None
    user_id: int | None = None


def of_member(row: Any) -> Subject:
    """The subject of a member's row, or of the member itself: the branch is told."""
    member = row if isinstance(row, Member) else row.member
    return Subject(member.name, member.organization.short_name, _address(row), member.organization_id)


def in_reach_of(rows: QuerySet, role: Any) -> QuerySet:
    return rows.visible_to(role)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One kind of reminder: `rows(today)` are those due within the first of `days`, `due(row)` says when.

    From the last of `days` on it is urgent. `decides` is the power of whoever has to decide; without it the branch has
    to do something. `subject(row)` says what a row is about, `reach(rows, role)` which of them a role is shown,
    `named` and `placed` are the fields a list is searched by ("" for none). `line` is its line of workflows.md 11, ""
    for one beyond that table. Kinds that have a card of their own are not `on_home`, those counted elsewhere not
    `in_bell`; `portal_pages` says that its address is a page of the portal, `open_to(role)` whether it is anything to a
    role at all.
    """

    slug: str
    label: str
    hint: str
    rows: Callable[[datetime.date], QuerySet]
    due: Callable[[Any], datetime.date | None]
    order: str
    days: tuple[int, ...] = (0,)
    decides: Power | None = None
    subject: Callable[[Any], Subject] = of_member
    reach: Callable[[QuerySet, Any], QuerySet] = in_reach_of
    named: str = "member__name"
    placed: str = "member__organization"
    line: str = ""
    on_home: bool = True
    in_bell: bool = True
    portal_pages: bool = False
    open_to: Callable[[Any], bool] = lambda role: True

    @property
    def count_name(self) -> str:
        return f"reminder_{self.slug.replace('-', '_')}"

    def in_reach(self, role: Any, today: datetime.date) -> QuerySet:
        """Return the rows of everybody in reach of a role."""
        return self.reach(self.rows(today), role)

    def row_line(self, row: Any, today: datetime.date, *, system: str) -> Line:
        """Return the reminder of a row; a link where its page belongs to the system the reader is in."""
        subject, due_on = self.subject(row), self.due(row)
        leads = system == (System.PORTAL if self.portal_pages else System.INFO)
        return Line(subject.name, subject.place, due_on, self._status(due_on, today), subject.address if leads else "")

    def stage(self, due_on: datetime.date, today: datetime.date) -> int | None:
        """Return which of `days` has been reached, the last one that was; None before the first."""
        left = (due_on - today).days
        return min((days for days in self.days if left <= days), default=None)

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


def of_term(term: Any) -> Subject:
    """Of a term: the organisation above is told. Source: workflows.md 6."""
    organization = term.organization
    told = organization.parent_id or organization.pk
    name, address = organization.short_name, reverse("orgs:terms", args=[organization.pk])
    return Subject(name, organization.org_type_label, address, told)


def of_certificate(certificate: Any) -> Subject:
    """Of a certificate: its holder is told; the superior finds it on 首页. Source: security.md 16."""
    address = reverse("accounts:certificate", args=[certificate.uid])
    place = getattr(certificate, "committee_name", "") or ""
    return Subject(certificate.user.name, place, address, user_id=certificate.user_id)


def _later(today: datetime.date, days: int) -> datetime.date:
    return today + datetime.timedelta(days=days)


def ending_probations(today: datetime.date) -> QuerySet:
    """预备党员 whose 预备期 ends within 30 days or has ended; one that was extended or put off
    ends later."""
    limit = add_months(_later(today, 30), -membership.PROBATION)
    extended = Q()
    for months in MOST_EXTENDED:
        extended |= Q(profile__probation_months=months, joined_on__gt=add_months(limit, -months))
    rows = Member.objects.probation().filter(joined_on__lte=limit).exclude(extended)
    rows = rows.exclude(profile__probation_until__gt=_later(today, 30))
    return rows.select_related("organization", "profile")


def ending_terms(today: datetime.date) -> QuerySet:
    """Current terms that end within six months, or have ended."""
    return Term.objects.ending_by(add_months(today, 6)).select_related("organization")


def ending_certificates(today: datetime.date) -> QuerySet:
    """Certificates in use that end within 60 days and have no successor."""
    limit = timezone.make_aware(datetime.datetime.combine(_later(today, 61), datetime.time()))
    return Certificate.objects.ending_by(limit).with_committee().select_related("user")


def managed_certificates(rows: QuerySet, role: Any) -> QuerySet:
    return rows.managed_by(role) if role.can(Power.MANAGE_CERTIFICATES) else rows.none()


def _term_end(term: Any) -> datetime.date:
    return term.ends_on


def _certificate_end(certificate: Any) -> datetime.date:
    return timezone.localdate(certificate.not_after)


def _matters(slug: str, *states: State) -> QuerySet:
    rows = Matter.objects.in_procedure(slug).open().with_people()
    return rows.in_state(*states) if states else rows


def _probation_end(member: Any) -> datetime.date | None:
    return membership.end_of(member, member.profile if hasattr(member, "profile") else MemberProfile())


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
             ending_probations, _probation_end, "joined_on", (30, 7),
             named="name", placed="organization", line="预备期 ends"),
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
             _end, "ends_on", (92, 31), line="出国 / 暂留 end"),
    Reminder("abroad-limit",     "出国（境）满 5 年",       "仍未回国的，可提出停止党籍",
             lambda day: _matters("abroad", S.KEPT).filter(limit_on__lte=day), _limit, "limit_on"),
    Reminder("retention-end",    "组织关系暂留即将期满",     "期满须转出组织关系",
             lambda day: _matters("retention").filter(ends_on__lte=add_months(day, 3)), _end, "ends_on", (92, 31),
             line="出国 / 暂留 end"),
    Reminder("abroad-asked",     "出国（境）待审核",         "党支部申请保留组织关系，请审核",
             lambda day: _matters("abroad", S.ASKED), _no_day, "pk", decides=Power.DECIDE_MOBILITY),
    Reminder("abroad-passed",    "出国（境）待备案",         "已审核通过，请备案",
             lambda day: _matters("abroad", S.PASSED), _no_day, "pk", decides=Power.FILE_MOBILITY),
    Reminder("abroad-returning", "恢复组织生活待批准",       "已回国并谈话，请批准恢复组织生活",
             lambda day: _matters("abroad", S.RETURNING), _no_day, "pk", decides=Power.DECIDE_MOBILITY),
    Reminder("term",             "届满换届",                 "届满前 6 个月、3 个月、1 个月提醒上级党组织",
             ending_terms, _term_end, "ends_on", (184, 92, 31), subject=of_term,
             named="organization__short_name", placed="organization", line="term", on_home=False, in_bell=False),
    Reminder("certificate",      "数字证书即将到期",         "到期前 60 天、30 天、7 天提醒持有人换新",
             ending_certificates, _certificate_end, "not_after", (60, 30, 7), decides=Power.MANAGE_CERTIFICATES,
             subject=of_certificate, reach=managed_certificates, named="user__name", placed="",
             line="certificate", on_home=False, in_bell=False),
)}
# fmt: on


def enter(reminder: Reminder) -> Reminder:
    """Enter a kind of an app above, from `AppConfig.ready()`; it takes the place of one of the same slug."""
    REMINDERS[reminder.slug] = reminder
    return reminder


def shown_to(role: Any) -> list[Reminder]:
    """Return the kinds of reminders a role is shown: decisions only to whoever decides."""
    kinds = [found for found in REMINDERS.values() if found.decides is None or role.can(found.decides)]
    return [found for found in kinds if found.open_to(role)]


def own(role: Any) -> list[Reminder]:
    """Return those that the role has to see to itself: a branch what falls due, the levels above what they decide."""
    if not role.can(Power.VIEW_MEMBERS):
        return []
    is_branch = role.organization.is_branch
    return [found for found in shown_to(role) if (found.decides is None) == is_branch]


def rows_by_name(role: Any, today: datetime.date) -> dict[str, QuerySet]:
    """Return the rows of every kind shown to a role on 首页, to be counted in one statement."""
    return {found.count_name: found.in_reach(role, today) for found in shown_to(role) if found.on_home}


def summary(role: Any, counted: Mapping[str, Any], *, base: str, mine: bool) -> list[tuple[str, str, Any, str]]:
    """Return (label, hint, count, address) of the kinds with anything due, for 首页: one's own, or those below."""
    kinds = own(role)
    chosen = [found for found in shown_to(role) if found.on_home and (found in kinds) == mine]
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
        if (name := asked.get("name")) and self.kind.named:
            rows = rows.filter(**{f"{self.kind.named}__startswith": name})
        for word in asked.get("place", "").lower().split() if self.kind.placed else ():
            rows = rows.filter(**{f"{self.kind.placed}__search_text__contains": word})
        return rows.order_by(self.kind.order, "pk")

    def lines(self, rows: Iterable[Any]) -> list[Line]:
        """Return the reminders as shown; each leads to its page where that belongs to the system of the role."""
        return [self.kind.row_line(row, self.today, system=self.role.system) for row in rows]


def board(role: Any, today: datetime.date, *, asked: str, base: str) -> Board:
    """Return the page of the kind that is asked for, else of the first with anything due."""
    kinds = shown_to(role)
    counted = counts(**{found.count_name: found.in_reach(role, today) for found in kinds})
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
    return [found.in_reach(role, today) for found in own(role) if found.in_bell]
