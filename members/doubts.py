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


class DoubtState(models.TextChoices):
    OPEN = "open", "待核对"
    CONFIRMED = "confirmed", "已确认无误"
    GONE = "gone", "已更正"


@dataclass(frozen=True, slots=True)
class DoubtKind:
    slug: str
    label: str
    columns: tuple[str, ...]


_CODED = ("gender", "native_place", "education", "title", "social_class", "job_post")
_DATES = ("joined_on", "confirmed_on")
# fmt: off
KINDS = {kind.slug: kind for kind in (
    DoubtKind("born",    "出生日期与身份证号不一致", ("born_on", "id_number_index")),
    DoubtKind("long",    "预备期过长",               _DATES),
    DoubtKind("short",   "预备期不足一年",           _DATES),
    DoubtKind("faulty",  "不符合填写规则",           ("name", "born_on", "category", "lost_since", *_DATES, *_CODED)),
    DoubtKind("number",  "没有身份证号",             ("id_number_index",)),
)}
# fmt: on


def found(member: Any, *, id_number: str, today: datetime.date) -> dict[str, str]:
    """Return {kind: sentence} of everything doubtful about a record; the number in clear where it opens."""
    doubts = dict(record_checks.doubtful(member, id_number=id_number))
    if faults := record_checks.faults(member, today=today, id_number=id_number):
        doubts["faulty"] = "；".join(faults.values())[:300]
    if not member.id_number_index:
        doubts["number"] = "该党员没有登记身份证号，请申请更正"
    return doubts


def fingerprint(member: Any, kind: str) -> str:
    """Return what tells whether the columns of a kind have changed."""
    text = "|".join(str(getattr(member, column)) for column in KINDS[kind].columns)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
