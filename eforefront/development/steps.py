"""The 25 steps as one table: who records each, what it asks, what bars it, what is marked, what comes of it.

Forms, the timeline of a person, queues, deadlines, the register and the tests are drawn from `STEPS`; nothing else
knows the order. Source: workflows.md 4.2; † there is a mark here, never a bar. Choices: decision 0036.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from eforefront.codes import DEVELOPMENT_STAGES, DEVELOPMENT_STEPS
from eforefront.development import guards, marks
from eforefront.development.cases import Case, Entry
from eforefront.development.facts import NOTICE, REDUCED, VOTE, Fact, Kind
from eforefront.development.marks import NotBefore, Within, WithinOfEnd
from eforefront.development.states import WAYS, Sponsor, State

Rule = Callable[[Case, Entry], str]


class Actor(Enum):
    """Who records a step; the label is for pages and the manual."""

    BRANCH = "党支部"
    FILING = "上级党委（党总支先审议）"
    APPROVING = "有批准权限的党委（其他上级组织先审议）"


class Queue(Enum):
    """What a 党委 finds waiting, by tab."""

    FILING = "备案"
    PREVIEW = "预审"
    TALK = "谈话"
    APPROVAL = "审批"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result of a step: the step that follows (the next one where none is named), or the state it ends in."""

    code: str
    label: str
    to: str = ""
    ends: State | None = None


PASS = Outcome("pass", "通过")


@dataclass(frozen=True, slots=True)
class Step:
    """One row. `after` are the steps whose days it may not precede; `milestone` is the date of the applicant it sets.

    `doer` is who acts by the regulation where that is not who records it. `within` makes deadlines and marks.
    """

    number: str
    actor: Actor
    dated: str
    source: str
    facts: tuple[Fact, ...] = ()
    guards: tuple[Rule, ...] = ()
    marks: tuple[Rule, ...] = ()
    within: tuple[Within, ...] = ()
    outcomes: tuple[Outcome, ...] = (PASS,)
    papers: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    milestone: str = ""
    sponsors: Sponsor | None = None
    queue: Queue | None = None
    direct: bool = False  # nobody reviews it on the way up
    doer: str = ""

    @property
    def label(self) -> str:
        return DEVELOPMENT_STEPS.label(self.number)

    @property
    def stage(self) -> str:
        """The stage it belongs to, as development_step.csv says."""
        return DEVELOPMENT_STEPS.rows[self.number].note[-1]

    @property
    def stage_label(self) -> str:
        return DEVELOPMENT_STAGES.label(self.stage)

    @property
    def votes(self) -> bool:
        return VOTE[0] in self.facts

    def outcome(self, code: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def fault(self, case: Case, entry: Entry, today: datetime.date) -> tuple[str, str]:
        """Return (field, sentence) of what bars it, ("", "") when nothing does."""
        if late := guards.in_order(case, entry, self.after, today):
            return "on", late
        name, text = guards.dates_agree(self.facts, entry, today)
        if text:
            return name, text
        found = ((guards.PLACES.get(guard, ""), text) for guard in self.guards if (text := guard(case, entry)))
        return next(found, ("", ""))

    def problem(self, case: Case, entry: Entry, today: datetime.date) -> str:
        """Return what bars it, "" when nothing does."""
        return self.fault(case, entry, today)[1]

    def marked(self, case: Case, entry: Entry) -> list[str]:
        """Return what is late or short about it."""
        found = [window.mark(case, entry) for window in self.within] + [mark(case, entry) for mark in self.marks]
        return [text for text in found if text]

    def due(self, case: Case) -> datetime.date | None:
        """Return the day until which it should be recorded, the earliest of its deadlines."""
        if self.number in ("06", "21"):
            return marks.next_observation(case)
        if self.number == "22":
            return marks.day_of_asking(case)
        return min((day for window in self.within if (day := window.due(case))), default=None)


A, K, O = Actor, Kind, Outcome  # noqa: E741
_MINUTES = Fact("minutes", "会议记录摘要", K.TEXT, True)
_OPINION = Fact("opinion", "意见", K.TEXT, True)
_NO_KIN = Fact("no_kin", "与本人没有近亲属关系", K.YES, hint="不选将标红提示")
_AT_MEETING = (
    Fact("sponsors_present", "入党介绍人到会", K.YES),
    Fact("person_present", "本人到会", K.YES),
    Fact("secret", "无记名投票", K.YES),
)
_DECIDING = (("12", "支部委员会会议"), ("11", "支部大会"))
_AGAIN, _END = O("again", "未通过，继续培养考察", to="12"), O("stop", "未通过，终止发展", ends=State.FAILED)
_CANDIDATE = (PASS, _AGAIN, _END)
_NOT_YET = "未通过，继续培养"
_NOTICED = tuple(replace(fact, outcomes=("pass",)) for fact in NOTICE)
_WHY = Fact("why", "未通过的原因", K.TEXT, True, outcomes=("again", "stop"))
_WHY_NOT_YET = replace(_WHY, outcomes=("again",))
# fmt: off
TABLE = (
    Step("01", A.BRANCH, "申请日期", "细则 5、6",
         facts=(Fact("received_by", "接收人", K.LINE),),
         guards=(guards.of_age,), papers=("入党申请书",), milestone="applied_on", doer="申请人"),
    Step("02", A.BRANCH, "谈话日期", "细则 6",
         facts=(Fact("talkers", "谈话人", K.LINE, True, hint="书记和组织委员"), Fact("title", "标题", K.LINE),
                Fact("talk", "谈话内容", K.TEXT, True)),
         within=(Within("01", "talk"),), papers=("谈话记录",), after=("01",)),
    Step("03", A.BRANCH, "支委会决定日期", "细则 7",
         facts=(Fact("way", "推荐方式", K.CHOICE, True, WAYS), Fact("recommended_on", "推荐日期", K.DATE),
                Fact("meeting", "决定的会议", K.CHOICE, True, _DECIDING), _MINUTES, _WHY_NOT_YET),
         marks=(NotBefore("01", "before_activist").mark, marks.recommended),
         outcomes=(PASS, O("again", _NOT_YET, to="03")),
         papers=("推荐推优材料", "支委会会议记录"), after=("01", "02"), milestone="activist_on"),
    Step("04", A.FILING, "备案日期", "细则 7",
         facts=(_OPINION,), within=(Within("03", "file_activist"),),
         papers=("入党积极分子考察登记表",), after=("03",), queue=Queue.FILING, doer="上级党委"),
    Step("05", A.BRANCH, "指定日期", "细则 8",
         facts=(Fact("sponsors", "培养联系人", K.PEOPLE, True, hint="1 至 2 名正式党员"), _NO_KIN),
         guards=(guards.mentors_named,), marks=(marks.no_kin, marks.not_busy), after=("03",), sponsors=Sponsor.MENTOR),
    Step("06", A.BRANCH, "考察期满日期", "细则 9 – 12",
         facts=(Fact("summary", "考察情况", K.TEXT, True),), guards=(guards.cultivated,),
         marks=(marks.mentored, marks.observed, marks.reported), papers=("思想汇报", "考察写实材料"),
         after=("03", "05"), doer="培养联系人、党支部"),
    Step("07", A.BRANCH, "支委会决定日期", "细则 13",
         facts=(Fact("opinions", "党小组、培养联系人、党员和群众意见", K.TEXT, True), *_NOTICED, _MINUTES,
                _WHY_NOT_YET),
         guards=(guards.cultivated,), marks=(marks.announced,), outcomes=(PASS, O("again", _NOT_YET, to="06")),
         papers=("支委会会议记录", "公示材料"), after=("06",)),
    Step("08", A.FILING, "同意备案日期", "细则 14",
         facts=(_OPINION,), within=(Within("07", "file_candidate"),), papers=("发展对象备案表",), after=("07",),
         milestone="candidate_on", queue=Queue.FILING, doer="上级党委"),
    Step("09", A.BRANCH, "确定日期", "细则 15",
         facts=(Fact("sponsors", "入党介绍人", K.PEOPLE, True, hint="2 名正式党员"), _NO_KIN),
         guards=(guards.introduced,), marks=(marks.no_kin,), after=("08",), sponsors=Sponsor.INTRODUCER),
    Step("10", A.BRANCH, "结论日期", "细则 16",
         facts=(Fact("way", "审查方式", K.LINE, True, hint="谈话、查档、函调、外调"),
                Fact("conclusion", "审查结论", K.TEXT, True)),
         outcomes=(O("pass", "合格"), O("stop", "不合格，终止发展", ends=State.FAILED)),
         papers=("政治审查材料", "政治审查报告"), after=("08",)),
    Step("11", A.BRANCH, "结业日期", "细则 17",
         facts=(Fact("days", "培训天数", K.COUNT), Fact("hours", "培训学时", K.COUNT),
                Fact("organizer", "举办单位", K.LINE, True), Fact("certificate", "结业证书编号", K.LINE),
                Fact("exception", "特殊情况说明", K.TEXT, hint="时间不足时填写")),
         guards=(guards.training_recorded,), papers=("培训结业证书",), after=("03",),
         doer="基层党委或县级党委组织部"),
    Step("12", A.BRANCH, "支委会审查日期", "细则 18",
         facts=(_MINUTES,), guards=(guards.introduced, guards.reviewed, guards.trained),
         marks=(marks.training_fresh,), papers=("支委会会议记录", "预审请示"), after=("08", "09", "10", "11")),
    Step("13", A.APPROVING, "预审日期", "细则 18",
         facts=(Fact("opinion", "审查意见", K.TEXT, True), Fact("staying", "三个月内不离开本单位", K.YES),
                Fact("booklet", "发放的志愿书编号", K.LINE, True, outcomes=("pass",)), _WHY),
         guards=(guards.competent,), marks=(marks.staying,), within=(Within("12", "preview"),),
         outcomes=(O("pass", "合格"), _AGAIN, _END), papers=("预审意见",), after=("12",), queue=Queue.PREVIEW,
         doer="具有审批权限的基层党委"),
    Step("14", A.BRANCH, "填写日期", "细则 19",
         facts=(Fact("booklet", "志愿书编号", K.LINE, True),), guards=(guards.same_booklet, guards.record_complete),
         papers=("入党志愿书",), after=("13",), doer="发展对象、入党介绍人"),
    Step("15", A.BRANCH, "支部大会日期", "细则 20 – 22",
         facts=(*VOTE, *REDUCED, *_AT_MEETING, _MINUTES, _WHY),
         guards=(guards.introduced, guards.counted, guards.voted),
         marks=(marks.attended, marks.voters_agree), within=(Within("13", "meeting"),),
         outcomes=_CANDIDATE, papers=("支部大会会议记录", "表决票"), after=("14",), milestone="joined_on"),
    Step("16", A.APPROVING, "谈话日期", "细则 24",
         facts=(Fact("talkers", "谈话人", K.LINE, True, hint="党委委员或组织员"), _OPINION), after=("15",),
         queue=Queue.TALK, direct=True, doer="党委委员或组织员"),
    Step("17", A.APPROVING, "审批日期", "细则 23、25、26",
         facts=(Fact("meeting", "党委会会议", K.LINE, True, hint="如 2026 年第 8 次党委会"),
                Fact("delay", "超过 3 个月的特殊情况", K.TEXT), _WHY),
         guards=(guards.competent, guards.resolved, guards.talked), marks=(marks.approved_in_time,),
         within=(Within("15", "approval"),), outcomes=(O("pass", "批准为预备党员"), _AGAIN, _END),
         papers=("党委会会议记录", "审批通知"), after=("15", "16"), milestone="approved_on", queue=Queue.APPROVAL,
         doer="具有审批权限的党委"),
    Step("18", A.APPROVING, "备案日期", "细则 26",
         facts=(Fact("number", "备案编号", K.LINE, True),), after=("17",), queue=Queue.FILING, direct=True,
         doer="上一级党委组织部"),
    Step("19", A.BRANCH, "编入日期", "细则 27",
         facts=(Fact("group", "编入的党小组", K.GROUP),), after=("17",)),
    Step("20", A.BRANCH, "宣誓日期", "细则 28",
         facts=(Fact("place", "宣誓地点", K.LINE, True),), marks=(marks.sworn_in_time,), after=("17",),
         doer="党委或党支部"),
    Step("21", A.BRANCH, "小结日期", "细则 29、30",
         facts=(Fact("summary", "教育考察情况", K.TEXT, True),), marks=(marks.observed, marks.reported),
         papers=("思想汇报", "考察写实材料"), after=("17",), doer="入党介绍人、党支部"),
    Step("22", A.BRANCH, "提出日期", "细则 32",
         outcomes=(O("pass", "已提出"), O("none", "未提出，由支部大会讨论")), marks=(marks.asked_in_time,),
         papers=("转正申请书",), after=("17",), doer="预备党员"),
    Step("23", A.BRANCH, "支部大会日期", "细则 31 – 33",
         facts=(Fact("months", "延长（月）", K.COUNT, True, hint="6 至 12 个月", outcomes=("extend",)), *NOTICE,
                *VOTE, *REDUCED, *_AT_MEETING[1:], _MINUTES),
         guards=(guards.probation_over, guards.extended_once, guards.counted, guards.voted),
         marks=(marks.announced, marks.attended, marks.voters_agree), within=(WithinOfEnd("22", "discussion"),),
         outcomes=(O("confirm", "按期转正"), O("extend", "延长预备期"), O("annul", "取消预备党员资格")),
         papers=("支部大会会议记录", "公示材料"), after=("22",)),
    Step("24", A.APPROVING, "审批日期", "细则 33、34",
         facts=(Fact("meeting", "党委会会议", K.LINE, True), Fact("delay", "超过 3 个月的特殊情况", K.TEXT)),
         guards=(guards.competent, guards.decided), within=(Within("23", "confirmation"),),
         outcomes=(O("pass", "同意支部大会决定"),), papers=("党委会会议记录", "审批通知"), after=("23",),
         milestone="decided_on", queue=Queue.APPROVAL, doer="具有审批权限的党委"),
    Step("25", A.BRANCH, "归档日期", "细则 35",
         facts=(Fact("place", "材料存放处", K.LINE, True),), after=("24",)),
)
# fmt: on
STEPS = {step.number: step for step in TABLE}
FIRST, LAST = TABLE[0].number, TABLE[-1].number
RECOMMENDING, ADMITTING, CONTINUING, DISCUSSING, CONFIRMING = "03", "17", "21", "23", "24"  # steps the effects speak of
MILESTONES = {step.milestone: step.number for step in TABLE if step.milestone}
OBSERVED_FROM, OBSERVED_TO = "05", "24"  # 考察 and 思想汇报 are entered while one of these steps is open


def following(number: str) -> str:
    """Return the number of the next step, "" after the last one."""
    return f"{int(number) + 1:02d}" if number != LAST else ""


def preceding(number: str) -> str:
    return f"{int(number) - 1:02d}" if number != FIRST else ""


def next_after(step: Step, outcome: Outcome, decision: str = "") -> tuple[str, State]:
    """Return (open step, state) after a step; `decision` is the result of 23, which 24 carries out."""
    if outcome.ends is not None:
        return step.number, outcome.ends
    if step.number == CONFIRMING and decision == "extend":
        return CONTINUING, State.ACTIVE
    if step.number == CONFIRMING and decision == "annul":
        return step.number, State.ANNULLED
    if step.number == LAST:
        return step.number, State.DONE
    return outcome.to or following(step.number), State.ACTIVE


def may_return(number: str) -> str:
    """Return why nobody can send a step back to the one before, "" where one can: what changed the roll stays."""
    if number == FIRST:
        return "第一步没有前一步骤"
    if number == following(ADMITTING):
        return "已批准为预备党员，不能再退回"
    return "转正审批已办结，不能再退回" if number == LAST else ""
