"""What tables can ask of a person or an organisation: the closed vocabulary of rows and columns.

Each fact has a name, what it is called, how it is tested and where it stands. Items that change in the course of a life
are asked as they were on the day of the report (`PastRecord`), the others as the record has them.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, DateField, Expression, F, IntegerField, Q, Value, When, lookups
from django.db.models.functions import Coalesce

from eforefront.statistics.conditions import Days, In, Span, Test, read_codes, read_range
from eforefront.statistics.frame import Frame
from members import codes
from members.codes import PersonCategory
from partyplatform.codetable import CodeTable

Where = Callable[[str, Frame], Any]
UNITS = {"years": 12, "months": 1}


@dataclass(frozen=True)
class Fact:
    """One fact. `kind` is codes, days, years or months; `codes` holds {code: its parent} of a coded one.

    `where` gives the expression for a path to the member ("member__") and a report; without one the source has it.
    """

    name: str
    label: str
    kind: str = "codes"
    codes: Mapping[str, str] | None = None
    where: Where | None = None

    def read(self, written: Any) -> Test:
        """Return the test that a file asks for; raises Unreadable."""
        if self.kind == "codes":
            return read_codes(written, self.codes or {})
        return read_range(written, of=self.kind)

    def settled(self, test: Test, frame: Frame) -> In | Days:
        """Return the test as days or codes: 31 to 35 years become the days of birth they mean on the day."""
        return test.days(frame.on, UNITS[self.kind]) if isinstance(test, Span) else test


def _table(table: CodeTable) -> dict[str, str]:
    return {code: row.parent for code, row in table.rows.items()}


def _plain(*values: str) -> dict[str, str]:
    return dict.fromkeys(values, "")


def text(path: str) -> Expression:
    """Return a text that is never NULL."""
    return Coalesce(F(path), Value(""), output_field=CharField())


def flag(condition: Any) -> Case:
    """Return "1" where a condition holds, else "0"."""
    return Case(When(condition, then=Value("1")), default=Value("0"), output_field=CharField())


def _dated(name: str) -> Where:
    """An item as it stood on the day of the report; `past` is the row of that day, where the item changed since."""

    def where(member: str, frame: Frame) -> Any:
        return Case(
            When(past__isnull=False, then=F(f"past__{name}")), default=F(f"{member}{name}"), output_field=CharField()
        )

    return where


def _front_line(member: str, frame: Frame) -> Any:
    now = text(f"{member}profile__front_line")
    return Case(When(past__isnull=False, then=F("past__front_line")), default=now, output_field=CharField())


def _migrant(member: str, frame: Frame) -> Any:
    now = Q(**{f"{member}is_migrant_worker": True})
    return flag(Q(past__isnull=False, past__is_migrant_worker=True) | (Q(past__isnull=True) & now))


def _item(name: str) -> Where:
    return lambda member, frame: text(f"{member}{name}")


def _day(name: str) -> Where:
    return lambda member, frame: F(f"{member}{name}")


WAYS = _table(codes.ADD_KINDS) | _table(codes.REMOVE_KINDS) | _plain("0", "?")
LEVELS = ("正高级", "副高级", "中级", "助理级", "员级")


def _titles() -> dict[str, str]:
    """{职称: its level}, so that "高级*" takes every title of the level; the notes of prof_title.csv say which."""
    found = _table(codes.PROFESSIONAL_TITLES)
    for code, row in codes.PROFESSIONAL_TITLES.rows.items():
        level = next((level for level in LEVELS if f"level: {level}" in row.note), "")
        if level:
            found[code] = level
    return found | dict.fromkeys(LEVELS, "")


REGIONS = dict.fromkeys({code[:2] for code in codes.REGIONS.rows}, "")
# fmt: off
FACTS = {fact.name: fact for fact in (
    Fact("gender",       "性别",           codes=_table(codes.GENDERS),             where=_item("gender")),
    Fact("ethnicity",    "民族",           codes=_table(codes.ETHNICITIES),         where=_item("ethnicity")),
    Fact("taiwan",       "台湾省籍",       codes=_plain("0", "1"),
         where=lambda member, frame: flag(Q(**{f"{member}profile__is_from_taiwan": True}))),
    Fact("age",          "年龄",           "years",                                 where=_day("born_on")),
    Fact("joined_on",    "入党日期",       "days",                                  where=_day("joined_on")),
    Fact("seniority",    "党龄",           "years",                                 where=_day("confirmed_on")),
    Fact("education",    "学历",           codes=_table(codes.EDUCATION),           where=_dated("education")),
    Fact("title",        "职称",           codes=_titles(),                         where=_dated("title")),
    Fact("social_class", "新社会阶层",     codes=_table(codes.NEW_SOCIAL_CLASSES),  where=_dated("social_class")),
    Fact("job_post",     "工作岗位",       codes=_table(codes.JOB_POSTS),           where=_dated("job_post")),
    Fact("migrant",      "农民工",         codes=_plain("0", "1"),                  where=_migrant),
    Fact("front_line",   "一线情况",       codes=_table(codes.FRONT_LINES),         where=_front_line),
    # What only some sources have.
    Fact("category",     "人员类别",       codes=_plain(*PersonCategory.values)),
    Fact("way",          "增加、减少方式", codes=WAYS),
    Fact("wrong",        "误录",           codes=_plain("0", "1")),
    Fact("expelled",     "出党类别",       codes=_table(codes.EXPEL_KINDS)),
    Fact("honour",       "表彰",           codes=_table(codes.HONOURS)),
    Fact("level",        "级别",           codes=_table(codes.HONOUR_LEVELS)),
    Fact("penalty",      "处分",           codes=_table(codes.DISCIPLINES)),
    Fact("outcome",      "预备期结果",     codes=_plain("open", "confirmed", "extended", "annulled")),
    Fact("due",          "预备期满",       codes=_plain("0", "1", "?")),
    Fact("extended",     "曾延长预备期",   codes=_plain("0", "1")),
    Fact("postponed",    "推迟讨论转正",   codes=_plain("0", "1")),
    Fact("recommended",  "经群团推优",     codes=_plain("0", "1")),
    Fact("model",        "先进模范人物",   codes=_plain("0", "1")),
    Fact("villager",     "在建制村发展",   codes=_plain("0", "1")),
    Fact("began",        "开展时间",       codes=_plain("before", "now", "later")),
    Fact("ended",        "结束时间",       codes=_plain("before", "now", "open")),
    Fact("takes_part",   "参加评议",       codes=_plain("0", "1")),
    Fact("grade",        "评议等次",       codes=_table(codes.REVIEW_GRADES)),
    Fact("handling",     "处置",           codes=_table(codes.REVIEW_HANDLING)),
    Fact("org_type",     "组织类别",       codes=_plain("611", "621", "631", "632", "911", "921", "931", "932")),
    Fact("lasting",      "计入基层组织",   codes=_plain("0", "1")),
    Fact("term",         "任期",           codes=_plain("none", "running", "expired")),
    Fact("renewed",      "报告期内换届",   codes=_plain("0", "1")),
    Fact("stage",        "发展阶段",       codes=_plain("applicant", "activist", "candidate")),
    Fact("scope",        "流动范围",       codes=_table(codes.FLOW_SCOPES)),
    Fact("reason",       "原因",           codes=_table(codes.FLOW_REASONS) | _table(codes.LOST_CONTACT_REASONS)),
    Fact("certificate",  "流动证",         codes=_plain("0", "1")),
    Fact("region",       "外出流向",       codes=REGIONS),
    Fact("abroad_way",   "出国（境）方式", codes=_table(codes.ABROAD_KINDS)),
    Fact("away_months",  "在外时间",       "months"),
    Fact("lost_years",   "失联时间",       "years"),
)}
# fmt: on
PERSONAL = tuple(fact.name for fact in FACTS.values() if fact.where is not None)


FEW = 4  # groups of codes up to which the database tells them apart; more are cheaper told apart here


@dataclass(frozen=True)
class Grouping:
    """How a statement groups by a fact, and what a group means: bit 0 is set where the first test holds, and so on."""

    expression: Any
    mask: Callable[[Any], int]


def grouping(fact: Fact, expression: Any, tests: list[In | Days], *, is_dear: bool = False) -> Grouping:
    """Return the grouping that keeps apart what these tests do, and as little else as is cheap.

    An expression that is dear, for it looks at other rows, is worked out once and its codes are told apart here.
    """
    if fact.kind != "codes":
        return Grouping(_pieces(expression, tests), int)
    named = sorted(set().union(*(test.values for test in tests if isinstance(test, In))))
    by_mask: dict[int, list[str]] = {}
    for value in named:
        by_mask.setdefault(_mask(tests, value), []).append(value)
    if is_dear or len(by_mask) > FEW:
        return Grouping(expression, lambda value: _mask(tests, value or ""))
    other = _mask(tests, "\0")  # no code at all
    whens = [
        When(lookups.In(expression, values), then=Value(mask)) for mask, values in by_mask.items() if mask != other
    ]
    return Grouping(Case(*whens, default=Value(other), output_field=IntegerField()), int)


def _pieces(expression: Any, tests: list[In | Days]) -> Case:
    """Cut the calendar where a test begins or ends; each piece has its number."""
    one = datetime.timedelta(days=1)
    ends = [test for test in tests if isinstance(test, Days)]
    starts = {test.low for test in ends if test.low} | {test.high + one for test in ends if test.high}
    whens = [
        When(
            lookups.GreaterThanOrEqual(expression, Value(start, output_field=DateField())),
            then=Value(_mask(tests, start)),
        )
        for start in sorted(starts, reverse=True)  # from the latest back
    ]
    missing = When(lookups.IsNull(expression, True), then=Value(0))
    before = Value(_mask(tests, datetime.date.min))
    return Case(missing, *whens, default=before, output_field=IntegerField())


def _mask(tests: list[In | Days], value: Any) -> int:
    return sum(1 << place for place, test in enumerate(tests) if test.holds(value))
