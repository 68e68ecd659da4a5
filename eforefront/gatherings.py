"""组织生活 and 支部活动 as one table: states, what the clock makes of them, who may do what in which.

Services, buttons, filters, the history and the tests are made from `STEPS`. Source: workflows.md 7.2.
"""

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import models

from accounts.powers import Power
from partyplatform.ui.status import Status

OPENS_BEFORE = datetime.timedelta(hours=1)  # 签到 opens so long before the start
ON_TIME = datetime.timedelta(minutes=15)  # whoever signs later after the start came late
LATE_ENTRY_DAYS = 30  # a record handed in later than this is marked 补录


class Kind(models.TextChoices):
    """Two menus over one table: both are announced, attended, recorded and reviewed alike."""

    MEETING = "1", "组织生活"
    ACTIVITY = "2", "支部活动"


class State(models.TextChoices):
    """The states as stored. What the clock adds between 已发布 and 已记录 is said by `Phase`."""

    DRAFT = "1", "草稿"
    PUBLISHED = "2", "已发布"
    RECORDED = "4", "已记录"
    REVIEWED = "5", "已审阅"
    CANCELLED = "9", "已取消"


class Phase(models.TextChoices):
    """The states as shown."""

    DRAFT = "1", "草稿"
    PUBLISHED = "2", "已发布"
    RUNNING = "21", "进行中"
    TO_RECORD = "22", "待记录"
    RECORDED = "4", "已记录"
    REVIEWED = "5", "已审阅"
    CANCELLED = "9", "已取消"


class Audience(models.TextChoices):
    """参加范围. Those of 报名参加 are entered one by one as they register."""

    EVERYBODY = "1", "全体党员"
    COMMITTEE = "2", "支委"
    GROUP = "3", "党小组"
    CHOSEN = "4", "指定人员"
    REGISTERED = "5", "报名参加"


GROUP_MEETING = "13"  # 党小组会, of meeting_type: launched by the branch or by the group's leader


class Excuse(models.TextChoices):
    """Why somebody is not counted among those due; 1 counts for study and activities only, never for votes.

    Source: 教管条例 23; workflows.md 4.5 (2 – 6 with consent of the upper organisation and the meeting).
    """

    OLD_OR_SICK = "1", "年老体弱，不作要求"
    NO_WILL = "2", "不能表达意志"
    ABROAD = "3", "自费出国半年以上"
    SERVING = "4", "服刑"
    BEDRIDDEN = "5", "长期卧病"
    SHOULD_MOVE = "6", "应转出组织关系而未转出"
    LEFT = "7", "会前已转出"


PRESENT = ("1", "3")  # 出席, 迟到
ON_LEAVE = ("4", "5", "6")
HELD = (State.RECORDED, State.REVIEWED)
HELD_STATES, OPEN_STATES = "held", "open"  # of the filters of lists: 已记录 and 已审阅; 已发布 and 进行中
RECORD_HERE, REVIEW_HERE = "record", "review"  # and what waits for the reader's own organisation
_TONES = {
    Phase.PUBLISHED: "blue",
    Phase.RUNNING: "gold",
    Phase.TO_RECORD: "amber",
    Phase.RECORDED: "blue",
    Phase.REVIEWED: "green",
}


def phase(gathering: Any, now: datetime.datetime) -> Phase:
    """Return the state that is shown at a moment."""
    if gathering.state != State.PUBLISHED or now < gathering.begins_at:
        return Phase(gathering.state)
    return Phase.RUNNING if now < gathering.ends_at else Phase.TO_RECORD


def status(shown: Phase) -> Status:
    """Return a state with the tone of its tag."""
    return Status(shown.label, _TONES.get(shown, ""))


class Actor(Enum):
    """Who acts; the label is for pages and the manual."""

    KEEPER = "发起的党组织"
    MEMBER = "应到党员本人"
    REVIEWER = "上级党组织"


@dataclass(frozen=True, slots=True)
class Step:
    """One row: while a gathering is shown in one of `phases`, `actor` may do `verb`; `to` is the state that follows,
    none where it stays. `reason` says that a reason must be given."""

    verb: str
    label: str
    phases: tuple[Phase, ...]
    to: State | None
    actor: Actor
    needs: Power
    reason: bool = False


P, S, A = Phase, State, Actor
_BEFORE, _OPEN = (P.PUBLISHED,), (P.PUBLISHED, P.RUNNING, P.TO_RECORD)
K, R, M = Power.KEEP_GATHERINGS, Power.REVIEW_GATHERINGS, Power.VIEW_OWN_RECORD
# fmt: off
STEPS = {step.verb: step for step in (
    #    verb         label       from                     to           who acts    power  reason?
    Step("change",    "修改",     (P.DRAFT, P.PUBLISHED),  None,        A.KEEPER,   K),
    Step("publish",   "发布",     (P.DRAFT,),              S.PUBLISHED, A.KEEPER,   K),
    Step("cancel",    "取消",     (P.DRAFT, *_OPEN),       S.CANCELLED, A.KEEPER,   K, reason=True),
    Step("leave",     "请假",     _BEFORE,                 None,        A.MEMBER,   M, reason=True),
    Step("sign",      "签到",     (P.PUBLISHED, P.RUNNING), None,       A.MEMBER,   M),
    Step("mark",      "登记出席", _OPEN,                   None,        A.KEEPER,   K),
    Step("submit",    "提交记录", (P.TO_RECORD,),          S.RECORDED,  A.KEEPER,   K),
    Step("withdraw",  "撤回记录", (P.RECORDED,),           S.PUBLISHED, A.KEEPER,   K, reason=True),
    Step("review",    "审阅",     (P.RECORDED,),           S.REVIEWED,  A.REVIEWER, R),
    Step("send_back", "退回",     (P.RECORDED,),           S.PUBLISHED, A.REVIEWER, R, reason=True),
)}
# fmt: on


def open_steps(gathering: Any, now: datetime.datetime) -> list[Step]:
    """Return what the table allows with a gathering as it is shown, whoever asks."""
    shown = phase(gathering, now)
    return [step for step in STEPS.values() if shown in step.phases]


def signs_open(gathering: Any, now: datetime.datetime) -> bool:
    """Say whether 签到 is open: from an hour before the start until the end."""
    is_announced = gathering.state == State.PUBLISHED
    return is_announced and gathering.begins_at - OPENS_BEFORE <= now < gathering.ends_at


def action_labels() -> dict[str, str]:
    """Return what the audit calls each step, of both kinds."""
    labels = {
        "draft": "拟稿",
        "vote": "登记表决",
        "attach": "上传附件",
        "detach": "移除附件",
        "open_file": "下载附件",
    } | {step.verb: step.label for step in STEPS.values()}
    named = {f"eforefront.{verb}_gathering": f"组织生活、支部活动：{label}" for verb, label in labels.items()}
    return named | {
        "eforefront.export_gatherings": "导出组织生活、支部活动",
        "eforefront.review_cycle": "民主评议",
        "eforefront.study_hours": "登记学时",
        "eforefront.party_group": "维护党小组",
    }
