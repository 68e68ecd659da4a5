"""States of a development, what is written down in its history, who goes along with an applicant."""

from django.db import models

from eforefront.codes import DEVELOPMENT_STAGES
from partyplatform.ui.status import Status


class State(models.TextChoices):
    """Those from 2 on are final: nothing is recorded any more."""

    ACTIVE = "10", "办理中"
    DONE = "20", "已转正归档"
    WITHDRAWN = "81", "退出"
    STOPPED = "82", "终止培养"
    FAILED = "83", "未通过"
    ANNULLED = "84", "取消预备党员资格"
    HANDED_OUT = "85", "材料移交外单位"
    LEFT = "86", "组织关系已离开"


FINAL = tuple(state for state in State if state is not State.ACTIVE)
_TONES = {State.ACTIVE: "blue", State.DONE: "green", State.FAILED: "red", State.ANNULLED: "red"}


def status(state: str) -> Status:
    """Return a state with the tone of its tag."""
    found = State(state)
    return Status(found.label, _TONES.get(found, ""))


class Deed(models.TextChoices):
    """What one line of the history is about."""

    STEP = "step", "办理"
    REVIEW = "review", "审议"
    RETURN = "return", "退回"
    OBSERVATION = "observation", "考察"
    REPORT = "report", "思想汇报"
    SPONSORS = "sponsors", "更换联系人、介绍人"
    POSTPONE = "postpone", "推迟讨论"
    EXIT = "exit", "结束"
    MOVE = "move", "移交"
    FOLLOW = "follow", "随党员记录变更"
    BEGIN = "begin", "建立"
    CORRECT = "correct", "更正资料"


class Sponsor(models.TextChoices):
    """Who goes along with an applicant."""

    MENTOR = "mentor", "培养联系人"
    INTRODUCER = "introducer", "入党介绍人"


class HandOverState(models.TextChoices):
    """Where the file of an applicant on its way to another branch stands."""

    WAITING = "waiting", "待接收"
    ACCEPTED = "accepted", "已接收"
    REFUSED = "refused", "未接收"
    WITHDRAWN = "withdrawn", "已撤回"


WAYS = (("members", "党员推荐"), ("league", "群团组织推优"))  # by which somebody is recommended as 积极分子

STAGES = tuple(DEVELOPMENT_STAGES.choices)  # (code, label) of the five

OWN_PAPERS = ("入党申请书", "思想汇报", "转正申请书")  # what the person wrote; opinions and 政治审查 are the branch's
