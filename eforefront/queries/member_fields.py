"""Every field of a member's record. Source: screens.md 2.5."""

import datetime
from typing import Any

from eforefront.queries.choosing import Choices
from eforefront.queries.fields import Field, Measure, Section
from eforefront.queries.kinds import Kind, Time
from members import codes, membership
from members.models import MemberProfile
from members.models.members import ADDRESSES, NUMBERS, PHONES
from members.models.profiles import EMERGENCY_PHONES, FORMER_NUMBERS, RESIDENCES
from partyplatform.masking import FieldClass

K, DAY, FACT = Kind, Time.DAY, Time.FACT
MASKED, SECRET = FieldClass.MASKED, FieldClass.SECRET


def profile(row: Any) -> MemberProfile:
    """Return what is recorded beside 党统信息集, an empty one where nothing is."""
    return row.profile if hasattr(row, "profile") else MemberProfile(member=row)


def years(row: Any, day: datetime.date) -> int | None:
    return row.age(day)


def seniority(row: Any, day: datetime.date) -> int | None:
    """Return 党龄 in full years, by the 人员类别 the row shows."""
    months = membership.seniority(row, on=day, correction=profile(row).seniority_correction)
    return None if months is None else months // 12


def _extra(name: str, label: str, kind: Kind, choices: Choices | None = None, **more: Any) -> Field:
    """A field of MemberProfile."""

    def shown(row: Any, day: datetime.date) -> Any:
        value = getattr(profile(row), name)
        return choices.display(value) if choices is not None and value else value

    return Field(f"profile_{name}", label, kind, f"profile__{name}", choices, shown=shown, **more)


def _sealed(name: str, label: str, path: str, mask: str, field_class: FieldClass, **more: Any) -> Field:
    """A sealed field, in lists as the page of a member masks it: `mask` is a property of the record."""

    def shown(row: Any, day: datetime.date) -> str:
        return getattr(profile(row) if path.startswith("profile__") else row, mask)

    kind = K.EXACT if path.endswith("_index") else K.PRESENCE
    return Field(name, label, kind, path, field_class=field_class, shown=shown, **more)


# fmt: off
PERSON = Section("基本信息", (
    Field("name",         "姓名",           K.TEXT,   "name", time=FACT, is_private=True, width=14),
    _sealed("id_number",  "身份证号",       "id_number_index", "masked_id_number", SECRET, column=NUMBERS, time=FACT,
            is_private=True, width=22),
    Field("gender",       "性别",           K.CODE,   "gender", Choices(codes.GENDERS), time=FACT, width=8),
    Field("ethnicity",    "民族",           K.CODE,   "ethnicity", Choices(codes.ETHNICITIES), time=FACT, width=12),
    Field("born_on",      "出生日期",       K.DATE,   "born_on", time=FACT),
    Field("age",          "年龄",           K.NUMBER, "born_on", time=DAY, measure=Measure.YEARS, shown=years, width=8),
    Field("native_place", "籍贯",           K.CODE,   "native_place", Choices(codes.REGIONS), time=FACT, width=24),
    Field("education",    "最高学历",       K.CODE,   "education", Choices(codes.EDUCATION), width=18),
    Field("title",        "职称",           K.CODE,   "title", Choices(codes.PROFESSIONAL_TITLES), width=18),
    Field("social_class", "新社会阶层情况", K.CODE,   "social_class", Choices(codes.NEW_SOCIAL_CLASSES), width=20),
    Field("job_post",     "工作岗位",       K.CODE,   "job_post", Choices(codes.JOB_POSTS), width=26),
    Field("is_migrant_worker", "农民工标识", K.BOOLEAN, "is_migrant_worker", width=10),
    _sealed("phone",      "联系方式",       "phone_index", "shown_phone", MASKED, column=PHONES, is_private=True),
    _sealed("address",    "家庭住址",       "address_sealed", "shown_address", SECRET, column=ADDRESSES, width=30),
))
MEMBERSHIP = Section("党籍信息", (
    Field("organization", "人员所在支部",   K.PLACE,  "organization", time=DAY, day_path="on_place", width=36),
    Field("category",     "人员类别",       K.CODE,   "category", Choices(pairs=tuple(codes.PersonCategory.choices)),
          time=DAY, day_path="on_category", width=12),
    Field("status",       "党籍状态",       K.CODE,   "status", Choices(pairs=tuple(codes.MembershipStatus.choices)),
          time=DAY, day_path="on_status", width=12),
    Field("joined_on",    "入党日期",       K.DATE,   "joined_on", time=FACT),
    Field("confirmed_on", "转正日期",       K.DATE,   "confirmed_on"),  # of whoever left before, not ours to know
    Field("seniority",    "党龄",           K.NUMBER, "confirmed_on", time=DAY, measure=Measure.SENIORITY,
          shown=seniority, width=8),
    Field("is_lost",      "是否为失联党员", K.BOOLEAN, "is_lost", width=8),
    Field("lost_since",   "失去联系日期",   K.MONTH,  "lost_since"),
    Field("is_floating",  "是否为流动党员", K.BOOLEAN, "is_floating", width=8),
    Field("floating_to",  "外出流向",       K.CODE,   "floating_to", Choices(codes.REGIONS), width=24),
    Field("percent",      "信息完整度（%）", K.NUMBER, "percent", width=12),
    _extra("introducers", "入党介绍人",     K.TEXT, is_private=True),
    _extra("joining_branch", "入党时所在支部", K.TEXT, width=30),
    _extra("joining_kind", "增加方式",      K.CODE,   Choices(codes.ADD_KINDS)),
    _extra("probation_months", "延长预备期（月）", K.NUMBER),
    _extra("probation_until", "预备期顺延至", K.DATE),
    _extra("front_line",  "一线情况",       K.CODE,   Choices(codes.FRONT_LINES)),
))
FURTHER = Section("补充和扩展信息", (
    _extra("former_name", "曾用名",         K.TEXT, is_private=True),
    _sealed("former_number", "曾用证件号",  "profile__former_number_sealed", "shown_former_number", SECRET,
            column=FORMER_NUMBERS, width=22),
    _extra("marital_status", "婚姻状况",    K.CODE,   Choices(codes.MARITAL_STATUSES)),
    _extra("health",      "健康状况",       K.TEXT),
    _extra("began_work_on", "参加工作日期", K.DATE),
    _extra("has_kin_outside", "港澳台属",   K.BOOLEAN),
    _extra("is_from_taiwan", "是否台湾省籍", K.BOOLEAN),
    _extra("household_place", "户口所在地", K.CODE,   Choices(codes.REGIONS), width=24),
    _sealed("residence",  "现居住地",       "profile__residence_sealed", "shown_residence", SECRET,
            column=RESIDENCES, width=30),
    _extra("emergency_name", "紧急联系人",  K.TEXT, is_private=True),
    _sealed("emergency_phone", "紧急联系电话", "profile__emergency_phone_sealed", "shown_emergency_phone", MASKED,
            column=EMERGENCY_PHONES),
    _extra("is_volunteer", "党员志愿者",    K.BOOLEAN),
    _extra("specialty",   "专业特长",       K.TEXT),
    _extra("file_place",  "党员档案所在单位", K.TEXT, width=26),
    _extra("flow_certificate", "流动证号",  K.TEXT),
    _extra("remark",      "备注",           K.TEXT, width=30),
))
# fmt: on
SECTIONS = (PERSON, MEMBERSHIP, FURTHER)
