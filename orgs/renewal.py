"""换届 as a table: who may do what in which state. Source: workflows.md 6.

Buttons, the timeline, docs/renewal.md and the tests are drawn from STEPS.
"""

import math
from dataclasses import dataclass
from enum import Enum

from django.db import models


class RenewalKind(models.TextChoices):
    ELECTION = "election", "换届选举"
    EXTENSION = "extension", "延期换届"
    EARLY = "early", "提前换届"


class RenewalState(models.TextChoices):
    ASKED = "asked", "待批复"
    REPLIED = "replied", "已批复，待选举"
    DRAFTED = "drafted", "已选举，待报批"
    REPORTED = "reported", "已报批，待审批"
    DONE = "done", "已完成"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


class Side(Enum):
    OWN = "本级党组织"
    UPPER = "上级党组织"


@dataclass(frozen=True, slots=True)
class Step:
    verb: str
    label: str
    source: tuple[RenewalState, ...]
    target: RenewalState
    side: Side
    kinds: tuple[RenewalKind, ...] = tuple(RenewalKind)
    reason: bool = False


S, K = RenewalState, RenewalKind
_ELECTIONS = (K.ELECTION, K.EARLY)

# fmt: off
STEPS = {step.verb: step for step in (
    #    verb        label          from                    to           who         for which kinds     reason?
    Step("reply",    "批复同意",    (S.ASKED,),             S.REPLIED,   Side.UPPER, _ELECTIONS),
    Step("extend",   "批准延期",    (S.ASKED,),             S.DONE,      Side.UPPER, (K.EXTENSION,)),
    Step("refuse",   "不予批准",    (S.ASKED, S.REPORTED),  S.REFUSED,   Side.UPPER, reason=True),
    Step("withdraw", "撤回",        (S.ASKED, S.REPLIED, S.DRAFTED), S.WITHDRAWN, Side.OWN),
    Step("elect",    "登记选举结果", (S.REPLIED, S.DRAFTED), S.DRAFTED,   Side.OWN,   _ELECTIONS),
    Step("report",   "报批",        (S.DRAFTED,),           S.REPORTED,  Side.OWN,   _ELECTIONS),
    Step("return",   "退回",        (S.REPORTED,),          S.DRAFTED,   Side.UPPER, _ELECTIONS, reason=True),
    Step("confirm",  "审批通过",    (S.REPORTED,),          S.DONE,      Side.UPPER, _ELECTIONS),
)}
# fmt: on

FINAL = (S.DONE, S.REFUSED, S.WITHDRAWN)

TONES = {
    S.ASKED: "amber",
    S.REPLIED: "blue",
    S.DRAFTED: "blue",
    S.REPORTED: "amber",
    S.DONE: "green",
    S.REFUSED: "red",
    S.WITHDRAWN: "",
}

MAX_SHIFT_MONTHS = 12


def steps_open(kind: str, state: str, side: Side) -> list[Step]:
    """Return the steps that this side may take now."""
    return [step for step in STEPS.values() if state in step.source and kind in step.kinds and side is step.side]


@dataclass(frozen=True, slots=True)
class Stage:
    """One node of the progress line; `state` is done, now or later."""

    label: str
    state: str
    note: tuple[str, ...] = ()


def timeline(renewal) -> list[Stage]:
    """Return the progress line of one renewal."""
    extension = renewal.kind == K.EXTENSION
    line = (S.ASKED,) if extension else (S.ASKED, S.REPLIED, S.DRAFTED, S.REPORTED)
    reached = line.index(renewal.state) if renewal.state in line else len(line)
    states = ["done" if place < reached else "now" if place == reached else "later" for place in range(len(line))]
    stages = [Stage(state.label, shown) for state, shown in zip(line, states, strict=True)]
    is_over = renewal.state in FINAL
    return [*stages, Stage(S(renewal.state).label if is_over else S.DONE.label, "done" if is_over else "later")]


def candidates_needed(seats: int) -> int:
    """Return the fewest candidates for `seats`: at least a fifth more. Source: 选举工作条例."""
    return math.ceil(seats * 1.2 - 1e-9)


def quorum(voters_due: int, share: float) -> int:
    """Return how many of the voters due must be present; exactly `share` is enough."""
    return math.ceil(voters_due * share - 1e-9)


def votes_needed(voters_due: int) -> int:
    """Return the fewest votes that are more than half of the voters due."""
    return voters_due // 2 + 1
