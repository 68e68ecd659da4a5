"""What the types of 组织生活 ask for: who holds them, what counts as study, what a record is begun with.

Source: codes/meeting_type.csv, meeting_frequency.csv; 支部条例 11–19.
"""

from typing import Any

from eforefront.codes import MEETING_TYPES
from eforefront.gatherings import Audience
from eforefront.voting import RULES

OF_BRANCHES = ("11", "12", "13", "14", "21", "22", "23", "24", "99")
OF_UPPER = ("31", "32", "33", "14", "21", "99")  # 党委, 党总支
STUDY = ("11", "13", "14", "21", "33")  # counted as 学时 unless said otherwise
_USUAL = {"12": Audience.COMMITTEE, "31": Audience.COMMITTEE, "32": Audience.COMMITTEE, "13": Audience.GROUP}

_TEMPLATES = {
    "11": "一、会议议题\n\n二、讨论情况（发言人及主要意见）\n\n三、表决情况\n\n四、会议决定\n",
    "12": "一、研究事项\n\n二、讨论情况\n\n三、决定\n",
    "13": "一、学习内容\n\n二、发言情况\n\n三、布置的工作\n",
    "14": "一、党课题目和授课人\n\n二、主要内容\n\n三、讨论情况\n",
    "21": "一、活动主题和内容\n\n二、开展情况\n\n三、党员反映\n",
    "22": "一、会前准备（学习、征求意见、谈心谈话）\n\n二、班子对照检查\n\n三、党员批评和自我批评\n\n四、整改措施\n",
    "23": "一、个人自评\n\n二、党员互评\n\n三、民主测评情况\n\n四、评定意见\n",
    "24": "一、谈话人和谈话对象\n\n二、谈话内容\n\n三、反映的问题和意见\n",
}
_OTHERWISE = "一、主要内容\n\n二、讨论情况\n\n三、决定事项\n"


def choices(organization: Any) -> list[tuple[str, str]]:
    """Return (code, name) of the types an organisation holds."""
    codes = OF_BRANCHES if organization.is_branch else OF_UPPER
    return [(code, MEETING_TYPES.label(code)) for code in codes]


def usual_audience(code: str) -> Audience:
    return _USUAL.get(code, Audience.EVERYBODY)


def template(code: str) -> str:
    """Return the headings a record of this type is begun with."""
    return _TEMPLATES.get(code, _OTHERWISE)


def votes(code: str) -> bool:
    return code in RULES
