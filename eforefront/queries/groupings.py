"""随机统计: what rows and columns of a table can stand for. Source: screens.md 2.8.

Each heading is a condition, so a figure and the list behind it are one question asked twice. Bands of numbers and dates
are data (data/band.csv).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eforefront import codes
from eforefront.queries.definition import Condition
from eforefront.queries.fields import Field
from eforefront.queries.kinds import Kind
from eforefront.queries.subjects import SUBJECTS
from members.codes import EDUCATION
from orgs.models import Organization

NOT_KNOWN = "未填"
OTHER = "其他"
MOST_PLACES = 60
_STATED = "stat column: "


@dataclass(frozen=True, slots=True)
class Heading:
    """One row or column: its label and the conditions that put somebody there, all of them."""

    label: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """`headings(role, field)` leave nobody out and count nobody twice."""

    name: str
    label: str
    field: str
    headings: Callable[[Any, Field], Sequence[Heading]]
    subject: str = "member"

    def of(self, role: Any) -> list[Heading]:
        field = SUBJECTS[self.subject].fields[self.field]
        found = list(self.headings(role, field))
        return found if field.kind is Kind.PLACE else [*found, Heading(NOT_KNOWN, (Condition(self.field, "empty"),))]


def bands(name: str) -> Callable[[Any, Field], list[Heading]]:
    """Bands of a number or a date, by their name in the data."""

    def headings(role: Any, field: Field) -> list[Heading]:
        rows = [row for row in codes.BANDS.rows if row["grouping"] == name]
        return [Heading(row["label"], (_within(field, row["low"], row["high"]),)) for row in rows]

    return headings


def _within(field: Field, low: str, high: str) -> Condition:
    upwards, downwards = ("from", "until") if field.kind is Kind.DATE else ("at_least", "at_most")
    if low and high:
        return Condition(field.name, "between", (low, high))
    return Condition(field.name, upwards, (low,)) if low else Condition(field.name, downwards, (high,))


def each_code(role: Any, field: Field) -> list[Heading]:
    """Each code at the top of the table, with what is below it."""
    choices = field.choices
    assert choices is not None
    if choices.table is None:
        tops = list(choices.pairs)
    else:
        tops = [(row.code, choices.table.label(row.code)) for row in choices.table if _is_top(choices, row)]
    known = [Heading(label, (Condition(field.name, "within", (code,)),)) for code, label in tops]
    return [*known, _rest(field, [code for code, _ in tops])]


def _is_top(choices: Any, row: Any) -> bool:
    return not row.parent and row.code not in choices.table.withheld


def education(role: Any, field: Field) -> list[Heading]:
    """The six columns of the yearly statistics. Source: the notes of education.csv."""
    found: dict[str, list[str]] = {}
    for row in EDUCATION:
        if row.note.startswith(_STATED):
            found.setdefault(row.note.removeprefix(_STATED), []).append(row.code)
    known = [Heading(label, (Condition(field.name, "within", tuple(rows)),)) for label, rows in found.items()]
    return [*known, _rest(field, [code for rows in found.values() for code in rows])]


def ethnicity(role: Any, field: Field) -> list[Heading]:
    """汉族, 少数民族; 97 and 98 apart. Source: statistics.md 3."""
    apart = ("97", "98")
    minorities = tuple(row.code for row in field.choices.table if row.code not in ("01", *apart))  # type: ignore
    return [
        Heading("汉族", (Condition(field.name, "within", ("01",)),)),
        Heading("少数民族", (Condition(field.name, "within", minorities),)),
        _rest(field, ["01", *minorities]),
    ]


def yes_no(role: Any, field: Field) -> list[Heading]:
    return [Heading("是", (Condition(field.name, "yes"),)), Heading("否", (Condition(field.name, "no"),))]


def places(role: Any, field: Field) -> list[Heading]:
    """The organisations directly below the reader's own, each with what is below it; the rest is the own one."""
    below = Organization.objects.visible_to(role).filter(parent=role.organization_id).living().in_tree_order()
    found = list(below[: MOST_PLACES + 1])
    if len(found) > MOST_PLACES:
        found = []
    ids = tuple(str(row.pk) for row in found)
    known = [Heading(row.short_name, (Condition(field.name, "within", (str(row.pk),)),)) for row in found]
    rest = (Condition(field.name, "outside", ids),) if ids else ()
    return [*known, Heading("本级和其他" if ids else "全部", rest)]


def _rest(field: Field, known: Sequence[str]) -> Heading:
    """Codes no heading names: those of other editions."""
    return Heading(OTHER, (Condition(field.name, "filled"), Condition(field.name, "outside", tuple(known))))


# fmt: off
GROUPINGS = {grouping.name: grouping for grouping in (
    Grouping("gender",       "性别",           "gender",       each_code),
    Grouping("age",          "年龄",           "age",          bands("age")),
    Grouping("decade",       "年龄（每 10 岁）", "age",        bands("decade")),
    Grouping("seniority",    "党龄",           "seniority",    bands("seniority")),
    Grouping("joined",       "入党时间",       "joined_on",    bands("joined")),
    Grouping("ethnicity",    "民族",           "ethnicity",    ethnicity),
    Grouping("education",    "学历",           "education",    education),
    Grouping("job",          "工作岗位",       "job_post",     each_code),
    Grouping("social_class", "新社会阶层",     "social_class", each_code),
    Grouping("category",     "人员类别",       "category",     each_code),
    Grouping("organization", "下级党组织",     "organization", places),
    Grouping("lost",         "是否失联",       "is_lost",      yes_no),
    Grouping("floating",     "是否流动",       "is_floating",  yes_no),
    Grouping("front_line",   "一线情况",       "profile_front_line", each_code),
    Grouping("marital",      "婚姻状况",       "profile_marital_status", each_code),
    Grouping("completeness", "信息完整度",     "percent",      bands("percent")),
    Grouping("org_type",     "组织类别",       "org_type",     each_code, "organization"),
    Grouping("affiliation",  "党组织隶属关系", "affiliation",  each_code, "organization"),
    Grouping("unit",         "所在单位情况",   "unit_relation", each_code, "organization"),
    Grouping("functional",   "功能型党支部",   "is_functional", yes_no, "organization"),
    Grouping("elderly",      "以老年党员为主", "is_elderly_majority", yes_no, "organization"),
    Grouping("duty",         "党内职务",       "duty",         each_code, "post"),
    Grouping("appointment",  "任职方式",       "appointment",  each_code, "post"),
    Grouping("post_place",   "下级党组织",     "organization", places, "post"),
    Grouping("transfer_type", "转接类型",      "type",         each_code, "transfer"),
    Grouping("transfer_state", "状态",         "state",        each_code, "transfer"),
    Grouping("cause",        "转接原因",       "cause",        each_code, "transfer"),
    Grouping("dues_state",   "状态",           "state",        each_code, "dues"),
    Grouping("dues_place",   "下级党组织",     "organization", places, "dues"),
    Grouping("gathering_type", "类型",         "meeting_type", each_code, "gathering"),
    Grouping("gathering_state", "状态",        "state",        each_code, "gathering"),
    Grouping("gathering_place", "下级党组织",  "organization", places, "gathering"),
    Grouping("stage",        "当前阶段",       "stage",        each_code, "applicant"),
    Grouping("applicant_state", "状态",        "state",        each_code, "applicant"),
    Grouping("applicant_gender", "性别",       "gender",       each_code, "applicant"),
    Grouping("applicant_age", "年龄",          "age",          bands("age"), "applicant"),
    Grouping("applicant_education", "学历",    "education",    education, "applicant"),
    Grouping("applicant_place", "下级党组织",  "organization", places, "applicant"),
)}
# fmt: on


def groupings_of(subject: str) -> list[Grouping]:
    return [grouping for grouping in GROUPINGS.values() if grouping.subject == subject]
