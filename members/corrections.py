"""更正申请 as a table: what may be proposed, who does what in which state. Source: screens.md 2.5, 2.11.

A member proposes, the branch decides; what the organisation above has to review (姓名, 入党日期, 转正日期, 证件号码)
goes on to it, and a branch proposes such a thing itself: 误录删除 too, which is about the whole record. Buttons, pages
and tests are drawn from `STEPS`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import models

from members.items import BY_FIELD, ITEMS, Group, Item, Kind


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", "待支部审核"
    FORWARDED = "forwarded", "待上级审核"
    ACCEPTED = "accepted", "已采纳"
    REFUSED = "refused", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"
    REPLACED = "replaced", "已重新申请"


class Side(Enum):
    PROPOSER = "申请人"
    BRANCH = "党员所在支部"
    UPPER = "上级党组织"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. `reviewed`: only for items the organisation above reviews, or only for the others."""

    verb: str
    label: str
    source: tuple[CorrectionState, ...]
    target: CorrectionState
    side: Side
    reviewed: bool | None = None
    reason: bool = False


S = CorrectionState
OPEN = (S.PROPOSED, S.FORWARDED)
# fmt: off
STEPS = (
    #    verb        label               from           to           who            reviewed?       reason?
    Step("accept",   "采纳",             (S.PROPOSED,), S.ACCEPTED,  Side.BRANCH,   reviewed=False),
    Step("forward",  "同意，报上级审核", (S.PROPOSED,), S.FORWARDED, Side.BRANCH,   reviewed=True),
    Step("refuse",   "不采纳",           (S.PROPOSED,), S.REFUSED,   Side.BRANCH,   reason=True),
    Step("accept",   "采纳",             OPEN,          S.ACCEPTED,  Side.UPPER),
    Step("refuse",   "不采纳",           OPEN,          S.REFUSED,   Side.UPPER,    reason=True),
    Step("withdraw", "撤回",             OPEN,          S.WITHDRAWN, Side.PROPOSER),
)
TONES = {S.PROPOSED: "amber", S.FORWARDED: "blue", S.ACCEPTED: "green", S.REFUSED: "red"}
# fmt: on

# What a procedure of its own changes, or the branch keeps by its own knowledge (失联, 流动).
_KEPT_BY_OTHERS = {"category", "status", "is_lost", "lost_since", "is_floating", "floating_to"}
PROPOSABLE = tuple(item for item in ITEMS if item.field not in _KEPT_BY_OTHERS)
REMOVAL = Item("removal", "误录删除", Group.MEMBERSHIP, Kind.TEXT)  # of somebody who should never have been entered
REMOVED = "转入历史党员"
REVIEWED = (*(item for item in PROPOSABLE if item.reviewed or item.field == "id_number"), REMOVAL)
_SEALED = ("id_number", "phone", "address")


def is_private(field: str) -> bool:
    """Whether an item is never printed in clear."""
    return field in _SEALED


def as_text(value: Any) -> str:
    """Return a value of an item as it is sealed into a proposal: codes as codes, days as 2002-04-18, 是 as 1."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def from_text(field: str, text: str) -> Any:
    """Return the value to store from the text of a proposal."""
    match item_of(field).kind:
        case Kind.DATE:
            return datetime.date.fromisoformat(text) if text else None
        case Kind.YES_NO:
            return None if text == "" else text == "1"
    return text


def steps_open(state: str, sides: Iterable[Side], *, reviewed: bool) -> list[Step]:
    """Return what these sides may do now; `reviewed` says whether the organisation above has the last word."""
    sides = set(sides)
    return [step for step in STEPS if step.side in sides and state in step.source and step.reviewed in (None, reviewed)]


def item_of(field: str) -> Item:
    return REMOVAL if field == REMOVAL.field else BY_FIELD[field]
