"""The full record as columns of a workbook, numbers and addresses in clear. Source: screens.md 2.4."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from members import codes
from members.items import BY_FIELD
from members.models import Member, MemberProfile, Training
from members.models.members import ADDRESSES, PHONES
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn
from partyplatform.ui.columns import Column

AT_ONCE = 500
UNDECIPHERABLE = "无法解密"


@dataclass
class FullLine:
    """One member with everything the columns ask for."""

    member: Member
    profile: MemberProfile
    trainings: list[str] = field(default_factory=list)

    def item(self, name: str) -> str:
        return BY_FIELD[name].shown(getattr(self.member, name))

    @property
    def id_number(self) -> str:
        return clear(Member.id_number_column(), self.member)

    @property
    def phone(self) -> str:
        return clear(PHONES, self.member)

    @property
    def address(self) -> str:
        return clear(ADDRESSES, self.member)

    @property
    def marital_status(self) -> str:
        return codes.MARITAL_STATUSES.display(self.profile.marital_status)

    @property
    def front_line(self) -> str:
        return codes.FRONT_LINES.display(self.profile.front_line)

    @property
    def training(self) -> str:
        return "；".join(self.trainings)


@dataclass(frozen=True)
class ItemColumn(Column):
    """A column of 党统信息集, printed as its form prints it."""

    def value(self, row: Any) -> Any:
        return row.item(self.name)


# fmt: off
FULL_COLUMNS = (
    Column("姓名",               "member.name",                 width=14),
    Column("身份证号码",         "id_number",                   width=22, kind="code"),
    ItemColumn("性别",           "gender",                      width=8),
    ItemColumn("民族",           "ethnicity",                   width=12),
    ItemColumn("籍贯",           "native_place",                width=24),
    Column("是否台湾省籍",       "profile.is_from_taiwan",      width=12, kind="bool"),
    Column("出生日期",           "member.born_on",              width=14, kind="date"),
    ItemColumn("学历",           "education",                   width=18),
    Column("人员类别",           "member.get_category_display", width=12),
    Column("所在党组织",         "member.organization.full_name", width=50),
    Column("入党时间",           "member.joined_on",            width=14, kind="date"),
    Column("转正时间",           "member.confirmed_on",         width=14, kind="date"),
    ItemColumn("工作岗位",       "job_post",                    width=26),
    Column("参加工作日期",       "profile.began_work_on",       width=14, kind="date"),
    Column("家庭住址",           "address",                     width=50),
    Column("联系电话",           "phone",                       width=18, kind="code"),
    Column("婚姻状况",           "marital_status",              width=12),
    Column("党员档案所在单位",   "profile.file_place",          width=26),
    ItemColumn("技术职称",       "title",                       width=18),
    ItemColumn("新社会阶层类型", "social_class",                width=20),
    Column("一线情况",           "front_line",                  width=16),
    Column("培训情况",           "training",                    width=30),
    Column("是否农民工",         "member.is_migrant_worker",    width=12, kind="bool"),
    Column("是否失联党员",       "member.is_lost",              width=12, kind="bool"),
    Column("信息完整度(%)",      "member.completeness",         width=14, kind="number"),
)
# fmt: on


def full_lines(members: Iterable[Member]) -> Iterator[FullLine]:
    """Yield the members with profile and trainings, read for some hundreds at a time."""
    source = iter(members)
    while batch := list(islice(source, AT_ONCE)):
        profiles = {profile.member_id: profile for profile in MemberProfile.objects.filter(member__in=batch)}
        trainings = defaultdict(list)
        for training in Training.objects.filter(member__in=batch, removed_at=None).order_by("begins_on"):
            trainings[training.member_id].append(training.name)
        for member in batch:
            profile = profiles.get(member.pk) or MemberProfile(member=member)
            yield FullLine(member, profile, trainings[member.pk])


def clear(column: SealedColumn, member: Member) -> str:
    """Return a sealed cell in full, 无法解密 for one that does not open: one fault is no reason for no list at all."""
    try:
        return column.text(member)
    except Undecipherable:
        return UNDECIPHERABLE
