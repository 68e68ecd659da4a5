"""党统信息集 as one table: each item with its label, kind and code table.

The form, the completeness rules, sheets, batch changes and exports read it. Source: screens.md 2.5.
"""

from dataclasses import dataclass
from enum import StrEnum

from members import codes
from partyplatform.codetable import CodeTable


class Kind(StrEnum):
    """How an item is typed and kept."""

    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    CODE = "code"
    REGION = "region"
    YES_NO = "yes_no"
    SEALED = "sealed"
    FIXED = "fixed"  # shown here, changed by a procedure of its own


class Group(StrEnum):
    """The headings of the form."""

    PERSON = "人员情况"
    MEMBERSHIP = "党籍情况"
    CONTACT = "联系信息"


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `reviewed`: once filled, the branch proposes and the organisation above decides (screens.md 2.11).

    `batch`: may be changed for many members at once (screens.md 2.10). `table` holds the codes of a CODE or REGION.
    """

    field: str
    label: str
    group: Group
    kind: Kind
    table: CodeTable | None = None
    hint: str = ""
    reviewed: bool = False
    batch: bool = False
    wide: bool = False

    def shown(self, value: object) -> str:
        """Return a stored value as pages print it; sealed values are never shown this way."""
        if value in ("", None) or self.kind is Kind.SEALED:
            return ""
        if self.kind is Kind.YES_NO:
            return "是" if value else "否"
        if self.kind is Kind.MONTH:
            return f"{value:%Y-%m}"
        if self.kind is Kind.REGION:
            return region_name(str(value))
        return self.table.display(str(value)) if self.table is not None else str(value)


_PLACE = "填写祖居地，不是出生地"
_TITLE = "没有职称的，请选择“无”"
_CLASS = "不属于新社会阶层的，请选择“无-”"
_PHONE = "例：座机 010-00001111，手机 18088880000"
P, M, C = Group
K = Kind
# fmt: off
ITEMS = (
    Item("name",              "姓名",             P, K.TEXT,   hint="与身份证一致", reviewed=True),
    Item("gender",            "性别",             P, K.CODE,   codes.GENDERS),
    Item("ethnicity",         "民族",             P, K.CODE,   codes.ETHNICITIES, batch=True),
    Item("born_on",           "出生日期",         P, K.DATE,   hint="以干部人事档案为准"),
    Item("id_number",         "证件号码",         P, K.FIXED),
    Item("native_place",      "籍贯",             P, K.REGION, codes.REGIONS, _PLACE, batch=True),
    Item("education",         "最高学历",         P, K.CODE,   codes.EDUCATION, batch=True),
    Item("title",             "职称",             P, K.CODE,   codes.PROFESSIONAL_TITLES, _TITLE, batch=True),
    Item("social_class",      "新社会阶层情况",   P, K.CODE,   codes.NEW_SOCIAL_CLASSES, _CLASS, batch=True),
    Item("job_post",          "工作岗位",         P, K.CODE,   codes.JOB_POSTS, batch=True),
    Item("is_migrant_worker", "农民工标识",       P, K.YES_NO, hint="工勤技能人员填写", batch=True),
    Item("category",          "人员类别",         M, K.FIXED),
    Item("joined_on",         "入党日期",         M, K.DATE,   hint="支部大会通过接收为预备党员的日期", reviewed=True),
    Item("confirmed_on",      "转正日期",         M, K.DATE,   hint="预备期满的日期，转正后须填写", reviewed=True),
    Item("status",            "党籍状态",         M, K.FIXED),
    Item("is_lost",           "是否为失联党员",   M, K.YES_NO),
    Item("lost_since",        "失去联系日期",     M, K.MONTH,  hint="失联党员填写，精确到月，如 2026-05"),
    Item("is_floating",       "是否为流动党员",   M, K.YES_NO),
    Item("floating_to",       "外出流向",         M, K.REGION, codes.REGIONS, hint="流动党员填写"),
    Item("phone",             "联系方式",         C, K.SEALED, hint=_PHONE, batch=True),
    Item("address",           "家庭住址",         C, K.SEALED, hint="填写到门牌号", batch=True, wide=True),
)
# fmt: on
BY_FIELD = {item.field: item for item in ITEMS}


def region_name(code: str) -> str:
    """Return 北京市东城区 for 110101; of a code withdrawn since, its old name with a mark."""
    table = codes.REGIONS if code in codes.REGIONS else codes.RETIRED_REGIONS
    if code not in table:
        return code
    names = []
    row = table.rows.get(code)
    while row is not None:
        names.append(row.name)
        row = codes.REGIONS.rows.get(row.parent)
    mark = "（已撤销的区划）" if table is codes.RETIRED_REGIONS else ""
    return "".join(reversed(names)) + mark
