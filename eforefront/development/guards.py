"""The bars of 党员发展: each function returns the sentence that refuses a step, "" where it does not.

Named bars are age, a year of 考察, 政治审查, training, two introducers, the vote, a competent 党委 and the 预备期;
everything else that is late or short is a mark (`marks.py`). Source: workflows.md 4.2 – 4.5.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping

from eforefront import voting
from eforefront.development.cases import Case, Entry
from eforefront.development.facts import VOTES, Fact, Kind
from eforefront.development.limits import limit
from members.services.acts import EXTENSION
from orgs.dates import add_months

PASSING = ("pass", "confirm", "extend", "annul")


def of_age(case: Case, entry: Entry) -> str:
    """申请 from 18 on (细则 5)."""
    years = limit("age")
    if case.born_on is None:
        return "请先填写出生日期"
    is_old_enough = entry.on >= add_months(case.born_on, 12 * years)
    return "" if is_old_enough else f"年满 {years} 周岁才能申请入党，申请之日尚未年满"


def mentors_named(case: Case, entry: Entry) -> str:
    """One or two 正式党员 of the branch."""
    most = limit("mentors")
    return "" if 1 <= case.mentors <= most else f"请指定 1 至 {most} 名本支部正式党员作培养联系人"


def cultivated(case: Case, entry: Entry) -> str:
    """A year of 考察 after 积极分子 was decided; time spent elsewhere adds up (细则 12, 13)."""
    if case.activist_on is None:
        return "尚未确定为入党积极分子"
    end = add_months(case.activist_on, limit("cultivation"))
    return "" if entry.on >= end else f"培养教育考察应满 {limit('cultivation')} 个月（{end:%Y-%m-%d} 期满）"


def introduced(case: Case, entry: Entry) -> str:
    """Exactly two 正式党员, not under 留党察看."""
    return "" if case.introducers == 2 else "入党介绍人应为 2 名正式党员，受留党察看处分尚未恢复权利的不能担任"


def reviewed(case: Case, entry: Entry) -> str:
    """政治审查 with a conclusion that lets the person in."""
    done = case.done.get("10")
    return "" if done and done.outcome == "pass" else "未经政治审查或政治审查不合格的，不能发展入党"


def trained(case: Case, entry: Entry) -> str:
    """Three days or 24 hours of training, or the reason of an exception."""
    if "11" not in case.done:
        return "未经集中培训的，除特殊情况外不能发展入党"
    facts = case.done["11"].facts
    return "" if enough_training(facts) else "集中培训不足规定时间，又没有说明特殊情况，不能发展入党"


def enough_training(facts: object) -> bool:
    given = dict(facts)  # type: ignore[call-overload]
    days, hours = int(given.get("days") or 0), int(given.get("hours") or 0)
    return days >= limit("training_days") or hours >= limit("training_hours") or bool(given.get("exception"))


def training_recorded(case: Case, entry: Entry) -> str:
    if enough_training(entry.facts):
        return ""
    return f"培训应不少于 {limit('training_days')} 天或 {limit('training_hours')} 学时；特殊情况请填写说明"


def same_booklet(case: Case, entry: Entry) -> str:
    """The 志愿书 is the one handed out with 预审."""
    given = case.fact("13", "booklet")
    own = entry.facts.get("booklet")
    return "" if not given or own == given else f"志愿书编号与预审时发放的（{given}）不一致"


def record_complete(case: Case, entry: Entry) -> str:
    """What the record of the new member must say is asked before the meeting, not after the approval."""
    return f"请先补全申请人资料：{'、'.join(case.missing)}" if case.missing else ""


def counted(case: Case, entry: Entry) -> str:
    """The figures are those of a vote that can be, with more than half of those due there (细则 21)."""
    figures = {name: entry.count(name) for name in VOTES}
    found = voting.counting(due=figures["due"], present=figures["present"], agree=figures["agree"], admits=True)
    return voting.problem(**figures) or ("" if found.is_valid else found.why)


def voted(case: Case, entry: Entry) -> str:
    """What is decided got more than half of those due, whoever was there (细则 22)."""
    due, agree = entry.count("due"), entry.count("agree")
    found = voting.counting(due=due, present=due, agree=agree, admits=True)
    if entry.outcome in PASSING and not found.is_passed:
        return found.why
    if entry.outcome not in PASSING and found.is_passed:
        return "赞成票超过应到有表决权人数的半数，表决结果应为通过"
    return ""


def resolved(case: Case, entry: Entry) -> str:
    """接收 must have been passed by the meeting before it is approved."""
    done = case.done.get("15")
    return "" if done and done.outcome == "pass" else "支部大会没有通过，不能审批"


def talked(case: Case, entry: Entry) -> str:
    return "" if "16" in case.done else "审批前应派人谈话"


def competent(case: Case, entry: Entry) -> str:
    """Only a 党委 named in 发展党员权限 approves (4.4)."""
    return "" if case.may_approve else "本组织没有批准预备党员的权限，只能审议后报上级党委"


def probation_over(case: Case, entry: Entry) -> str:
    """No early 转正; an extension too is decided when the 预备期 is over."""
    end = case.probation_ends_on
    if end is None:
        return "没有预备期满日期，请先核对入党日期"
    if entry.on < end:
        return f"预备期到 {end:%Y-%m-%d} 届满，不能提前讨论"
    waits = case.postponed_to
    return f"已推迟至 {waits:%Y-%m-%d} 讨论" if waits and entry.on < waits else ""


def extended_once(case: Case, entry: Entry) -> str:
    """Once, six months to a year (细则 32)."""
    if entry.outcome != "extend":
        return ""
    if case.is_extended:
        return "预备期已延长过一次，只能按期转正或取消预备党员资格"
    months = entry.count("months")
    first, last = EXTENSION[0], EXTENSION[-1]
    return "" if months in EXTENSION else f"延长预备期应为 {first} 至 {last} 个月"


def decided(case: Case, entry: Entry) -> str:
    return "" if "23" in case.done else "支部大会尚未讨论"


def in_order(case: Case, entry: Entry, after: tuple[str, ...], today: datetime.date) -> str:
    """Dates follow each other, and none lies ahead (screens.md 4.2)."""
    if entry.on > today:
        return "日期不能晚于今天"
    if case.born_on is not None and entry.on <= case.born_on:
        return "日期应晚于出生日期"
    latest = max((day for step in after if (day := case.day(step))), default=None)
    return f"日期不能早于前一步骤（{latest:%Y-%m-%d}）" if latest and entry.on < latest else ""


def dates_agree(facts: Iterable[Fact], entry: Entry, today: datetime.date) -> tuple[str, str]:
    """Return (fact, sentence) of a day that lies ahead or contradicts another one, ("", "") where none does."""
    days = {fact.name: fact.label for fact in facts if fact.kind is Kind.DATE and entry.facts.get(fact.name)}
    for name, label in days.items():
        if entry.facts[name] > today:
            return name, f"{label}不能晚于今天"
    begins, ends, recommended = (entry.facts.get(name) for name in ("notice_from", "notice_to", "recommended_on"))
    if begins and ends and ends < begins:
        return "notice_to", f"公示结束日期不能早于开始日期（{begins:%Y-%m-%d}）"
    if recommended and recommended > entry.on:
        return "recommended_on", f"推荐日期不能晚于决定日期（{entry.on:%Y-%m-%d}）"
    return "", ""


# Where in the form a bar is told; what is not here concerns no single field.
PLACES: Mapping[Callable[[Case, Entry], str], str] = {
    of_age: "on",
    mentors_named: "sponsors",
    cultivated: "on",
    introduced: "sponsors",
    training_recorded: "days",
    same_booklet: "booklet",
    counted: "present",
    voted: "agree",
    probation_over: "on",
    extended_once: "months",
}
