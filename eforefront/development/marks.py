"""What is late, early or short: shown red and kept with the step, never a bar. Source: workflows.md 4.2, 4.5."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from eforefront.development.cases import Case, Entry
from eforefront.development.limits import LIMITS, limit
from orgs.dates import add_months
from partyplatform.working_days import working_days_after


@dataclass(frozen=True, slots=True)
class Within:
    """A step is due so many months after another one."""

    step: str
    limit: str

    def due(self, case: Case) -> datetime.date | None:
        since = case.day(self.step)
        return add_months(since, limit(self.limit)) if since else None

    def mark(self, case: Case, entry: Entry) -> str:
        due = self.due(case)
        return f"{LIMITS[self.limit].label}应在 {due:%Y-%m-%d} 前，已逾期" if due and entry.on > due else ""


class WithinOfEnd(Within):
    """The same, counted from the end of the 预备期, or from the day put off to, where it would be due before that."""

    def due(self, case: Case) -> datetime.date | None:
        first = max(filter(None, (case.probation_ends_on, case.postponed_to)), default=None)
        due = Within.due(self, case)
        return add_months(first, limit(self.limit)) if due and first and due < first else due


@dataclass(frozen=True, slots=True)
class NotBefore:
    """A step is usual only so many months after another one."""

    step: str
    limit: str

    def mark(self, case: Case, entry: Entry) -> str:
        since = case.day(self.step)
        if since is None or entry.on >= add_months(since, limit(self.limit)):
            return ""
        return f"{LIMITS[self.limit].label}应满 {LIMITS[self.limit].told}"


def recommended(case: Case, entry: Entry) -> str:
    """群团推优 up to 28 years."""
    years = limit("league_age")
    if case.born_on is None or entry.facts.get("way") == "league":
        return ""
    is_young = entry.on < add_months(case.born_on, 12 * (years + 1))
    return f"{years} 周岁以下的青年一般应经群团组织推优" if is_young else ""


def announced(case: Case, entry: Entry) -> str:
    """公示 of five working days, of what was decided."""
    if entry.outcome == "again":
        return ""
    begins, ends = entry.facts.get("notice_from"), entry.facts.get("notice_to")
    if not begins or not ends:
        return "没有公示记录"
    begins, ends = _day(begins), _day(ends)
    least = working_days_after(begins - datetime.timedelta(days=1), limit("notice"))
    return f"公示不足 {limit('notice')} 个工作日（应至 {least:%Y-%m-%d}）" if ends < least else ""


def no_kin(case: Case, entry: Entry) -> str:
    return "" if entry.facts.get("no_kin") else "培养联系人、入党介绍人一般不由近亲属担任"


def not_busy(case: Case, entry: Entry) -> str:
    """A mentor brings on a few people only."""
    return f"{'、'.join(case.busy)}同时培养超过 {limit('mentored')} 人" if case.busy else ""


def mentored(case: Case, entry: Entry) -> str:
    """Somebody goes along: whoever was named by a branch left behind does no longer."""
    return "" if case.mentors else "没有在任的培养联系人，请用“更换联系人”指定"


def observed(case: Case, entry: Entry) -> str:
    """考察 at least every six months since 积极分子, or since 入党."""
    since = case.joined_on or case.activist_on
    if since is None:
        return ""
    gap = _longest_gap(since, case.observed, entry.on, limit("observation"))
    return f"每 {limit('observation')} 个月应考察一次，{gap:%Y-%m-%d} 前缺考察记录" if gap else ""


def reported(case: Case, entry: Entry) -> str:
    """思想汇报 each quarter."""
    since = case.joined_on or case.activist_on
    if since is None:
        return ""
    gap = _longest_gap(since, case.reported, entry.on, limit("report"))
    return f"每 {limit('report')} 个月应有一次思想汇报，{gap:%Y-%m-%d} 前缺思想汇报" if gap else ""


def training_fresh(case: Case, entry: Entry) -> str:
    ended = case.day("11")
    end = add_months(ended, limit("training_valid")) if ended else None
    return f"集中培训已于 {end:%Y-%m-%d} 超过有效期" if end and entry.on > end else ""


def staying(case: Case, entry: Entry) -> str:
    return "" if entry.facts.get("staying") else "三个月内将离开工作、学习单位的，一般不办理接收手续"


def attended(case: Case, entry: Entry) -> str:
    missing = [label for name, label in _AT_MEETING if name in entry.facts and not entry.facts[name]]
    return f"{'、'.join(missing)}" if missing else ""


_AT_MEETING = (
    ("sponsors_present", "入党介绍人没有到会"),
    ("person_present", "本人没有到会"),
    ("secret", "没有采取无记名投票"),
)


def voters_agree(case: Case, entry: Entry) -> str:
    """应到 is what the roll says, less what was reduced with consent and its reason."""
    if entry.count("reduced") and not entry.facts.get("reduced_why"):
        return "核减应到人数没有说明情况，须经上级党组织和支部大会同意"
    if case.voters is None or entry.count("due") + entry.count("reduced") == case.voters:
        return ""
    return f"应到与核减之和与名册（{case.voters} 人）不一致，请核对"


def approved_in_time(case: Case, entry: Entry) -> str:
    since = case.day("15")
    if since is None or entry.on <= add_months(since, limit("approval")):
        return ""
    if entry.on > add_months(since, limit("approval_longest")):
        return f"支部大会后超过 {limit('approval_longest')} 个月才审批"
    reason = "" if entry.facts.get("delay") else "，没有说明特殊情况"
    return f"支部大会后超过 {limit('approval')} 个月才审批{reason}"


def asked_in_time(case: Case, entry: Entry) -> str:
    """转正申请 about a week before the end."""
    end = case.probation_ends_on
    return "预备期满后才提出转正申请" if end and entry.on > end else ""


def sworn_in_time(case: Case, entry: Entry) -> str:
    end = case.probation_ends_on
    return "入党宣誓一般在转正前举行" if end and entry.on > end else ""


def day_of_asking(case: Case) -> datetime.date | None:
    """Return the day 转正申请 is due."""
    end = case.probation_ends_on
    return end - datetime.timedelta(days=limit("apply_before")) if end else None


def next_observation(case: Case) -> datetime.date | None:
    """Return the day until which the next 考察 is due."""
    since = case.joined_on or case.activist_on
    if since is None:
        return None
    return add_months(max((day for day in case.observed if day >= since), default=since), limit("observation"))


def next_report(case: Case) -> datetime.date | None:
    since = case.joined_on or case.activist_on
    if since is None:
        return None
    return add_months(max((day for day in case.reported if day >= since), default=since), limit("report"))


def _longest_gap(
    since: datetime.date, days: tuple[datetime.date, ...], until: datetime.date, months: int
) -> datetime.date | None:
    """Return the first day by which something was missing, None where nothing was."""
    return next(_gaps(since, days, until, months), None)


def _gaps(
    since: datetime.date, days: tuple[datetime.date, ...], until: datetime.date, months: int
) -> Iterator[datetime.date]:
    last = since
    for day in [*sorted(day for day in days if since <= day <= until), until]:
        due = add_months(last, months)
        if day > due:
            yield due
        last = day


def _day(value: object) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))
