"""Every field of what is asked for beside members: organisations, the rows that hang on them. Source: screens.md 2.8.

`guard` stands at names of people who may be out of reach: whoever sees the row reads them, but only those in reach are
found by them.
"""

import datetime
from typing import Any

from eforefront.models.development import APPLICANT_NUMBERS
from eforefront.queries.choosing import Choices
from eforefront.queries.fields import Field, Measure, Section, coded, dated, number, text
from eforefront.queries.kinds import Kind, Time
from eforefront.queries.relations import DEVELOPMENTS, DUES_MONTHS, GATHERINGS, POSTS, TRANSFERS
from members import codes
from orgs import codes as org_codes
from partyplatform.masking import FieldClass

K, DAY, FACT = Kind, Time.DAY, Time.FACT


def _years(row: Any, day: datetime.date) -> int | None:
    if row.born_on is None:
        return None
    return day.year - row.born_on.year - ((day.month, day.day) < (row.born_on.month, row.born_on.day))


# fmt: off
ORGANIZATION = (
    Section("组织信息", (
        text("full_name",      "党组织全称", width=44),
        text("short_name",     "党组织简称", width=32),
        text("code",           "党组织编码", width=16, time=FACT),
        Field("place",          "党组织（含下级）", K.PLACE, "pk", is_listed=False, time=DAY),
        Field("parent",         "上级党组织", K.PLACE, "parent", width=32, time=DAY, day_path="on_parent"),
        coded("org_type",       "组织类别", Choices(org_codes.ORG_TYPES), time=DAY, day_path="on_type"),
        coded("affiliation",    "党组织隶属关系", Choices(org_codes.AFFILIATIONS)),
        dated("founded_on",     "批准建立日期", time=FACT),
        text("founding_document", "批复文号"),
        Field("is_functional",  "功能型党支部", K.BOOLEAN, "is_functional", time=DAY, day_path="on_functional"),
        Field("is_elderly_majority", "以老年党员为主", K.BOOLEAN, "is_elderly_majority"),
        coded("unit_relation",  "所在单位情况", Choices(org_codes.UNIT_RELATIONS)),
        text("unit_name",      "所在单位", width=24),
        text("contact_name",   "联系人"),
        text("contact_phone",  "联系电话"),
        Field("may_develop",    "使用发展党员模块", K.BOOLEAN, "may_develop"),
        Field("may_approve",    "批准预备党员", K.BOOLEAN, "may_approve"),
        dated("dissolved_on",   "撤销日期", time=DAY, day_path="on_dissolved"),
        number("full_members", "正式党员（本支部）"),
        number("probationary_members", "预备党员（本支部）"),
        number("required_items", "应填项（本支部）"),
        number("filled_items", "已填项（本支部）"),
    )),
    Section("扩展信息集", tuple(
        text(name, label, path=f"profile__{name}")
        for name, label in (("address", "通讯地址"), ("postcode", "邮编"), ("fax", "传真"), ("venue", "活动场所"),
                            ("remark", "备注"))
    )),
)
POST = (
    Section("党内职务", (
        text("holder",       "姓名", path="member__name", guard="member__organization", is_private=True, width=14),
        Field("organization", "任职组织",       K.PLACE, "term__organization", width=36, time=FACT),
        *POSTS,
        number("term",       "届数",           path="term__number", time=FACT),
        dated("elected_on",   "当选（换届）日期", path="term__elected_on", time=FACT),
        dated("ends_on",      "届满日期",       path="term__ends_on"),
    )),
)
TRANSFER = (
    Section("组织关系转接", (
        text("name", "姓名", is_private=True, width=14),
        *TRANSFERS,
        Field("holder", "当前办理组织", K.PLACE, "holder", width=32),
    )),
)
DUES = (
    Section("党费月份", (
        text("name",         "姓名", path="member__name", guard="member__organization", is_private=True, width=14),
        Field("organization", "收缴党支部",     K.PLACE, "organization", width=36),
        *DUES_MONTHS,
    )),
)
GATHERING = (
    Section("组织生活和活动", (
        Field("organization", "党组织",         K.PLACE, "organization", width=36),
        *GATHERINGS,
        text("place",        "地点",           width=24),
        text("chair",        "主持人",         is_private=True),
        Field("is_study",     "计入学时",       K.BOOLEAN, "is_study"),
        Field("is_late_entry", "补录",          K.BOOLEAN, "is_late_entry"),
        dated("recorded_on",  "提交日期",       path="recorded_at__date"),
        dated("reviewed_on",  "审阅日期",       path="reviewed_at__date"),
    )),
)
APPLICANT = (
    Section("申请人", (
        text("name",         "姓名",           is_private=True, width=14),
        Field("id_number",    "身份证号",       K.EXACT, "id_number_index", field_class=FieldClass.SECRET,
              column=APPLICANT_NUMBERS, shown=lambda row, day: row.masked_id_number if row.id_number_index else "",
              is_private=True, width=22),
        coded("gender",       "性别",           Choices(codes.GENDERS), width=8),
        coded("ethnicity",    "民族",           Choices(codes.ETHNICITIES), width=12),
        dated("born_on",      "出生日期"),
        Field("age",          "年龄",           K.NUMBER, "born_on", measure=Measure.YEARS, shown=_years, width=8),
        coded("native_place", "籍贯",           Choices(codes.REGIONS), width=24),
        coded("education",    "最高学历",       Choices(codes.EDUCATION), width=18),
        coded("job_post",     "工作岗位",       Choices(codes.JOB_POSTS), width=26),
        text("post",         "单位、职务或专业、班级", width=26),
    )),
    Section("发展党员", (
        Field("organization", "所在支部",       K.PLACE, "organization", width=36),
        Field("holder",       "办理组织",       K.PLACE, "holder", width=36),
        *DEVELOPMENTS,
    )),
)
# fmt: on
