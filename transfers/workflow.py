"""组织关系转接 as a table: what can be done in which state, by whom, and what comes of it.

The service, buttons, timeline, docs/transfers.md and the tests are drawn from `TABLE`; nothing else knows the states.
Source: workflows.md 3.3; the choices beyond it are in docs/decisions/0026-transfers.md.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from orgs.dates import add_months
from transfers.codes import UNFINISHED, Outcome, Stage, TransferState, TransferType

STEP_DAYS = 7  # a step open for longer is overdue
RECEIPT_MONTHS = 1
REOPEN_MONTHS = 6  # after the first letter
DAYS = {TransferType.CITY: 30, TransferType.OUT: 90}  # 介绍信有效期 where nothing else is typed
MOST_DAYS = 90


class Actor(Enum):
    """Which organisation acts; the label is for the chart."""

    HOLDER = "当前环节的党组织"
    STARTER = "发起的党组织"
    SYSTEM = "系统（每日）"
    PEER = "接收方党委（经对方平台）"


class Effect(StrEnum):
    """What else happens in the same transaction; `services/effects.py` has a function for each."""

    NEXT = "下一环节开始办理"
    ISSUE = "开具介绍信，开始计算有效期"
    RESUME = "原环节继续办理"
    HAND_BACK = "转由转出基层党委处理"
    MOVE = "党员转入新支部，原支部的角色结束，双方人数随之变化"
    LEAVE = "党员转出，记录转为只读，人数减少"
    ADMIT = "建立党员记录，人数增加"


Guard = Callable[[Any, datetime.date], str]


def untouched(transfer: Any, today: datetime.date) -> str:
    """撤回 needs a transfer nobody has acted on."""
    return "上级已审批，不能撤回" if transfer.is_advanced else ""


def valid(transfer: Any, today: datetime.date) -> str:
    """转入方 needs a letter that has not run out; without one there is nothing to run out."""
    day = transfer.valid_until
    return f"介绍信已于 {day:%Y-%m-%d} 到期，请由转出党委重开" if day and day < today else ""


def overdue(transfer: Any, today: datetime.date) -> str:
    """到期 needs a last day that is over."""
    day = transfer.valid_until
    return "" if day and day < today else "介绍信仍在有效期内"


def reopenable(transfer: Any, today: datetime.date) -> str:
    """重开 is possible within six months of the first letter (33号文 一)."""
    last = add_months(transfer.released_on, REOPEN_MONTHS)
    return f"首次开具介绍信已超过 {REOPEN_MONTHS} 个月（{last:%Y-%m-%d} 止），不能重开" if today > last else ""


def complete(transfer: Any, today: datetime.date) -> str:
    """核收 needs everything the new record must say (screens.md 2.5)."""
    return f"党员信息尚缺：{transfer.lacking}，请先完善" if transfer.lacking else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in `state`, at one of `stages`, `actor` may do `verb` with a transfer of one of `types`.

    `next` is the state that follows, `guards` give the sentence that refuses it, `reason` says that a reason must be
    given, `asks` names further facts, `takes` those that may be given, `final` that the act settles where the member
    belongs (security.md 24). `sentence` is what the history says.
    """

    verb: str
    label: str
    types: tuple[TransferType, ...]
    state: TransferState | None
    stages: tuple[Stage, ...]
    actor: Actor
    next: TransferState
    sentence: str
    effects: tuple[Effect, ...] = ()
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    asks: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    final: bool = False

    def fits(self, transfer: Any) -> bool:
        """Say whether the row speaks of a transfer as it stands."""
        return transfer.type in self.types and transfer.state == self.state and transfer.stage in self.stages

    def problem(self, transfer: Any, today: datetime.date) -> str:
        """Return why the guards refuse it, "" when they do not."""
        return next((text for guard in self.guards if (text := guard(transfer, today))), "")


T, S, G, A, E = TransferType, TransferState, Stage, Actor, Effect
ALL, INSIDE = tuple(T), (T.INTERNAL, T.CITY)
DECIDING = tuple(stage for stage in G if stage is not G.RECEIPT)
BETWEEN = (G.REVIEW_OUT, G.COMMON, G.RECEIVE, G.REVIEW_IN)
ARRIVING = (G.RECEIVE, G.REVIEW_IN, G.TAKE_IN)
# fmt: off
TABLE = (
    #    verb         label         types      state        stages        actor      next         the history says
    Step("start",     "发起转接",   ALL,       None,        (),           A.STARTER, S.SUBMITTED, "发起{type}",
         effects=(E.NEXT,)),
    Step("pass",      "通过",       ALL,       S.SUBMITTED, BETWEEN,      A.HOLDER,  S.SUBMITTED, "通过",
         effects=(E.NEXT,), guards=(valid,)),
    Step("pass",      "通过",       (T.CITY,), S.SUBMITTED, (G.APPROVE,), A.HOLDER,  S.SUBMITTED, "通过，开具介绍信",
         effects=(E.ISSUE, E.NEXT)),
    Step("pass",      "通过并开具介绍信", (T.OUT,), S.SUBMITTED, (G.APPROVE,), A.HOLDER, S.LETTER, "通过，开具介绍信",
         effects=(E.ISSUE, E.NEXT)),
    Step("pass",      "接收",       INSIDE,    S.SUBMITTED, (G.TAKE_IN,), A.HOLDER,  S.DONE,      "接收，组织关系转入",
         effects=(E.MOVE,), guards=(valid,), final=True),
    Step("pass",      "核收入册",   (T.IN,),   S.SUBMITTED, (G.ADMIT,),   A.HOLDER,  S.DONE,      "核对后办理入册",
         effects=(E.ADMIT,), guards=(complete,), final=True),
    Step("send_back", "退回",       ALL,       S.SUBMITTED, DECIDING,     A.HOLDER,  S.REFUSED,   "退回", reason=True),
    Step("withdraw",  "撤回",       ALL,       S.SUBMITTED, DECIDING,     A.STARTER, S.WITHDRAWN, "撤回",
         guards=(untouched,)),
    Step("expire",    "到期",       (T.CITY,), S.SUBMITTED, ARRIVING,     A.SYSTEM,  S.EXPIRED,   "介绍信到期",
         effects=(E.HAND_BACK,), guards=(overdue,)),
    Step("expire",    "到期",       (T.OUT,),  S.LETTER,    (G.RECEIPT,), A.SYSTEM,  S.EXPIRED,   "介绍信到期",
         effects=(E.HAND_BACK,), guards=(overdue,)),
    Step("receipt",   "登记回执",   (T.OUT,),  S.LETTER,    (G.RECEIPT,), A.HOLDER,  S.DONE,      "登记回执，已转出",
         effects=(E.LEAVE,), asks=("received_on", "scan"), final=True),
    Step("receipt",   "登记回执",   (T.OUT,),  S.EXPIRED,   (G.RECEIPT,), A.HOLDER,  S.DONE,      "登记回执，已转出",
         effects=(E.LEAVE,), asks=("received_on", "scan"), final=True),
    Step("answer",    "登记对方回执", (T.OUT,), S.LETTER, (G.RECEIPT,), A.PEER,    S.DONE,      "收到对方回执，已转出",
         effects=(E.LEAVE,), asks=("received_on",), final=True),
    Step("answer",    "登记对方回执", (T.OUT,), S.EXPIRED, (G.RECEIPT,), A.PEER,    S.DONE,      "收到对方回执，已转出",
         effects=(E.LEAVE,), asks=("received_on",), final=True),
    Step("replace",   "作废重开",   (T.OUT,),  S.LETTER,    (G.RECEIPT,), A.HOLDER,  S.LETTER,    "作废原介绍信并重开",
         effects=(E.ISSUE, E.RESUME), guards=(reopenable,), reason=True, takes=("scan",)),
    Step("reopen",    "重开介绍信", (T.OUT,),  S.EXPIRED,   (G.RECEIPT,), A.HOLDER,  S.LETTER,    "重开介绍信",
         effects=(E.ISSUE, E.RESUME), guards=(reopenable,), reason=True, asks=("scan",)),
    Step("reopen",    "重开介绍信", (T.CITY,), S.EXPIRED,   ARRIVING,     A.HOLDER,  S.SUBMITTED, "重开介绍信",
         effects=(E.ISSUE, E.RESUME), guards=(reopenable,), reason=True, takes=("scan",)),
    Step("end",       "结束转接",   (T.OUT,),  S.LETTER,    (G.RECEIPT,), A.HOLDER,  S.WITHDRAWN, "收回介绍信并结束",
         reason=True),
    Step("end",       "结束转接",   (T.CITY, T.OUT), S.EXPIRED, (*ARRIVING, G.RECEIPT), A.HOLDER, S.WITHDRAWN, "结束",
         reason=True),
)
# fmt: on
START = TABLE[0]
OUTCOMES = {  # of the open step
    "pass": Outcome.PASSED,
    "receipt": Outcome.PASSED,
    "answer": Outcome.PASSED,
    "send_back": Outcome.RETURNED,
}
VERBS = tuple(dict.fromkeys(step.verb for step in TABLE))


def find(verb: str, transfer: Any) -> Step | None:
    """Return the row for a verb on a transfer as it stands, None where it has none."""
    return next((step for step in TABLE if step.verb == verb and step.fits(transfer)), None)


def open_steps(transfer: Any) -> list[Step]:
    """Return the rows that lead on from where a transfer stands, in the order of the table."""
    return [step for step in TABLE if step.fits(transfer)]


def is_unfinished(state: str) -> bool:
    """Say whether a transfer in this state blocks its member, its branches and a second transfer."""
    return state in UNFINISHED
