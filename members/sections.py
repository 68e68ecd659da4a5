"""The sections of a member's record beside 党统信息集: single items and tables. Source: screens.md 2.5.

Pages, forms, the printed record and the tests are made from `SECTIONS`.
"""

from dataclasses import dataclass
from typing import Any

from members.models import entries
from partyplatform.ui.columns import Column


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a section: its name in addresses, its model, what its list shows, what its form takes."""

    slug: str
    model: type[entries.Entry]
    columns: tuple[Column, ...]
    fields: tuple[str, ...]
    takes_files: bool = True

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its name in addresses, its label, single items (fields of MemberProfile) and tables."""

    slug: str
    label: str
    items: tuple[str, ...] = ()
    heading: str = ""  # of the single items, where it is not the label
    tables: tuple[Table, ...] = ()

    def table(self, slug: str) -> Table | None:
        return next((table for table in self.tables if table.slug == slug), None)


def _columns(*lines: str) -> tuple[Column, ...]:
    """Columns as "标题 name" or "标题 name kind"."""
    parts = (line.split() for line in lines)
    return tuple(Column(label, name, kind=kind[0] if kind else "text") for label, name, *kind in parts)


OFFICES = Table(
    "offices",
    entries.Office,
    _columns("单位 unit", "部门 department", "职务 title", "级别 rank")
    + _columns("开始日期 begins_on date", "结束日期 ends_on date", "是否现任 is_present bool"),
    ("unit", "department", "title", "rank", "begins_on", "ends_on"),
)
HONOURS = Table(
    "honours",
    entries.Honour,
    _columns("表彰 get_kind_display", "级别 get_level_display", "日期 given_on date")
    + _columns("批准机关 authority", "文号 document", "撤销日期 revoked_on date"),
    ("kind", "level", "given_on", "authority", "document", "revoked_on"),
)
PENALTIES = Table(
    "penalties",
    entries.Penalty,
    _columns("处分 get_kind_display", "日期 given_on date", "批准机关 authority")
    + _columns("文号 document", "原因 reason", "撤销日期 revoked_on date"),
    ("kind", "given_on", "authority", "document", "reason", "revoked_on"),
)
REVIEWS = Table(
    "reviews",
    entries.Review,
    _columns("年度 year number", "等次 get_grade_display", "处置 get_handling_display", "评议支部 branch"),
    ("year", "grade", "handling", "branch"),
)
HARDSHIPS = Table(
    "hardships",
    entries.Hardship,
    _columns("困难类型 kind", "认定日期 since_on date", "解除日期 until_on date", "帮扶措施 measures"),
    ("kind", "since_on", "until_on", "measures"),
)
RELATIVES = Table(
    "relatives",
    entries.Relative,
    _columns("称谓 relation", "姓名 name", "出生日期 born_on date")
    + _columns("政治面貌 get_politics_display", "工作单位及职务 unit"),
    ("relation", "name", "born_on", "politics", "unit"),
    takes_files=False,
)
SCHOOLING = Table(
    "schooling",
    entries.Schooling,
    _columns("学校 school", "专业 major", "学历 get_education_display")
    + _columns("学位 get_degree_display", "入学日期 begins_on date", "毕业日期 ends_on date"),
    ("school", "major", "education", "degree", "begins_on", "ends_on"),
)
TRAININGS = Table(
    "trainings",
    entries.Training,
    _columns(
        "培训名称 name", "主办单位 organizer", "开始日期 begins_on date", "结束日期 ends_on date", "学时 hours number"
    ),
    ("name", "organizer", "begins_on", "ends_on", "hours"),
)
_BASIC = (
    *("former_name", "marital_status", "health", "began_work_on", "has_kin_outside", "is_from_taiwan"),
    *("former_number", "household_place", "residence", "emergency_name", "emergency_phone"),
)
_MEMBERSHIP = ("introducers", "joining_branch", "joining_kind", "front_line")
_EXTENDED = ("is_volunteer", "specialty", "file_place", "flow_certificate", "remark")

SECTIONS = {
    section.slug: section
    for section in (
        Section("basic", "基本信息", items=_BASIC, tables=(SCHOOLING, RELATIVES)),
        Section("membership", "党籍信息", items=_MEMBERSHIP, heading="入党情况"),
        Section("duties", "党内职务信息"),
        Section("offices", "行政职务信息", tables=(OFFICES,)),
        Section("places", "组织关系信息"),
        Section("honours", "奖惩信息", tables=(HONOURS, PENALTIES)),
        Section("reviews", "民主评议信息", tables=(REVIEWS,)),
        Section("extended", "扩展信息集", items=_EXTENDED, tables=(TRAININGS, HARDSHIPS)),
    )
}


TABLES = {table.slug: table for section in SECTIONS.values() for table in section.tables}


def table_of(section: str, table: str) -> Any:
    """Return the table of a section by their names in addresses, None where there is none."""
    found = SECTIONS.get(section)
    return found.table(table) if found else None
