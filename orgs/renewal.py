"""换届 as a table: who may do what in which state. Source: workflows.md 6.

Buttons, the timeline, docs/renewal.md and the tests are drawn from STEPS.
"""

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db import models
from django.utils import timezone


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
    note: str = ""


_NEXT_ACTS = {S.ASKED: "批复", S.REPLIED: "选举", S.DRAFTED: "报批", S.REPORTED: "审批"}


def timeline(renewal, now: datetime.datetime) -> list[Stage]:
    """Return the progress line of one renewal: what was done, what waits and since when, what comes later."""
    asked = Stage("请示", "done", f"{renewal.asked_by}\n{timezone.localdate(renewal.created_at):%Y-%m-%d}")
    if renewal.state in (S.REFUSED, S.WITHDRAWN):
        return [asked, Stage(S(renewal.state).label, "done", f"{timezone.localdate(renewal.updated_at):%Y-%m-%d}")]
    line = [S.ASKED] if renewal.kind == K.EXTENSION else list(_NEXT_ACTS)
    reached = line.index(renewal.state) if renewal.state in line else len(line)
    waited = f"已等待 {max(0, (now - renewal.updated_at).days)} 天"
    return [
        asked,
        *(Stage(_NEXT_ACTS[state], "done") for state in line[:reached]),
        *(Stage(_NEXT_ACTS[state], "now", waited) for state in line[reached : reached + 1]),
        *(Stage(_NEXT_ACTS[state], "later") for state in line[reached + 1 :]),
    ]


def by_weight(steps: Iterable[Step]) -> list[Step]:
    """Order open steps as buttons: the one that leads furthest first, then 撤回, then those that need a reason."""
    listed = list(steps)
    onward = [step for step in listed if not step.reason and step.verb != "withdraw"]
    return [
        *reversed(onward),
        *(step for step in listed if step.verb == "withdraw"),
        *(step for step in listed if step.reason),
    ]


def candidates_needed(seats: int) -> int:
    """Return the fewest candidates for `seats`: at least a fifth more. Source: 选举工作条例."""
    return math.ceil(seats * 1.2 - 1e-9)


def quorum(voters_due: int, share: float, *, exactly_is_enough: bool = True) -> int:
    """Return how many of the voters due must be present: `share` of them, or more than that."""
    if exactly_is_enough:
        return math.ceil(voters_due * share - 1e-9)
    return math.floor(voters_due * share + 1e-9) + 1


def votes_needed(voters: int) -> int:
    """Return the fewest votes that are more than half of these voters."""
    return voters // 2 + 1
