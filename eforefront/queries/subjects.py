"""What a query can ask for: members, organisations, and the rows that hang on them. Source: screens.md 2.8."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.powers import Power
from eforefront.development.states import State as ApplicantState
from eforefront.gatherings import Kind as GatheringKind
from eforefront.models import Applicant, DuesMonth, Gathering
from eforefront.models.dues_ledger import MonthState
from eforefront.queries import member_fields, relations, row_fields
from eforefront.queries.fields import Field, Section
from eforefront.queries.kinds import Time
from eforefront.queries.past import ORGANIZATION_NAMES, Past, organizations_as_they_stood, organizations_on
from eforefront.queries.relations import Relation
from members import finding, ordering
from members.as_it_stood import as_they_stood
from members.codes import MembershipStatus
from members.models import Member, Post
from orgs.figures import figures
from orgs.models import Organization
from orgs.reach import reached
from transfers.models import Transfer

# `found(role, scope, place, past, sort)`: what is in reach, in the order of the list; `past` is a day with its tree
Found = Callable[..., QuerySet]


@dataclass(frozen=True)
class Subject:
    """`scopes` are what a list begins with, the usual one first; `sorts` what it can be sorted by.

    `power` is asked beside that of the pages. Where rows know a day in the past, `day_names` are the annotations that
    say what they were, and `stood` shows them so; `reaches_back` where that day also says who is in reach.
    """

    name: str
    label: str
    unit: str
    model: Any
    sections: tuple[Section, ...]
    relations: tuple[Relation, ...]
    scopes: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    found: Found
    joined: tuple[str, ...] = ()
    power: Power = Power.QUERY
    has_day: bool = False
    day_hint: str = ""
    day_names: tuple[str, ...] = ()
    stood: Callable[[Iterable[Any]], Iterator[Any]] = iter
    reaches_back: bool = False
    link: str = ""

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for section in self.sections for field in section.fields}

    @cached_property
    def related(self) -> dict[str, Relation]:
        return {relation.name: relation for relation in self.relations}

    @cached_property
    def times(self) -> dict[Time, list[str]]:
        """The labels of the fields by the day they speak of."""
        return {
            time: [field.label for field in self.fields.values() if field.time is time]
            for time in (Time.DAY, Time.FACT, Time.TODAY)
        }


_ENROLLED = (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED)
_LEFT = tuple(status for status in MembershipStatus if status not in _ENROLLED)
_SCOPES = {"roll": (MembershipStatus.NORMAL,), "enrolled": _ENROLLED, "history": _LEFT}


def _members(role: Any, scope: str, place: int | None, past: Past | None, sort: str) -> QuerySet:
    among = figures([role.organization_id])[role.organization_id].members
    moved = past if past is not None and place and past.has_changed else None
    rows = finding.members(
        role,
        under=None if moved else place,
        on=past.day if past else None,
        order=ordering.order_of(sort, among=among),
        rare=scope == "history",
    )
    if moved is not None and place:
        rows = rows.filter(moved.below([place], "stood__organization"))
    return rows.filter(**{"stood__status__in" if past else "status__in": _SCOPES.get(scope, _SCOPES["roll"])})


def _organizations(role: Any, scope: str, place: int | None, past: Past | None, sort: str) -> QuerySet:
    """As of a day: those in reach today that stood below the place, or the reader's own, on that day."""
    rows, gone = Organization.objects.visible_to(role), "dissolved_on"
    if past is not None:
        rows, gone = rows.filter(past.below([place or role.organization_id], "")), "on_dissolved"
        rows = organizations_on(rows, past.day)
    elif place:
        rows = rows.within(place)
    if scope != "all":
        rows = rows.filter(**{f"{gone}__isnull": scope != "dissolved"})
    return rows.order_by(sort, "pk") if sort else rows.in_tree_order()


def _under(role: Any, place: int, *paths: str) -> Q:
    """The condition that one of these organisations is `place`, found in reach before, or below it."""
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__in": Organization.objects.visible_to(role).within(place).order_by().values("pk")})
    return found


def _transfers(role: Any, scope: str, place: int | None, past: Past | None, sort: str) -> QuerySet:
    rows = {"leaving": Transfer.objects.leaving, "arriving": Transfer.objects.arriving}.get(
        scope, Transfer.objects.visible_to
    )(role)
    ends = {"leaving": ("source",), "arriving": ("target",)}.get(scope, ("source", "target"))
    return (rows.filter(_under(role, place, *ends)) if place else rows).newest_first()


def _posts(role: Any, scope: str, place: int | None, past: Past | None, sort: str) -> QuerySet:
    rows, at = Post.objects.filter(reached(role, "term__organization")), "term__organization"
    if past is None:
        rows = rows.current() if scope != "all" else rows
        return (rows.filter(_under(role, place, at)) if place else rows).order_by("-pk")
    rows = rows.held_on(past.day) if scope != "all" else rows.filter(started_on__lte=past.day)
    return rows.filter(past.below([place or role.organization_id], at)).order_by("-pk")


def _of_branches(model: Any, scopes: dict[str, Q]) -> Found:
    """Rows that lead to an organisation, of those in reach, the latest first."""

    def found(role: Any, scope: str, place: int | None, past: Past | None, sort: str) -> QuerySet:
        rows = model.objects.visible_to(role).filter(scopes.get(scope, Q()))
        return (rows.filter(_under(role, place, "organization")) if place else rows).order_by("-pk")

    return found


_LATEST = (("", "最近登记的在前"),)
MEMBER = Subject(
    "member",
    "党员",
    "人",
    Member,
    member_fields.SECTIONS,
    relations.MEMBER_RELATIONS,
    (("roll", "在册党员（党籍正常）"), ("enrolled", "在册党员，含停止党籍"), ("history", "历史党员")),
    ordering.CHOICES,
    ("name", "gender", "born_on", "category", "organization"),
    _members,
    joined=("organization", "profile"),
    has_day=True,
    day_hint="填写后按当日所在支部、人员类别和党籍状态查询",
    day_names=("on_place", "on_category", "on_status"),
    stood=as_they_stood,
    reaches_back=True,
    link="members:detail",
)
ORGANIZATION = Subject(
    "organization",
    "党组织",
    "个",
    Organization,
    row_fields.ORGANIZATION,
    relations.ORGANIZATION_RELATIONS,
    (("living", "现有党组织"), ("dissolved", "已撤销的党组织"), ("all", "全部，含已撤销")),
    (("", "按组织机构"), ("founded_on", "批准建立日期从早到晚"), ("-founded_on", "批准建立日期从晚到早")),
    ("short_name", "code", "org_type", "parent"),
    _organizations,
    joined=("parent", "profile"),
    has_day=True,
    day_hint="填写后按当日是否存在、组织类别和上级党组织查询",
    day_names=ORGANIZATION_NAMES,
    stood=organizations_as_they_stood,
    link="orgs:detail",
)
POST = Subject(
    "post",
    "党内职务",
    "项",
    Post,
    row_fields.POST,
    (),
    (("current", "现任（当届、未离任）"), ("all", "全部，含已离任")),
    _LATEST,
    ("holder", "duty", "organization", "started_on", "ends_on"),
    _posts,
    joined=("member", "term__organization"),
    has_day=True,
    day_hint="填写后查询当日在任的职务；范围选“全部”时为当日已任职的，含当日前离任",
)
TRANSFER = Subject(
    "transfer",
    "组织关系转接",
    "件",
    Transfer,
    row_fields.TRANSFER,
    (),
    (("all", "转出和转入"), ("leaving", "转出"), ("arriving", "转入")),
    (("", "最近发起的在前"),),
    ("name", "type", "source", "target", "started_on", "state"),
    _transfers,
    joined=("source", "target", "holder"),
    power=Power.QUERY_AFFAIRS,
)
DUES = Subject(
    "dues",
    "党费月份",
    "项",
    DuesMonth,
    row_fields.DUES,
    (),
    (("all", "全部月份"), ("due", "未缴")),
    _LATEST,
    ("name", "organization", "month", "state", "due_fen", "paid_fen"),
    _of_branches(DuesMonth, {"due": Q(state=MonthState.DUE)}),
    joined=("member", "organization"),
    power=Power.QUERY_AFFAIRS,
)
GATHERING = Subject(
    "gathering",
    "组织生活和活动",
    "次",
    Gathering,
    row_fields.GATHERING,
    (),
    (("all", "组织生活和支部活动"), ("meetings", "组织生活"), ("activities", "支部活动")),
    _LATEST,
    ("topic", "organization", "meeting_type", "held_on", "state", "due", "present"),
    _of_branches(Gathering, {"meetings": Q(kind=GatheringKind.MEETING), "activities": Q(kind=GatheringKind.ACTIVITY)}),
    joined=("organization",),
    power=Power.QUERY_AFFAIRS,
)
APPLICANT = Subject(
    "applicant",
    "发展党员",
    "人",
    Applicant,
    row_fields.APPLICANT,
    (),
    (("open", "办理中"), ("all", "全部，含已结束")),
    _LATEST,
    ("name", "gender", "organization", "stage", "step", "due_on"),
    _of_branches(Applicant, {"open": Q(state=ApplicantState.ACTIVE)}),
    joined=("organization", "holder"),
    power=Power.QUERY_AFFAIRS,
)
SUBJECTS = {subject.name: subject for subject in (MEMBER, ORGANIZATION, POST, TRANSFER, DUES, GATHERING, APPLICANT)}
