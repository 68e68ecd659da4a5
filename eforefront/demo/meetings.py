"""组织生活 of the demonstration: the last months of every branch, two years of those the cast belongs to.

Written in bulk; what those who can log in find in motion is told through the services.
"""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from django.db.models import Max
from django.utils import timezone

from eforefront.demo import bulk
from eforefront.demo.words import words
from eforefront.gatherings import PRESENT, Audience, Kind, State
from eforefront.meeting_types import STUDY, template
from eforefront.models import Attendance, Gathering, GatheringEvent, Vote
from members.models import Member, Post
from orgs.dates import add_months

Row = tuple[int, bool]  # a member, whether with a vote

_FIELDS = words(
    "id uid organization kind type topic agenda begins_at ends_at place chair recorder audience guests notifies",
    "is_study state reason content resolution due present is_late_entry published_at recorded_at recorded_by",
    "reviewed_at reviewed_by version",
)
_ATTENDANCE = words("gathering member state votes excuse wrong_codes signed_at reason")
_STATES = ("1",) * 88 + ("3",) * 4 + ("5",) * 3 + ("4",) * 2 + ("6", "6", "7")
_WHY = {"4": "身体不适", "5": "家中有事", "6": "公务出差"}
_MISSED = 0.06  # of the meetings that were owed and not held
_HOURS = (9, 14, 15, 16, 19)
_TOPICS = {
    "11": words(
        "讨论年度工作计划 通报党费收缴情况 讨论发展党员事项 总结上半年支部工作 学习贯彻全会精神 通过支部工作报告"
    ),
    "12": words("研究本月支部工作 确定入党积极分子 研究党员教育安排 研究主题党日方案 分析党员思想状况 研究评优推荐"),
    "13": words("学习讨论党章 交流学习体会 分工落实支部任务 讨论志愿服务安排"),
    "14": words("纪律规矩与作风建设 党史中的初心 新时代党员的担当 学习先进典型 调查研究的方法"),
    "21": words("参观校史馆 重温入党誓词 社区志愿服务 观看红色影片 学习研讨 实验室安全排查 缅怀革命先烈 帮扶结对"),
    "22": words("年度组织生活会"),
    "23": words("民主评议党员"),
    "24": words("书记与党员谈心谈话"),
}
_PLACES = words("党员活动室 第一会议室 学院报告厅 教学楼201 校史馆 线上会议")
_TALK = "与会同志结合岗位实际交流了体会，提出了改进的意见和建议，书记作了小结。"


@dataclass(frozen=True)
class Rhythm:
    """How often a type is held: every so many months, on a day of the month; of two halves of the branch one."""

    type: str
    months: int
    day: int
    half: int | None = None


USUAL = (Rhythm("21", 1, 16), Rhythm("11", 3, 22), Rhythm("14", 3, 9))
FULL = (
    *USUAL,
    Rhythm("12", 1, 5),
    Rhythm("13", 1, 11, 0),
    Rhythm("13", 1, 12, 1),
    Rhythm("22", 12, 12),
    Rhythm("24", 12, 26),
)


@dataclass
class Branch:
    """A branch with its members and who leads it."""

    pk: int
    members: list[Row] = field(default_factory=list)
    committee: list[int] = field(default_factory=list)
    chair: str = "支部书记"


@dataclass(frozen=True)
class Spec:
    """One meeting that is to be written."""

    pk: int
    branch: Branch
    type: str
    begins_at: datetime.datetime
    state: str
    is_told: bool  # with history and votes
    half: int | None = None

    @property
    def people(self) -> Sequence[Row]:
        if self.half is not None:
            return self.branch.members[self.half :: 2]
        if self.type != "12":
            return self.branch.members
        return [row for row in self.branch.members if row[0] in self.branch.committee]


def fill(branches: Sequence[int], told: set[int], rng: Random, *, today: datetime.date, months: int) -> int:
    """Write the meetings of these branches for the last `months`, of those in `told` for two years; return how many.

    The specifications are made anew for each table, from one seed: the connection takes no second table while rows
    stream in.
    """
    known = _known([pk for pk in branches if months or pk in told])
    first = Gathering.objects.aggregate(last=Max("pk"))["last"] or 0
    seed = rng.random()

    def specs() -> Iterator[Spec]:
        return _specs(known, told, Random(seed), first=first, today=today, months=months)

    bulk.load(Gathering, _FIELDS, (_gathering(spec, today) for spec in specs()))
    bulk.take_numbers_from(Gathering)
    bulk.load(Attendance, _ATTENDANCE, (row for spec in specs() for row in _attendance(spec)))
    bulk.load(
        GatheringEvent, words("gathering label note by_name at"), (row for spec in specs() for row in _events(spec))
    )
    votes = words("gathering subject admits due present written agree against abstain")
    bulk.load(Vote, votes, (row for spec in specs() for row in _votes(spec)))
    return sum(1 for _ in specs())


def _known(branches: Sequence[int]) -> list[Branch]:
    found = {pk: Branch(pk) for pk in branches}
    rows = Member.objects.active().values_list("organization_id", "pk", "category").order_by("organization_id", "pk")
    for place, pk, category in rows.iterator(chunk_size=5000):
        if place in found:
            found[place].members.append((pk, category == "1"))
    posts = (
        Post.objects.current().order_by("position", "pk").values_list("term__organization", "member", "member__name")
    )
    for place, member, name in posts.iterator(chunk_size=5000):
        if place in found:
            branch = found[place]
            branch.chair = name if not branch.committee else branch.chair
            branch.committee.append(member)
    return [branch for branch in found.values() if branch.members]


def _specs(
    branches: Sequence[Branch], told: set[int], rng: Random, *, first: int, today: datetime.date, months: int
) -> Iterator[Spec]:
    pk, this_month = first, today.replace(day=1)
    for branch in branches:
        is_told = branch.pk in told
        span = 24 if is_told else months
        for back in range(span - 1, -1, -1):
            month = add_months(this_month, -back)
            for rhythm in FULL if is_told else USUAL:
                is_due = month.month % rhythm.months == (11 if rhythm.months == 12 else 2) % rhythm.months
                if not is_due or rng.random() < _MISSED:
                    continue
                day = min(28, rhythm.day + rng.randrange(3))
                begins = datetime.datetime.combine(month.replace(day=day), datetime.time(rng.choice(_HOURS)))
                pk += 1
                at = timezone.make_aware(begins)
                state = _state(at.date(), today, rng)
                yield Spec(pk, branch, rhythm.type, at, state, is_told, rhythm.half)


def _state(day: datetime.date, today: datetime.date, rng: Random) -> str:
    ago, chance = (today - day).days, rng.random()
    if ago <= 0:
        return State.PUBLISHED
    if chance < 0.01:
        return State.CANCELLED
    if ago > 30:
        return State.REVIEWED if chance < 0.93 else State.RECORDED
    return State.RECORDED if chance < 0.8 else State.PUBLISHED if chance < 0.9 else State.REVIEWED


def _known_states(spec: Spec) -> Iterator[tuple[int, bool, str]]:
    """Yield (member, with a vote, state) of everybody due: the same whenever it is asked."""
    is_over = spec.state in (State.RECORDED, State.REVIEWED)
    for member, is_full in spec.people:
        state = _STATES[(member * 7919 + spec.pk * 104_729) % 100] if is_over else ""
        yield member, is_full and spec.type in ("11", "12", "22"), state


def _gathering(spec: Spec, today: datetime.date) -> tuple:
    turn = spec.pk
    known = [state for _, _, state in _known_states(spec)]
    ends = spec.begins_at + datetime.timedelta(minutes=90 if spec.type == "12" else 120)
    is_over = spec.state in (State.RECORDED, State.REVIEWED)
    is_late = is_over and turn % 37 == 0 and (today - spec.begins_at.date()).days > 60
    recorded = ends + datetime.timedelta(days=41 if is_late else turn % 3 / 4) if is_over else None
    topics = _TOPICS[spec.type]
    topic = topics[turn % len(topics)]
    by = f"{spec.branch.chair}（支部管理员）"
    return (
        *(spec.pk, _uid(spec), spec.branch.pk, Kind.MEETING, spec.type, topic, "", spec.begins_at, ends),
        *(_PLACES[turn % len(_PLACES)], spec.branch.chair, "", _audience(spec), "", True, spec.type in STUDY),
        *(spec.state, "与学校统一安排冲突，另行通知" if spec.state == State.CANCELLED else ""),
        *(f"{template(spec.type).split(chr(10))[0]}\n{topic}。{_TALK}" if is_over else "", "同意。" if is_over else ""),
        *(len(known), sum(state in PRESENT for state in known), is_late),
        *(spec.begins_at - datetime.timedelta(days=4), recorded, by if is_over else ""),
        *_reviewed(spec, recorded),
        3,
    )


def _reviewed(spec: Spec, recorded: datetime.datetime | None) -> tuple[datetime.datetime | None, str]:
    if spec.state != State.REVIEWED or recorded is None:
        return None, ""
    return min(recorded + datetime.timedelta(days=3), timezone.now()), "值班管理员（党总支管理员）"


def _audience(spec: Spec) -> str:
    if spec.half is not None:
        return Audience.CHOSEN
    return Audience.COMMITTEE if spec.type == "12" else Audience.EVERYBODY


def _uid(spec: Spec) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"gathering {spec.pk}")


def _attendance(spec: Spec) -> Iterator[tuple]:
    for member, votes, state in _known_states(spec):
        signed = spec.begins_at if state in PRESENT else None
        yield spec.pk, member, state, votes, "", 0, signed, _WHY.get(state, "")


def _events(spec: Spec) -> Iterator[tuple]:
    if not spec.is_told:
        return
    by = f"{spec.branch.chair}（支部管理员）"
    yield spec.pk, "发布", f"应到 {len(spec.people)} 人", by, spec.begins_at - datetime.timedelta(days=4)
    if spec.state in (State.RECORDED, State.REVIEWED):
        yield spec.pk, "提交记录", "", by, spec.begins_at + datetime.timedelta(hours=3)
    if spec.state == State.REVIEWED:
        at = min(spec.begins_at + datetime.timedelta(days=4), timezone.now())
        yield spec.pk, "审阅", "", "值班管理员（党总支管理员）", at


def _votes(spec: Spec) -> Iterator[tuple]:
    if not spec.is_told or spec.type != "11" or spec.state not in (State.RECORDED, State.REVIEWED):
        return
    known = [state for _, votes, state in _known_states(spec) if votes]
    present = sum(state in PRESENT for state in known)
    against = 1 if spec.pk % 4 == 0 and present > 4 else 0
    yield spec.pk, "通过支部工作安排", False, len(known), present, 0, present - against, against, 0
