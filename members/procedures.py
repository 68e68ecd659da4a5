"""流动, 失联, 出国（境） and 组织关系暂留 as one table: states, what may happen in them, who acts, what is asked.

Pages, forms, lists, reminders and the tests are made from `PROCEDURES`. Source: workflows.md 3.4, 5.2 – 5.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.powers import Power
from members import codes
from partyplatform.codetable import CodeTable
from partyplatform.ui.status import Status

CONTACT_MONTHS = 6  # between two contacts at most; 教管条例 34
SEARCH_MONTHS = 6  # without contact before 停止党籍 can be proposed; 教管条例 24
STOPPED_MONTHS = 24  # after 停止党籍 before 自行脱党除名
NOTE_MONTHS, APPLICATION_MONTHS = 3, 6  # abroad: reported from three, applied for from six
ABROAD_MONTHS = 60
RETENTION_MONTHS, EXTENSION_MONTHS = 24, 12


class State(models.TextChoices):
    """The states of all procedures; those from 8 on are final."""

    WAITING = "11", "待报到"
    REPORTED = "12", "已报到"
    LOST = "21", "失联"
    STOPPED = "22", "已停止党籍"
    NOTED = "31", "已报告"
    ASKED = "32", "待上级审核"
    PASSED = "33", "待组织部备案"
    KEPT = "34", "保留组织关系"
    RETURNING = "35", "待恢复组织生活"
    RETAINED = "41", "暂留"
    RETURNED = "81", "已返回"
    MOVED = "82", "转为转接"
    FOUND = "83", "已取得联系"
    RESUMED = "84", "已恢复组织生活"
    REFUSED = "85", "未同意"
    TRANSFERRED = "86", "已转出"
    WITHDRAWN = "88", "已撤销"
    ENDED = "89", "已终止"


S = State
FINAL = tuple(state for state in State if state >= "8")
OPEN = tuple(state for state in State if state < "8")
PAUSING = (S.KEPT, S.RETURNING)  # 党费 and 组织生活 are paused; workflows.md 5.4, 8.2
_TONES = dict.fromkeys((S.WAITING, S.ASKED, S.PASSED, S.RETURNING), "amber") | {
    S.LOST: "red",
    S.STOPPED: "red",
    S.REFUSED: "red",
    S.REPORTED: "blue",
    S.NOTED: "blue",
    S.KEPT: "blue",
    S.RETAINED: "blue",
}


def status(state: str) -> Status:
    """Return a state with the tone of its tag: green when it is over as it should be."""
    over_well = (S.RETURNED, S.MOVED, S.FOUND, S.RESUMED, S.TRANSFERRED)
    found = State(state)
    return Status(found.label, _TONES.get(found, "green" if found in over_well else ""))


@dataclass(frozen=True, slots=True)
class Event:
    """What may happen: in `sources` (none: it begins a matter), leading to `to` (none: the state stays).

    `asks` names fields of the form, a * behind those that must be filled. `dated` is what its day is called, "" where
    the event asks for none. `contacts` says that the person was in contact on that day.
    """

    verb: str
    label: str
    sources: tuple[State, ...]
    to: State | None
    needs: Power
    dated: str = ""
    asks: tuple[str, ...] = ()
    contacts: bool = False
    begins: bool = False  # its day is the first day of the matter

    @property
    def leads_to(self) -> State:
        """The state an event that begins a matter leads to."""
        assert self.to is not None
        return self.to

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name.rstrip("*") for name in self.asks)

    def requires(self, name: str) -> bool:
        return f"{name}*" in self.asks


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure. `mark` is the item of 党统信息集 that is 是 while a matter is open, `mirrors` the items that say
    the same as fields of the matter: {field of the record: field of the matter}.

    `labels` names fields of the matter as this procedure calls them; `causes` is the code table of `cause`.
    """

    slug: str
    label: str
    noun: str
    events: tuple[Event, ...]
    labels: Mapping[str, str]
    mark: str = ""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    unmarked: Mapping[State, State] = field(default_factory=dict)  # what 否 in 党统信息集 makes of an open matter
    causes: CodeTable | None = None
    contact_months: int = 0
    limit_months: int = 0
    note: str = ""

    @property
    def starts(self) -> tuple[Event, ...]:
        """The events that begin a matter."""
        return tuple(event for event in self.events if not event.sources)

    def event(self, verb: str) -> Event | None:
        return next((event for event in self.events if event.verb == verb), None)

    def next_from(self, state: str, role: Any) -> list[Event]:
        """Return what a role may let happen in a state."""
        return [event for event in self.events if state in event.sources and role.can(event.needs)]

    @property
    def states(self) -> tuple[State, ...]:
        """Every state a matter of this procedure can be in, the open ones first."""
        found = {event.to for event in self.events if event.to} | {S.ENDED}
        found |= {S.STOPPED} if self.slug == "lost" else set()
        return tuple(sorted(found))


K, D, F = Power.KEEP_MOBILITY, Power.DECIDE_MOBILITY, Power.FILE_MOBILITY
WITH_NOTE, PAPERS = ("note",), ("document", "note")
MUST_NOTE = ("note*",)
_FLOWING = (
    *("region*", "scope*", "cause*", "occupation", "certificate"),
    *("host", "contact_name", "phone", "remark"),
)
_GOING = ("way*", "country*", "ends_on*", "degree", "contact_name*", "phone*", "remark")
_MISSING = ("cause*", "remark")
_RETAINING = ("ends_on*", "contact_name*", "phone", "remark")
_OUT, _AWAY, _SOUGHT = (S.WAITING, S.REPORTED), (S.NOTED, S.ASKED, S.PASSED, S.KEPT, S.RETURNING), (S.LOST, S.STOPPED)
# fmt: off
FLOW = Procedure(
    "flow", "流动党员", "流动", (
        #     verb        label           from          to           who  its day     asks
        Event("register", "登记流动",     (),           S.WAITING,   K, "流出日期", _FLOWING, begins=True),
        Event("report",   "登记报到",     (S.WAITING,), S.REPORTED,  K, "报到日期",
              ("host*", "contact_name*", "phone", "note"), contacts=True),
        Event("contact",  "登记联系情况", _OUT,         None,        K, "联系日期", MUST_NOTE, contacts=True),
        Event("correct",  "更正信息",     _OUT,         None,        K, "",         _FLOWING),
        Event("return",   "登记返回",     _OUT,         S.RETURNED,  K, "返回日期", WITH_NOTE, contacts=True),
        Event("move",     "转为转接",     _OUT,         S.MOVED,     K, "转出日期", PAPERS),
        Event("withdraw", "撤销登记",     (S.WAITING,), S.WITHDRAWN, K, "",         MUST_NOTE),
    ),
    labels={
        "began_on": "流出日期", "region": "外出流向", "cause": "外出原因", "host": "流入地党组织",
        "contact_name": "流入地联系人", "phone": "流入地联系电话",
    },
    mark="is_floating", mirrors={"floating_to": "region"},
    unmarked={S.WAITING: S.WITHDRAWN, S.REPORTED: S.RETURNED},
    causes=codes.FLOW_REASONS, contact_months=CONTACT_MONTHS,
    note="外出 6 个月以上、没有转移组织关系的，由流出地党支部登记并保持联系，至少每 6 个月联系一次。",
)
LOST = Procedure(
    "lost", "失联党员", "失联", (
        Event("register", "登记失联",     (),           S.LOST,      K, "失去联系月份", _MISSING, begins=True),
        Event("search",   "登记查找情况", _SOUGHT,      None,        K, "查找日期", MUST_NOTE),
        Event("correct",  "更正信息",     _SOUGHT,      None,        K, "",         _MISSING),
        Event("find",     "登记取得联系", _SOUGHT,      S.FOUND,     K, "取得联系日期", MUST_NOTE),
        Event("withdraw", "撤销登记",     (S.LOST,),    S.WITHDRAWN, K, "",         MUST_NOTE),
    ),
    labels={"began_on": "失去联系月份", "cause": "失联原因", "limit_on": "可提出停止党籍"},
    mark="is_lost", mirrors={"lost_since": "began_on"},
    unmarked={S.LOST: S.FOUND, S.STOPPED: S.FOUND},
    causes=codes.LOST_CONTACT_REASONS, limit_months=SEARCH_MONTHS,
    note="登记后由党支部多方查找并记录。失联满 6 个月的，可提出停止党籍；停止党籍满 2 年的，可按自行脱党除名。",
)
ABROAD = Procedure(
    "abroad", "出国（境）党员", "出国（境）", (
        Event("note",     "报告短期出国（境）", (),     S.NOTED,     K, "出国（境）日期", _GOING, begins=True),
        Event("apply",    "申请保留组织关系", (),       S.ASKED,     K, "出国（境）日期", _GOING, begins=True),
        Event("pass",     "审核通过",     (S.ASKED,),   S.PASSED,    D, "审核日期", PAPERS),
        Event("file",     "备案",         (S.PASSED,),  S.KEPT,      F, "备案日期", PAPERS),
        Event("refuse",   "不同意",       (S.ASKED, S.PASSED), S.REFUSED, D, "",    MUST_NOTE),
        Event("withdraw", "撤销登记",     (S.NOTED, S.ASKED), S.WITHDRAWN, K, "",   MUST_NOTE),
        Event("contact",  "登记联系情况", (S.KEPT,),    None,        K, "联系日期", MUST_NOTE, contacts=True),
        Event("correct",  "更正信息",     _AWAY,        None,        K, "",
              ("degree", "contact_name*", "phone", "remark")),
        Event("extend",   "延期",         (S.KEPT,),    None,        D, "批准日期", ("ends_on*", *PAPERS)),
        Event("back",     "登记回国",     (S.NOTED,),   S.RETURNED,  K, "回国日期", WITH_NOTE),
        Event("return",   "申请恢复组织生活", (S.KEPT,), S.RETURNING, K, "回国日期",
              ("talk_on*", "talker*", "note"), contacts=True),
        Event("resume",   "批准恢复组织生活", (S.RETURNING,), S.RESUMED, D, "批准日期", PAPERS),
    ),
    labels={
        "began_on": "出国（境）日期", "ends_on": "预计返回日期", "limit_on": "最长保留至",
        "contact_name": "境内联系人", "phone": "境内联系人电话",
    },
    contact_months=CONTACT_MONTHS, limit_months=ABROAD_MONTHS,
    note="3 至 6 个月的报告党支部；6 个月以上的申请保留组织关系，经上级审核、组织部备案，累计不超过 5 年。",
)
RETENTION = Procedure(
    "retention", "组织关系暂留", "暂留", (
        Event("register", "登记暂留",     (),            S.RETAINED, K, "暂留开始日期", _RETAINING, begins=True),
        Event("contact",  "登记联系情况", (S.RETAINED,), None,       K, "联系日期", MUST_NOTE, contacts=True),
        Event("correct",  "更正信息",     (S.RETAINED,), None,       K, "",         _RETAINING[1:]),
        Event("extend",   "延长暂留",     (S.RETAINED,), None,       D, "批准日期", ("ends_on*", "document", "note*")),
        Event("transfer", "登记转出",     (S.RETAINED,), S.TRANSFERRED, K, "转出日期", PAPERS),
        Event("withdraw", "撤销登记",     (S.RETAINED,), S.WITHDRAWN, K, "",        MUST_NOTE),
    ),
    labels={
        "began_on": "暂留开始日期", "ends_on": "暂留截止日期", "contact_name": "联系负责人", "phone": "负责人电话",
    },
    limit_months=RETENTION_MONTHS,
    note="毕业生组织关系最多暂留 2 年，经本人申请可延长 1 年；期满由党支部转出组织关系。",
)
# fmt: on
PROCEDURES = {procedure.slug: procedure for procedure in (FLOW, LOST, ABROAD, RETENTION)}
MARKED = tuple(procedure for procedure in PROCEDURES.values() if procedure.mark)


def action_labels() -> dict[str, str]:
    """Return what the audit calls each event: {"members.flow_register": "流动党员：登记流动"}."""
    return {
        f"members.{procedure.slug}_{event.verb}": f"{procedure.label}：{event.label}"
        for procedure in PROCEDURES.values()
        for event in procedure.events
    }
