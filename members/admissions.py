"""补录申请 as a table: how a member enters who did not come by a transfer. Source: workflows.md 9; screens.md 2.7.

    草稿 → 待基层党委审核 → 待上级审核 → 已入库, or 已退回 with a reason, or 已撤回

The 上级审核 is left out where no committee stands above the first one on the platform, and for whoever was developed on
the platform. Buttons, the timeline and the tests are drawn from `STEPS`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone

from members.items import BY_FIELD, ITEMS
from orgs.dates import add_months

DEVELOPED, OTHERWISE = "1", "4"  # of member_add_kind
KINDS = ((DEVELOPED, "新发展"), (OTHERWISE, "其他原因增加"))
# What a person entered late truly is for the figures: 补录 has no row of its own in 党内统计. Source: statistics.md 1.
ON_ROLL = "0"
COUNTED_AS = (
    ("33", "转入组织关系"),
    ("21", "停止党籍后恢复党籍"),
    ("22", "错误处理纠正后恢复党籍"),
    ("1", "发展党员"),
    ("11", "重新入党"),
    (ON_ROLL, "上年底已在册（更正上年底总数）"),
)
LATEST = 9  # months after 入党日期 within which a 新发展 member is handed in, 6 + 3


class AdmissionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待基层党委审核"
    REVIEWED = "reviewed", "待上级审核"
    ADMITTED = "admitted", "已入库"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class Side(Enum):
    OWN = "申请组织"
    DECIDER = "审核组织"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. `last`: only where the review is the last one, or only where another follows."""

    verb: str
    label: str
    source: tuple[AdmissionState, ...]
    target: AdmissionState
    side: Side
    last: bool | None = None
    reason: bool = False


S = AdmissionState
WAITING = (S.SUBMITTED, S.REVIEWED)  # somebody decides
EDITABLE = (S.DRAFT, S.RETURNED)
_ALIVE = (*EDITABLE, *WAITING)
# fmt: off
STEPS = (
    #    verb        label                from             to           who           last review?  reason?
    Step("submit",   "提交",              EDITABLE,        S.SUBMITTED, Side.OWN),
    Step("pass",     "审核通过，报上级",  (S.SUBMITTED,),  S.REVIEWED,  Side.DECIDER, last=False),
    Step("admit",    "审核通过，入库",    WAITING,         S.ADMITTED,  Side.DECIDER, last=True),
    Step("return",   "退回",              WAITING,         S.RETURNED,  Side.DECIDER, reason=True),
    Step("withdraw", "撤回",              _ALIVE,          S.WITHDRAWN, Side.OWN),
)
TONES = {S.SUBMITTED: "amber", S.REVIEWED: "blue", S.ADMITTED: "green", S.RETURNED: "red"}
# fmt: on

# The form: what the national collection form asks is required, what the platform adds can follow later.
_LATER = {"native_place", "title", "social_class", "is_migrant_worker", "lost_since", "floating_to", "confirmed_on"}
_APART = {"name", "id_number", "category", "status"}  # asked, but no items of the record form
FIELDS = tuple(item for item in ITEMS if item.field not in _APART)
REQUIRED = tuple(item.field for item in FIELDS if item.field not in _LATER)
CONFIRMED = "confirmed_on"  # required of a 正式党员


def steps_open(state: str, sides: Iterable[Side], *, last: bool) -> list[Step]:
    """Return what these sides may do now; `last` says whether the present review is the last one."""
    sides = set(sides)
    return [step for step in STEPS if step.side in sides and state in step.source and step.last in (None, last)]


@dataclass(frozen=True, slots=True)
class Stage:
    """One node of the progress line; `state` is done, now or later."""

    label: str
    state: str
    note: str = ""


_LINE = {S.DRAFT: "填写", S.SUBMITTED: "基层党委审核", S.REVIEWED: "上级审核", S.ADMITTED: "入库"}


def timeline(admission: Any, *, is_single: bool, now: datetime.datetime) -> list[Stage]:
    """Return the progress line: what was done, what waits and since when, what comes later.

    `is_single` says that there is one review only.
    """
    state = S(admission.state)
    line = [each for each in _LINE if not (is_single and each is S.REVIEWED)]
    if state in (S.RETURNED, S.WITHDRAWN):
        ended = f"{admission.decided_by}\n{timezone.localdate(admission.updated_at):%Y-%m-%d}"
        return [Stage("填写", "done", admission.asked_by), Stage(state.label, "now", ended)]
    reached = line.index(state)
    if state is S.ADMITTED:
        return [Stage(_LINE[each], "done") for each in line]
    waited = f"已等待 {max(0, (now - admission.updated_at).days)} 天"
    note = f"{admission.decider}\n{waited}" if admission.decider else waited
    return [
        *(Stage(_LINE[each], "done") for each in line[:reached]),
        Stage(_LINE[state], "now", note),
        *(Stage(_LINE[each], "later") for each in line[reached + 1 :]),
    ]


def missing(values: dict[str, Any], category: str) -> dict[str, str]:
    """Return {field: label} of required items that are empty, in the order of the form."""
    needed = [*REQUIRED, *([CONFIRMED] if category == "1" else [])]
    return {name: BY_FIELD[name].label for name in BY_FIELD if name in needed and values.get(name) in ("", None)}


def is_late(joined_on: datetime.date | None, today: datetime.date) -> bool:
    """Whether a 新发展 member is handed in later than six and three months after the branch meeting."""
    return joined_on is not None and add_months(joined_on, LATEST) < today
