"""信息校核: what may be wrong in a stored record, by kind. Source: screens.md 2.5, 2.11, 4.

A kind names the columns it looks at: once somebody has confirmed that a record is right, the doubt comes back only
when one of those has changed.
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import models

from members import record_checks
from orgs.dates import add_months

WORKING_AGE = 14


class DoubtState(models.TextChoices):
    OPEN = "open", "待核对"
    CONFIRMED = "confirmed", "已确认无误"
    GONE = "gone", "已更正"


@dataclass(frozen=True, slots=True)
class DoubtKind:
    slug: str
    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What other rows say that a doubt looks at. A mobile number is compared under the newest key only."""

    began_work_on: datetime.date | None = None
    is_phone_shared: bool = False


_CODED = ("gender", "native_place", "education", "title", "social_class", "job_post")
_DATES = ("joined_on", "confirmed_on")
# fmt: off
KINDS = {kind.slug: kind for kind in (
    DoubtKind("born",    "出生日期与身份证号不一致", ("born_on", "id_number_index")),
    DoubtKind("long",    "预备期过长",               _DATES),
    DoubtKind("short",   "预备期不足一年",           _DATES),
    DoubtKind("faulty",  "不符合填写规则",           ("name", "born_on", "category", "lost_since", *_DATES, *_CODED)),
    DoubtKind("number",  "没有身份证号",             ("id_number_index",)),
    DoubtKind("phone",   "手机号与他人相同",         ("phone_index",)),
    DoubtKind("work",    "参加工作时不满 14 周岁",   ("born_on", "began_work_on")),
)}
# fmt: on


def found(member: Any, *, id_number: str, today: datetime.date, beside: Beside) -> dict[str, str]:
    """Return {kind: sentence} of everything doubtful about a record; the number in clear where it opens."""
    doubts = dict(record_checks.doubtful(member, id_number=id_number))
    if faults := record_checks.faults(member, today=today, id_number=id_number):
        doubts["faulty"] = "；".join(faults.values())[:300]
    if not member.id_number_index:
        doubts["number"] = "该党员没有登记身份证号，请申请更正"
    if beside.is_phone_shared:
        doubts["phone"] = "联系方式与平台上另一名党员的手机号码相同，请核对"
    began = beside.began_work_on
    if began and member.born_on and began < add_months(member.born_on, 12 * WORKING_AGE):
        doubts["work"] = f"参加工作日期 {began:%Y-%m-%d} 早于年满 {WORKING_AGE} 周岁，请核对档案"
    return doubts


def fingerprint(member: Any, kind: str, beside: Beside) -> str:
    """Return what tells whether the columns of a kind have changed."""
    owners = (beside if hasattr(beside, column) else member for column in KINDS[kind].columns)
    text = "|".join(str(getattr(owner, column)) for owner, column in zip(owners, KINDS[kind].columns, strict=True))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
