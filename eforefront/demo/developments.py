"""党员发展 of the demonstration: people in every stage, written in bulk with the whole history behind them.

Applicants come from the branches of the pilot; 预备党员 of these branches go through the later steps with their own
dates. Everything is on time but here and there.
"""

import datetime
import json
import uuid
from collections.abc import Iterator, Sequence
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from accounts.id_numbers import check_digit
from eforefront.demo import bulk, names, records
from eforefront.demo.cast import general_branch
from eforefront.demo.numbers import REGION
from eforefront.demo.words import words
from eforefront.development.cases import Case, Done
from eforefront.development.chains import holder_of
from eforefront.development.states import Deed, Sponsor
from eforefront.development.steps import CONFIRMING, CONTINUING, DISCUSSING, LAST, RECOMMENDING, STEPS
from eforefront.models import Applicant, DevelopmentRecord, Sponsorship
from eforefront.models.development import APPLICANT_ADDRESSES, APPLICANT_NUMBERS, APPLICANT_PHONES
from eforefront.models.development_records import DEVELOPMENT_FACTS
from members import membership
from members.codes import PersonCategory
from members.models import Member, Standing
from orgs.dates import add_months
from orgs.models import Organization
from partyplatform import phones

APPLYING = words("02 03 04 06 06 08 10 11 12 13 14 15 16 17 06 03 05 07 09 01")  # open, by turns
BEFORE = {"03": 100, "04": 16, "05": 4, "06": 372, "07": 20, "08": 14, "13": 9, "15": 9, "17": 16, "18": 12, "20": 12}
USUAL = 6  # days from a step to the next
OF_BRANCH, MEMBERS = 7, 4  # applicants of a branch, and 预备党员 of it, at most
ADMITTED = 24  # days from the meeting to the approval: from then on somebody is 预备党员
GROUPED = {"18": 36, "19": 44, "20": 75}  # the open step of a new 预备党员, by the days since the meeting
DISCUSSED = 30  # days after the end of the 预备期
AROUND_THE_END = {"21": -14, "22": -8, "23": 5, "24": 33}  # the day of a step, from the end of the 预备期 on
JOINED = (30, 40, 60, 340, 371, 374, 402, 410)  # days ago, of some: so that somebody has each of the later steps open
FILED = 100  # days: whose 预备期 ended since then has a file that is not closed yet
FIRST_SERIAL = 700  # of a day: members have the serials from 0 on
LEAGUE = "league"
_BY = "系统启用时导入"
_APPLICANT = words(
    "id uid organization holder member name id_number_sealed id_number_index gender born_on ethnicity native_place",
    "education job_post post front_line is_model is_villager recommended",
    "phone_sealed address_sealed state step stage began_at due_on applied_on activist_on",
    "candidate_on joined_on approved_on probation_ends_on is_extended decided_on confirmed_on observed_on reported_on",
    "created_at version",
)
_RECORD = words(
    "uid applicant step deed outcome label on facts_sealed marks due present written agree against abstain",
    "organization by_name at",
)
_TEXTS = {
    "talk": "入党动机端正，对党的基本知识有了解，愿意接受组织培养。",
    "minutes": "到会人数符合规定，经讨论一致同意。",
    "opinion": "材料齐全，程序合规，同意。",
    "opinions": "党小组、培养联系人、党员和群众均表示同意。",
    "summary": "按时参加组织生活和教育培训，学习和工作表现良好。",
    "conclusion": "本人历史清楚，政治审查合格。",
    "way": "谈话、查阅档案、函调",
    "talkers": "支部书记、组织委员",
    "organizer": "示范大学党委",
    "certificate": "2026-018",
    "booklet": "2026-0018",
    "meeting": "党委会会议",
    "number": "备〔2026〕18 号",
    "place": "大学生活动中心",
    "received_by": "支部书记",
}
_ENTRIES = ((Deed.OBSERVATION, 6, "表现良好，继续培养"), (Deed.REPORT, 3, "汇报近期思想、学习和工作情况"))


class Story:
    """One person with a history: `step` is open, the step before it was done on `last`."""

    def __init__(self, branch: Organization, step: str, last: datetime.date, rng: Random):
        self.branch, self.step, self.rng, self.last = branch, step, rng, last
        self.days = _days(step, last)
        self.applicant = Applicant(organization=branch, step=step, stage=STEPS[step].stage)
        self.records: list[DevelopmentRecord] = []

    def tell(self, sponsors: Sequence[Member], voters: int, today: datetime.date) -> None:
        """Write the history down, with 考察 and 思想汇报 in their time."""
        self.sponsors = sponsors
        for number, day in self.days.items():
            step = STEPS[number]
            if step.milestone:
                setattr(self.applicant, step.milestone, day)
            if number == RECOMMENDING:
                self.applicant.recommended = LEAGUE
            votes = _votes(voters) if step.votes else {}
            facts = {fact.name: _fact(fact, sponsors, day) for fact in step.facts if fact.name not in votes}
            given = {name: value for name, value in facts.items() if value not in (None, "")}
            label = "同意按期转正" if number == CONFIRMING else step.outcomes[0].label
            self._add(number, Deed.STEP, day, step.outcomes[0].code, label, given, **votes)
        if self.days:
            self._observe(today if self.step in ("06", CONTINUING) else max(self.days.values()))

    def held_by(self) -> Organization | None:
        """Return who holds the open step: half of what waits above was reviewed already."""
        first = holder_of(self.step, self.branch)
        after = holder_of(self.step, self.branch, after=first) if first is not None and first != self.branch else None
        if after is None or self.rng.random() < 0.5:
            return first
        self._add(self.step, Deed.REVIEW, self.last, "", "审议通过，报上级", {"opinion": _TEXTS["opinion"]})
        self.records[-1].organization = first
        return after

    def _observe(self, until: datetime.date) -> None:
        begins = self.days.get("03")
        if begins is None:
            return
        for deed, months, text in _ENTRIES:
            for number in count(1):
                day = add_months(begins, number * months) - datetime.timedelta(days=self.rng.randint(1, 9))
                if day > until:
                    break
                open_then = max(step for step, done in self.days.items() if done <= day)
                at = min(max(open_then, "05"), self.step)
                self._add(at, deed, day, "", deed.label, {"text": text})
                setattr(self.applicant, "observed_on" if deed is Deed.OBSERVATION else "reported_on", day)

    def _add(
        self, step: str, deed: Deed, on: datetime.date, outcome: str, label: str, facts: dict[str, Any], **votes: int
    ) -> None:
        at = timezone.make_aware(datetime.datetime.combine(on, datetime.time(16, 20)))
        words = {"step": step, "deed": deed.value, "outcome": outcome, "label": label, "on": on, "by_name": _BY}
        line = DevelopmentRecord(uid=_uid(self.rng), organization=self.branch, at=at, **words, **votes)
        line.facts_sealed = DEVELOPMENT_FACTS.sealed(line.uid, json.dumps(facts, ensure_ascii=False)) if facts else b""
        self.records.append(line)


def prepare(rows: Sequence[Organization], *, today: datetime.date) -> list[int]:
    """Let some 预备党员 of the general branch of the cast have joined on days that matter, before anything is told of
    them; return their ids."""
    people = Member.objects.probation().filter(organization__parent=general_branch(rows).pk)
    people = people.filter(born_on__lte=add_months(today, -12 * 20))
    chosen = list(people.order_by("pk").values_list("pk", flat=True)[: len(JOINED)])
    for pk, days in zip(chosen, JOINED, strict=False):
        joined_on = today - datetime.timedelta(days=days)
        Member.objects.filter(pk=pk).update(joined_on=joined_on)
        Standing.objects.filter(member=pk).update(begins_on=joined_on)
    return chosen


def fill(rng: Random, *, today: datetime.date, first: Sequence[int] = (), most: int = 120) -> int:
    """Write the developments of branches with the module, those of `first` before others; return how many it are."""
    pilot = Organization.objects.living().receiving_members().filter(may_develop=True).order_by("pk")
    chosen = [branch for branch in pilot if branch.enrolled > 6]
    stories: list[Story] = []
    serials = count()
    homes = set(Member.objects.filter(pk__in=first).values_list("organization", flat=True))
    others = rng.sample(chosen, min(len(chosen), most // OF_BRANCH))
    for branch in {branch.pk: branch for branch in [*(one for one in chosen if one.pk in homes), *others]}.values():
        people = list(Member.objects.active().filter(organization=branch, category=PersonCategory.FULL)[:4])
        if len(people) < 3:
            continue
        stories += _applicants(branch, people, serials, rng, today)
        stories += _members(branch, people, first, rng, today)
        stories += _filed(branch, people, rng, today)
    # Lists: while PostgreSQL takes rows in, the connection answers no question, and these ask some.
    bulk.load(Applicant, _APPLICANT, list(_people(stories)))
    bulk.take_numbers_from(Applicant)
    bulk.load(DevelopmentRecord, _RECORD, list(_lines(stories)))
    bulk.take_numbers_from(DevelopmentRecord)
    bulk.load(Sponsorship, words("applicant member kind since"), list(_sponsors(stories)))
    return len(stories)


def _applicants(
    branch: Organization, sponsors: Sequence[Member], serials: Any, rng: Random, today: datetime.date
) -> Iterator[Story]:
    for _ in range(rng.randint(3, OF_BRANCH)):
        number = next(serials)
        step = APPLYING[number % len(APPLYING)]
        story = Story(branch, step, today - datetime.timedelta(days=rng.randint(1, 36)), rng)
        _describe(story.applicant, branch, number, rng)
        story.applicant.born_on = min(story.applicant.born_on, add_months(story.days.get("01", today), -12 * 18))
        story.tell(sponsors, branch.full_members, today)
        _seal(story.applicant, number, rng)
        yield story


def _members(
    branch: Organization, sponsors: Sequence[Member], first: Sequence[int], rng: Random, today: datetime.date
) -> Iterator[Story]:
    people = Member.objects.probation().filter(
        organization=branch, joined_on__lte=today - datetime.timedelta(days=ADMITTED)
    )
    told = [member for member in people.order_by("pk") if member.pk in first]
    others = [member for member in people.order_by("pk") if member.pk not in first]
    for member in [*told, *others[: max(0, MEMBERS - len(told))]]:
        end = membership.probation_end(member)
        assert end is not None
        yield _on_the_roll(member, branch, _open_step(member, end, today), end, sponsors, rng, today)


def _filed(branch: Organization, sponsors: Sequence[Member], rng: Random, today: datetime.date) -> Iterator[Story]:
    """Yield whoever became a 正式党员 lately, and whose file is not closed yet."""
    since = today - datetime.timedelta(days=FILED)
    until = today - datetime.timedelta(days=AROUND_THE_END[CONFIRMING])
    people = Member.objects.active().filter(organization=branch, confirmed_on__range=(since, until))
    for member in people.exclude(pk__in=[one.pk for one in sponsors]).order_by("pk")[:1]:
        story = _on_the_roll(member, branch, LAST, member.confirmed_on, sponsors, rng, today)
        story.applicant.confirmed_on = member.confirmed_on
        yield story


def _on_the_roll(
    member: Member,
    branch: Organization,
    step: str,
    end: datetime.date | None,
    sponsors: Sequence[Member],
    rng: Random,
    today: datetime.date,
) -> Story:
    """Return the story of somebody with a member record, whose dates it keeps to."""
    assert member.joined_on is not None
    assert end is not None
    story = Story(branch, step, _after(member.joined_on, "15", step, today), rng)
    shift = member.joined_on - story.days["15"]
    story.days = {number: min(day + shift, today) for number, day in story.days.items()}
    for number in story.days.keys() & AROUND_THE_END.keys():
        story.days[number] = min(end + datetime.timedelta(days=AROUND_THE_END[number]), today)
    story.last = max(story.days.values())
    applicant = story.applicant
    applicant.member, applicant.probation_ends_on = member, end
    for field in ("name", "gender", "born_on", "ethnicity"):
        setattr(applicant, field, getattr(member, field))
    story.tell(sponsors, branch.full_members, today)
    return story


def _open_step(member: Member, end: datetime.date, today: datetime.date) -> str:
    """Return where a 预备党员 stands, by the days since the meeting and until the end of the 预备期."""
    assert member.joined_on is not None
    if today >= end:
        return CONFIRMING if today > end + datetime.timedelta(days=DISCUSSED) else DISCUSSING
    if today >= end - datetime.timedelta(days=40):
        return "22"
    since = (today - member.joined_on).days
    return next((step for step, days in GROUPED.items() if since < days), CONTINUING)


def _days(step: str, last: datetime.date) -> dict[str, datetime.date]:
    """Return {step: day} of everything before the open step, the last of it on a day."""
    done = [number for number in STEPS if number < step]
    day, found = last, {}
    for number in reversed(done):
        found[number] = day
        day -= datetime.timedelta(days=BEFORE.get(number, USUAL))
    return dict(sorted(found.items()))


def _after(joined_on: datetime.date, since: str, step: str, today: datetime.date) -> datetime.date:
    gaps = sum(BEFORE.get(number, USUAL) for number in STEPS if since < number < step)
    return min(joined_on + datetime.timedelta(days=gaps), today)


def _describe(applicant: Applicant, branch: Organization, number: int, rng: Random) -> None:
    kind = records.kind_of(branch)
    applicant.gender, applicant.ethnicity, applicant.native_place = "12"[number % 2], "01", "110101"
    applicant.name = names.name(rng, applicant.gender)
    applicant.job_post, applicant.education, _ = rng.choice(kind.lives)
    applicant.post = branch.unit_name
    applicant.front_line = "03" if applicant.job_post.startswith("0212") else ""
    year = rng.randint(kind.born[0], min(kind.born[1], 2005))
    applicant.born_on = datetime.date(year, rng.randint(1, 12), rng.randint(1, 28))


def _seal(applicant: Applicant, number: int, rng: Random) -> None:
    assert applicant.born_on is not None
    serial = FIRST_SERIAL + number // 2 % 140 * 2 + (applicant.gender == "1")
    first_17 = f"{REGION}{applicant.born_on:%Y%m%d}{serial:03d}"
    APPLICANT_NUMBERS.put(applicant, first_17 + check_digit(first_17))
    APPLICANT_PHONES.put(applicant, phones.normalise(records.phone(rng)))
    APPLICANT_ADDRESSES.put(applicant, records.address(rng))


def _votes(due: int) -> dict[str, int]:
    present = max(due - due // 10, due // 2 + 1)
    return {"due": due, "present": present, "written": 0, "agree": present, "against": 0, "abstain": 0}


def _fact(fact: Any, sponsors: Sequence[Member], day: datetime.date) -> Any:
    """Return what a step of a good history says."""
    match fact.kind.value:
        case "yes":
            return True
        case "people":
            return "、".join(member.name for member in sponsors[:2])
        case "date":
            return (day - datetime.timedelta(days=1 if fact.name == "notice_to" else 9)).isoformat()
        case "count":
            return {"days": 3, "hours": 24}.get(fact.name)
        case "choice":
            return LEAGUE if fact.name == "way" else fact.choices[0][0]
    return "" if fact.name in ("why", "delay", "exception", "reduced_why", "group") else _TEXTS.get(fact.name, "")


def _people(stories: Sequence[Story]) -> Iterator[tuple]:
    for number, story in enumerate(stories, 1):
        applicant = story.applicant
        applicant.pk, applicant.uid = number, applicant.uid or _uid(story.rng)
        applicant.holder = story.held_by()
        applicant.created_at = min((line.at for line in story.records), default=timezone.now())
        applicant.due_on = STEPS[story.step].due(_case(story))
        yield tuple(_value(applicant, name) for name in _APPLICANT)


def _case(story: Story) -> Case:
    applicant = story.applicant
    done = {number: Done(day) for number, day in story.days.items()}
    return Case(
        born_on=applicant.born_on,
        done=done,
        observed=tuple(line.on for line in story.records if line.deed == Deed.OBSERVATION),
        activist_on=applicant.activist_on,
        joined_on=applicant.joined_on,
        probation_ends_on=applicant.probation_ends_on,
    )


def _value(row: Any, name: str) -> Any:
    return getattr(row, f"{name}_id") if name in ("organization", "holder", "member") else getattr(row, name)


def _lines(stories: Sequence[Story]) -> Iterator[tuple]:
    for story in stories:
        for line in sorted(story.records, key=lambda line: (line.on, line.step)):
            line.applicant = story.applicant
            yield tuple(
                getattr(line, f"{name}_id") if name in ("applicant", "organization") else getattr(line, name)
                for name in _RECORD
            )


def _sponsors(stories: Sequence[Story]) -> Iterator[tuple]:
    for story in stories:
        for number, kind, size in (("05", Sponsor.MENTOR, 1), ("09", Sponsor.INTRODUCER, 2)):
            if number in story.days:
                for member in story.sponsors[:size]:
                    yield story.applicant.pk, member.pk, kind.value, story.days[number]


def _uid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
