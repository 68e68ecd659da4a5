"""Rows that hang on what is asked for: some of them with this and that, none, so many. Data; the compiler asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery

from accounts.powers import Power
from eforefront import codes as own_codes
from eforefront.gatherings import Kind as GatheringKind
from eforefront.gatherings import State as GatheringState
from eforefront.models import Attendance, DuesMonth, DuesStandard, DuesTotal, Gathering, Registration
from eforefront.models.dues_ledger import MonthState
from eforefront.queries import member_fields
from eforefront.queries.choosing import Choices
from eforefront.queries.fields import Field, Measure, Section
from eforefront.queries.kinds import Kind
from members import codes
from members.models import (
    Hardship,
    Honour,
    Matter,
    Member,
    Office,
    Penalty,
    Post,
    Relative,
    Review,
    Schooling,
    Standing,
    Training,
)
from members.procedures import PROCEDURES, State
from orgs import codes as org_codes
from orgs.models import Organization, ParentChange, Renewal, Term
from orgs.renewal import RenewalKind, RenewalState
from transfers.codes import Cause, TransferState, TransferType
from transfers.models import Transfer

K = Kind
AFFAIRS = Power.QUERY_AFFAIRS
Rows = Callable[[Any], QuerySet]


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of `rows(role)` whose `link` is the row asked for. `told(row)` is one of them in a list."""

    name: str
    label: str
    link: str
    rows: Rows
    fields: tuple[Field, ...]
    told: Callable[[Any], str]
    power: Power = Power.QUERY
    order: str = "pk"
    joined: tuple[str, ...] = ()  # what `told` needs beside the row

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


def reached(role: Any, path: str) -> dict[str, Any]:
    """Return the condition that the organisation at `path` is in reach, its coordinates read inside the statement."""
    root = Organization._base_manager.filter(pk=role.organization_id)
    return {
        f"{path}__tree_id": Subquery(root.values("tree_id")),
        f"{path}__lft__gte": Subquery(root.values("lft")),
        f"{path}__lft__lte": Subquery(root.values("rght")),
    }


def _text(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, K.TEXT, more.pop("path", name), **more)


def _date(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, K.DATE, more.pop("path", name), **more)


def _number(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, K.NUMBER, more.pop("path", name), **more)


def _code(name: str, label: str, choices: Choices, **more: Any) -> Field:
    return Field(name, label, K.CODE, more.pop("path", name), choices, **more)


def _of(kinds: Any) -> Choices:
    return Choices(pairs=tuple(kinds.choices))


def _lines(model: Any) -> Rows:
    """The lines of a table of the record nobody has taken off the page."""
    return lambda role: model.objects.filter(removed_at=None)


def _all(model: Any) -> Rows:
    """Rows that are seen with whatever they hang on."""
    return lambda role: model.objects.all()


def _seen(model: Any) -> Rows:
    """Rows that have a reach of their own: those of other branches stay out."""
    return lambda role: model.objects.visible_to(role)


def _day(found: Any) -> str:
    return f"{found:%Y-%m-%d}" if found else ""


def _span(row: Any) -> str:
    return f"{_day(row.begins_on)} 至 {_day(row.ends_on) or '今'}"


def _post_told(row: Any) -> str:
    return f"{row.term.organization.short_name}{row.duty_label}" + ("（已离任）" if row.ended_on else "")


# fmt: off
POSTS = (
    _code("duty",         "党内职务",       Choices(codes.PARTY_DUTIES)),
    _code("appointment",  "任职方式",       Choices(codes.APPOINTMENT_KINDS)),
    _date("started_on",   "任职日期"),
    _date("ended_on",     "离任日期"),
    Field("is_current",   "当届",           K.BOOLEAN, "term__is_current"),
    _text("document",     "批准文号"),
    _text("portfolio",    "分工"),
)
TRANSFERS = (
    _code("type",         "转接类型",       _of(TransferType)),
    _code("state",        "状态",           _of(TransferState)),
    Field("source",       "转出组织",       K.PLACE, "source", shown=lambda row, day: row.source_name, width=32),
    Field("target",       "转入组织",       K.PLACE, "target", shown=lambda row, day: row.target_name, width=32),
    _code("cause",        "转接原因",       _of(Cause)),
    _date("started_on",   "发起日期",       path="started_at__date"),
    _date("released_on",  "介绍信日期"),
    _date("valid_until",  "介绍信有效期至"),
    _date("due_on",       "办理期限"),
    _date("finished_on",  "办结日期"),
    Field("dues_paid_to", "党费交至",       K.MONTH, "dues_paid_to"),
)
GATHERINGS = (
    _code("kind",         "类别",           _of(GatheringKind)),
    _code("meeting_type", "会议类型",       Choices(own_codes.MEETING_TYPES), path="type"),
    _date("held_on",      "日期",           path="begins_at__date"),
    _text("topic",        "主题"),
    _code("state",        "状态",           _of(GatheringState)),
    _number("due",        "应到"),
    _number("present",    "实到"),
)
MEMBER_RELATIONS = (
    Relation("posts", "党内职务", "member", _all(Post),
             (*POSTS, Field("organization", "任职组织", K.PLACE, "term__organization")),
             _post_told,
             joined=("term__organization",)),
    Relation("offices", "行政职务", "member", _lines(Office),
             (_text("unit", "单位"), _text("department", "部门"), _text("title", "职务"), _text("rank", "级别"),
              _date("begins_on", "开始日期"), _date("ends_on", "结束日期")), str),
    Relation("standings", "党籍变动", "member", _all(Standing),
             (Field("organization", "所在支部", K.PLACE, "organization"),
              _code("category", "人员类别", _of(codes.PersonCategory)),
              _code("status", "党籍状态", _of(codes.MembershipStatus)),
              _date("begins_on", "开始日期"), _date("ends_on", "结束日期"), _text("cause", "变动"),
              _code("kind", "增加、减少方式", Choices(codes.ADD_KINDS)), _text("document", "依据、文号")),
             lambda row: f"{_day(row.begins_on)} {row.cause}", order="begins_on"),
    Relation("honours", "表彰", "member", _lines(Honour),
             (_code("kind", "表彰", Choices(pairs=tuple(codes.MEMBER_HONOURS))),
              _code("level", "级别", Choices(codes.HONOUR_LEVELS)), _date("given_on", "日期"),
              _text("authority", "批准机关"), _date("revoked_on", "撤销日期")),
             lambda row: f"{row.given_on.year} {row.get_kind_display()}", order="given_on"),
    Relation("penalties", "处分", "member", _lines(Penalty),
             (_code("kind", "处分", Choices(codes.DISCIPLINES)), _date("given_on", "日期"),
              _text("authority", "批准机关"), _text("reason", "原因"), _date("revoked_on", "撤销日期")),
             lambda row: f"{row.given_on.year} {row.get_kind_display()}", order="given_on"),
    Relation("reviews", "民主评议", "member", _lines(Review),
             (_number("year", "年度"), _code("grade", "等次", Choices(codes.REVIEW_GRADES)),
              _code("handling", "处置", Choices(codes.REVIEW_HANDLING)), _text("branch", "评议支部")),
             str, order="year"),
    Relation("schooling", "学历学位", "member", _lines(Schooling),
             (_text("school", "学校"), _text("major", "专业"), _code("education", "学历", Choices(codes.EDUCATION)),
              _code("degree", "学位", Choices(codes.DEGREES)), _date("begins_on", "入学日期"),
              _date("ends_on", "毕业日期")), str),
    Relation("trainings", "培训", "member", _lines(Training),
             (_text("name", "培训名称"), _text("organizer", "主办单位"), _date("begins_on", "开始日期"),
              _date("ends_on", "结束日期"), _number("hours", "学时")), str, order="begins_on"),
    Relation("hardships", "困难情况", "member", _lines(Hardship),
             (_text("kind", "困难类型"), _date("since_on", "认定日期"), _date("until_on", "解除日期"),
              _text("measures", "帮扶措施")), str),
    Relation("relatives", "家庭成员", "member", _lines(Relative),
             (_text("relation", "称谓"), _text("name", "姓名", is_private=True), _date("born_on", "出生日期"),
              _code("politics", "政治面貌", Choices(codes.POLITICS)), _text("unit", "工作单位及职务")), str),
    Relation("matters", "流动、失联、出国（境）、暂留", "member", _all(Matter),
             (_code("procedure", "业务", Choices(pairs=tuple((p.slug, p.label) for p in PROCEDURES.values()))),
              _code("state", "状态", _of(State)), _date("began_on", "开始日期"), _date("ends_on", "截止日期"),
              _date("ended_on", "办结日期"), _code("region", "外出流向", Choices(codes.REGIONS)),
              _code("scope", "流动范围", Choices(codes.FLOW_SCOPES)), _text("country", "国家（地区）"),
              _code("way", "出国（境）方式", Choices(codes.ABROAD_KINDS)), _text("certificate", "流动证号")),
             str, order="began_on"),
    Relation("transfers", "组织关系转接", "member", _seen(Transfer), TRANSFERS,
             lambda row: f"{row.get_type_display()}（{row.get_state_display()}）", AFFAIRS),
    Relation("dues_standards", "党费标准", "member", _all(DuesStandard),
             (_code("category", "缴纳类别", Choices(own_codes.DUES_CATEGORIES)),
              _number("monthly_fen", "月应缴（元）", measure=Measure.FEN),
              Field("from_month", "生效月份", K.MONTH, "from_month")),
             lambda row: f"{row.from_month:%Y-%m} {row.category_label}", AFFAIRS, order="from_month"),
    Relation("dues", "党费月份", "member", _seen(DuesMonth),
             (Field("month", "所属月份", K.MONTH, "month"), _code("state", "状态", _of(MonthState)),
              _number("due_fen", "应缴（元）", measure=Measure.FEN),
              _number("paid_fen", "实缴（元）", measure=Measure.FEN)),
             lambda row: f"{row.month:%Y-%m} {row.get_state_display()}", AFFAIRS, order="month"),
    Relation("attendance", "参加组织生活和活动", "member",
             lambda role: Attendance.objects.filter(**reached(role, "gathering__organization"), excuse=""),
             (_code("kind", "类别", _of(GatheringKind), path="gathering__kind"),
              _code("meeting_type", "会议类型", Choices(own_codes.MEETING_TYPES), path="gathering__type"),
              _date("held_on", "日期", path="gathering__begins_at__date"),
              _code("state", "出席情况", Choices(own_codes.ATTENDANCE)),
              _code("gathering_state", "会议状态", _of(GatheringState), path="gathering__state")),
             lambda row: f"{_day(row.gathering.begins_at)} {row.shown_state}", AFFAIRS, joined=("gathering",)),
    Relation("registrations", "社区报到", "member", _all(Registration),
             (_text("community", "社区名称"), _date("began_on", "报到日期"), _date("ended_on", "撤销日期")),
             lambda row: f"{_day(row.began_on)} {row.community}", AFFAIRS, order="began_on"),
)
ORGANIZATION_RELATIONS = (
    Relation("terms", "届次", "organization", _all(Term),
             (_number("number", "届数"), _date("elected_on", "当选（换届）日期"), _date("ends_on", "届满日期"),
              Field("is_current", "当届", K.BOOLEAN, "is_current"),
              _code("method", "选举方式", Choices(org_codes.ELECTION_METHODS)),
              _number("voters_due", "应到会人数"), _number("voters_present", "实到会人数"),
              _number("committee_size", "委员数"), _text("document", "批准文号")),
             lambda row: f"第{row.number}届，{_day(row.ends_on)} 届满", order="elected_on"),
    Relation("posts", "班子成员", "term__organization", _all(Post),
             (*POSTS, _text("holder", "姓名", path="member__name", guard="member__organization", is_private=True)),
             lambda row: f"{row.member.name} {row.duty_label}", joined=("member", "term")),
    Relation("members", "党员", "organization",
             lambda role: Member.objects.active(),
             tuple(field for section in member_fields.SECTIONS for field in section.fields
                   if field.name != "organization"),
             str),
    Relation("gatherings", "组织生活和活动", "organization", _seen(Gathering), GATHERINGS, str, AFFAIRS,
             order="begins_at"),
    Relation("dues", "党费合计", "organization", lambda role: DuesTotal.objects.exclude(month=0),
             (_number("year", "年度"), _number("month", "月份"), _number("due_count", "应缴人次"),
              _number("paid_count", "已缴人次"), _number("due_fen", "应缴（元）", measure=Measure.FEN),
              _number("paid_fen", "实缴（元）", measure=Measure.FEN),
              _number("received_fen", "收款（元）", measure=Measure.FEN)),
             lambda row: f"{row.year}-{row.month:02d} 实缴 {row.paid_fen / 100:.2f} 元", AFFAIRS),
    Relation("leaving", "转出的组织关系", "source", _seen(Transfer), TRANSFERS, str, AFFAIRS),
    Relation("arriving", "转入的组织关系", "target", _seen(Transfer), TRANSFERS, str, AFFAIRS),
    Relation("renewals", "换届事项", "organization", _all(Renewal),
             (_code("kind", "事项", _of(RenewalKind)), _code("state", "状态", _of(RenewalState)),
              _date("planned_on", "拟选举日期")), str),
    Relation("moves", "上级党组织变更", "organization", _all(ParentChange),
             (_code("state", "状态", _of(ParentChange.State)), _text("document", "文号"),
              _date("decided_on", "审批日期", path="decided_at__date")), str),
)
ORGANIZATION = (
    Section("组织信息", (
        _text("full_name",      "党组织全称", width=44),
        _text("short_name",     "党组织简称", width=32),
        _text("code",           "党组织编码", width=16),
        Field("place",          "党组织（含下级）", K.PLACE, "pk", is_listed=False),
        Field("parent",         "上级党组织", K.PLACE, "parent", width=32),
        _code("org_type",       "组织类别", Choices(org_codes.ORG_TYPES)),
        _code("affiliation",    "党组织隶属关系", Choices(org_codes.AFFILIATIONS)),
        _date("founded_on",     "批准建立日期"),
        _text("founding_document", "批复文号"),
        Field("is_functional",  "功能型党支部", K.BOOLEAN, "is_functional"),
        Field("is_elderly_majority", "以老年党员为主", K.BOOLEAN, "is_elderly_majority"),
        _code("unit_relation",  "所在单位情况", Choices(org_codes.UNIT_RELATIONS)),
        _text("unit_name",      "所在单位", width=24),
        _text("contact_name",   "联系人"),
        _text("contact_phone",  "联系电话"),
        Field("may_develop",    "使用发展党员模块", K.BOOLEAN, "may_develop"),
        Field("may_approve",    "批准预备党员", K.BOOLEAN, "may_approve"),
        _date("dissolved_on",   "撤销日期"),
        _number("full_members", "正式党员（本支部）"),
        _number("probationary_members", "预备党员（本支部）"),
        _number("required_items", "应填项（本支部）"),
        _number("filled_items", "已填项（本支部）"),
    )),
    Section("扩展信息集", tuple(
        _text(name, label, path=f"profile__{name}")
        for name, label in (("address", "通讯地址"), ("postcode", "邮编"), ("fax", "传真"), ("venue", "活动场所"),
                            ("remark", "备注"))
    )),
)
TRANSFER = (
    Section("组织关系转接", (_text("name", "姓名", is_private=True, power=AFFAIRS),
                             *(field.renamed(power=AFFAIRS) for field in TRANSFERS),
                             Field("holder", "当前办理组织", K.PLACE, "holder", power=AFFAIRS))),
)
# fmt: on
