"""Rows that hang on what is asked for: some of them with this and that, none, so many. Data; the compiler asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.powers import Power
from eforefront import codes as own_codes
from eforefront.development.states import WAYS as RECOMMENDING_WAYS
from eforefront.development.states import State as ApplicantState
from eforefront.gatherings import Kind as GatheringKind
from eforefront.gatherings import State as GatheringState
from eforefront.models import Applicant, Attendance, DuesMonth, DuesStandard, DuesTotal, Gathering, Registration
from eforefront.models.dues_ledger import MonthState
from eforefront.queries import member_fields
from eforefront.queries.choosing import Choices
from eforefront.queries.fields import Field, Measure, coded, dated, number, text
from eforefront.queries.kinds import Kind, Time
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
from orgs.models import ParentChange, Renewal, Term
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


GATHERING_TYPES = Choices(pairs=(*own_codes.MEETING_TYPES.choices, *own_codes.ACTIVITY_TYPES.choices))
# fmt: off
POSTS = (
    coded("duty",         "党内职务",       Choices(codes.PARTY_DUTIES), time=Time.FACT),
    coded("appointment",  "任职方式",       Choices(codes.APPOINTMENT_KINDS), time=Time.FACT),
    dated("started_on",   "任职日期", time=Time.FACT),
    dated("ended_on",     "离任日期"),
    Field("is_current",   "当届",           K.BOOLEAN, "term__is_current"),
    text("document",     "批准文号"),
    text("portfolio",    "分工"),
)
TRANSFERS = (
    coded("type",         "转接类型",       _of(TransferType)),
    coded("state",        "状态",           _of(TransferState)),
    Field("source",       "转出组织",       K.PLACE, "source", shown=lambda row, day: row.source_name, width=32),
    Field("target",       "转入组织",       K.PLACE, "target", shown=lambda row, day: row.target_name, width=32),
    coded("cause",        "转接原因",       _of(Cause)),
    dated("started_on",   "发起日期",       path="started_at__date"),
    dated("released_on",  "介绍信日期"),
    dated("valid_until",  "介绍信有效期至"),
    dated("due_on",       "办理期限"),
    dated("finished_on",  "办结日期"),
    Field("dues_paid_to", "党费交至",       K.MONTH, "dues_paid_to"),
)
GATHERINGS = (
    coded("kind",         "类别",           _of(GatheringKind)),
    coded("meeting_type", "类型",           GATHERING_TYPES, path="type"),
    dated("held_on",      "日期",           path="begins_at__date"),
    text("topic",        "主题"),
    coded("state",        "状态",           _of(GatheringState)),
    number("due",        "应到"),
    number("present",    "实到"),
)
DUES_MONTHS = (
    Field("month",        "所属月份",       K.MONTH, "month"),
    coded("state",        "状态",           _of(MonthState)),
    number("due_fen",    "应缴（元）",     measure=Measure.FEN),
    number("paid_fen",   "实缴（元）",     measure=Measure.FEN),
    text("cause",        "暂停原因"),
)
DEVELOPMENTS = (
    coded("state",        "状态",           _of(ApplicantState)),
    coded("stage",        "当前阶段",       Choices(own_codes.DEVELOPMENT_STAGES)),
    coded("step",         "当前步骤",       Choices(own_codes.DEVELOPMENT_STEPS), width=30),
    dated("due_on",       "办理期限"),
    dated("applied_on",   "申请入党日期"),
    dated("activist_on",  "确定为积极分子日期"),
    dated("candidate_on", "确定为发展对象日期"),
    dated("joined_on",    "入党日期"),
    dated("approved_on",  "批准为预备党员日期"),
    dated("probation_ends_on", "预备期满日期"),
    Field("is_extended",  "延长过预备期",   K.BOOLEAN, "is_extended"),
    coded("recommended",  "推荐方式",       Choices(pairs=RECOMMENDING_WAYS)),
    dated("postponed_to", "推迟讨论至"),
    dated("confirmed_on", "转正日期"),
    dated("observed_on",  "最近考察日期"),
    dated("reported_on",  "最近思想汇报日期"),
    dated("ended_on",     "结束日期"),
)
MEMBER_RELATIONS = (
    Relation("posts", "党内职务", "member", _all(Post),
             (*POSTS, Field("organization", "任职组织", K.PLACE, "term__organization")),
             _post_told,
             joined=("term__organization",)),
    Relation("offices", "行政职务", "member", _lines(Office),
             (text("unit", "单位"), text("department", "部门"), text("title", "职务"), text("rank", "级别"),
              dated("begins_on", "开始日期"), dated("ends_on", "结束日期")), str),
    Relation("standings", "党籍变动", "member", _all(Standing),
             (Field("organization", "所在支部", K.PLACE, "organization"),
              coded("category", "人员类别", _of(codes.PersonCategory)),
              coded("status", "党籍状态", _of(codes.MembershipStatus)),
              dated("begins_on", "开始日期"), dated("ends_on", "结束日期"), text("cause", "变动"),
              coded("kind", "增加、减少方式", Choices(codes.ADD_KINDS)), text("document", "依据、文号")),
             lambda row: f"{_day(row.begins_on)} {row.cause}", order="begins_on"),
    Relation("honours", "表彰", "member", _lines(Honour),
             (coded("kind", "表彰", Choices(pairs=tuple(codes.MEMBER_HONOURS))),
              coded("level", "级别", Choices(codes.HONOUR_LEVELS)), dated("given_on", "日期"),
              text("authority", "批准机关"), dated("revoked_on", "撤销日期")),
             lambda row: f"{row.given_on.year} {row.get_kind_display()}", order="given_on"),
    Relation("penalties", "处分", "member", _lines(Penalty),
             (coded("kind", "处分", Choices(codes.DISCIPLINES)), dated("given_on", "日期"),
              text("authority", "批准机关"), text("reason", "原因"), dated("revoked_on", "撤销日期")),
             lambda row: f"{row.given_on.year} {row.get_kind_display()}", order="given_on"),
    Relation("reviews", "民主评议", "member", _lines(Review),
             (number("year", "年度"), coded("grade", "等次", Choices(codes.REVIEW_GRADES)),
              coded("handling", "处置", Choices(codes.REVIEW_HANDLING)), text("branch", "评议支部")),
             str, order="year"),
    Relation("schooling", "学历学位", "member", _lines(Schooling),
             (text("school", "学校"), text("major", "专业"), coded("education", "学历", Choices(codes.EDUCATION)),
              coded("degree", "学位", Choices(codes.DEGREES)), dated("begins_on", "入学日期"),
              dated("ends_on", "毕业日期")), str),
    Relation("trainings", "培训", "member", _lines(Training),
             (text("name", "培训名称"), text("organizer", "主办单位"), dated("begins_on", "开始日期"),
              dated("ends_on", "结束日期"), number("hours", "学时")), str, order="begins_on"),
    Relation("hardships", "困难情况", "member", _lines(Hardship),
             (text("kind", "困难类型"), dated("since_on", "认定日期"), dated("until_on", "解除日期"),
              text("measures", "帮扶措施")), str),
    Relation("relatives", "家庭成员", "member", _lines(Relative),
             (text("relation", "称谓"), text("name", "姓名", is_private=True), dated("born_on", "出生日期"),
              coded("politics", "政治面貌", Choices(codes.POLITICS)), text("unit", "工作单位及职务")), str),
    Relation("matters", "流动、失联、出国（境）、暂留", "member", _all(Matter),
             (coded("procedure", "业务", Choices(pairs=tuple((p.slug, p.label) for p in PROCEDURES.values()))),
              coded("state", "状态", _of(State)), dated("began_on", "开始日期"), dated("ends_on", "截止日期"),
              dated("ended_on", "办结日期"), coded("region", "外出流向", Choices(codes.REGIONS)),
              coded("scope", "流动范围", Choices(codes.FLOW_SCOPES)), text("country", "国家（地区）"),
              coded("way", "出国（境）方式", Choices(codes.ABROAD_KINDS)), text("certificate", "流动证号")),
             str, order="began_on"),
    Relation("transfers", "组织关系转接", "member", _seen(Transfer), TRANSFERS,
             lambda row: f"{row.get_type_display()}（{row.get_state_display()}）", AFFAIRS),
    Relation("dues_standards", "党费标准", "member", _all(DuesStandard),
             (coded("category", "缴纳类别", Choices(own_codes.DUES_CATEGORIES)),
              number("monthly_fen", "月应缴（元）", measure=Measure.FEN),
              Field("from_month", "生效月份", K.MONTH, "from_month")),
             lambda row: f"{row.from_month:%Y-%m} {row.category_label}", AFFAIRS, order="from_month"),
    Relation("dues", "党费月份", "member", _seen(DuesMonth),
             DUES_MONTHS,
             lambda row: f"{row.month:%Y-%m} {row.get_state_display()}", AFFAIRS, order="month"),
    Relation("attendance", "参加组织生活和活动", "member",
             lambda role: Attendance.objects.filter(gathering__in=_seen(Gathering)(role).order_by().values("pk"),
                                                    excuse=""),
             (coded("kind", "类别", _of(GatheringKind), path="gathering__kind"),
              coded("meeting_type", "类型", GATHERING_TYPES, path="gathering__type"),
              dated("held_on", "日期", path="gathering__begins_at__date"),
              coded("state", "出席情况", Choices(own_codes.ATTENDANCE)),
              coded("gathering_state", "会议状态", _of(GatheringState), path="gathering__state")),
             lambda row: f"{_day(row.gathering.begins_at)} {row.shown_state}", AFFAIRS, joined=("gathering",)),
    Relation("registrations", "社区报到", "member", _all(Registration),
             (text("community", "社区名称"), dated("began_on", "报到日期"), dated("ended_on", "撤销日期")),
             lambda row: f"{_day(row.began_on)} {row.community}", AFFAIRS, order="began_on"),
    Relation("developments", "发展党员", "member", _seen(Applicant), DEVELOPMENTS,
             lambda row: f"{row.standing}（{row.get_state_display()}）", AFFAIRS),
)
ORGANIZATION_RELATIONS = (
    Relation("terms", "届次", "organization", _all(Term),
             (number("number", "届数"), dated("elected_on", "当选（换届）日期"), dated("ends_on", "届满日期"),
              Field("is_current", "当届", K.BOOLEAN, "is_current"),
              coded("method", "选举方式", Choices(org_codes.ELECTION_METHODS)),
              number("voters_due", "应到会人数"), number("voters_present", "实到会人数"),
              number("committee_size", "委员数"), text("document", "批准文号")),
             lambda row: f"第 {row.number} 届，{_day(row.ends_on)} 届满", order="elected_on"),
    Relation("posts", "班子成员", "term__organization", _all(Post),
             (*POSTS, text("holder", "姓名", path="member__name", guard="member__organization", is_private=True)),
             lambda row: f"{row.member.name} {row.duty_label}", joined=("member", "term")),
    Relation("members", "党员", "organization",
             lambda role: Member.objects.active(),
             tuple(field for section in member_fields.SECTIONS for field in section.fields
                   if field.name != "organization"),
             str),
    Relation("gatherings", "组织生活和活动", "organization", _seen(Gathering), GATHERINGS, str, AFFAIRS,
             order="begins_at"),
    Relation("dues", "党费合计", "organization", lambda role: DuesTotal.objects.exclude(month=0),
             (number("year", "年度"), number("month", "月份"), number("due_count", "应缴人次"),
              number("paid_count", "已缴人次"), number("due_fen", "应缴（元）", measure=Measure.FEN),
              number("paid_fen", "实缴（元）", measure=Measure.FEN),
              number("received_fen", "收款（元）", measure=Measure.FEN)),
             lambda row: f"{row.year}-{row.month:02d} 实缴 {row.paid_fen / 100:.2f} 元", AFFAIRS),
    Relation("developments", "发展党员", "organization", _seen(Applicant), DEVELOPMENTS,
             lambda row: f"{row.name} {row.standing}", AFFAIRS),
    Relation("leaving", "转出的组织关系", "source", _seen(Transfer), TRANSFERS, str, AFFAIRS),
    Relation("arriving", "转入的组织关系", "target", _seen(Transfer), TRANSFERS, str, AFFAIRS),
    Relation("renewals", "换届事项", "organization", _all(Renewal),
             (coded("kind", "事项", _of(RenewalKind)), coded("state", "状态", _of(RenewalState)),
              dated("planned_on", "拟选举日期")), str),
    Relation("moves", "上级党组织变更", "organization", _all(ParentChange),
             (coded("state", "状态", _of(ParentChange.State)), text("document", "文号"),
              dated("decided_on", "审批日期", path="decided_at__date")), str),
)
# fmt: on
