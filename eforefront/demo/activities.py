"""支部活动 of the demonstration: two of the last months for every branch; what can be joined now, for the cast.

Written in bulk; what those who can log in find in motion is told through the services.
"""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from django.db.models import Max
from django.utils import timezone

from eforefront.demo import bulk, scores
from eforefront.demo.cast import Cast
from eforefront.demo.meeting_stories import branches_of
from eforefront.demo.transfers import Desk
from eforefront.demo.words import words
from eforefront.gatherings import Audience, Kind, State
from eforefront.models import ActivityHours, Attendance, Enrolment, Gathering, SignUp
from eforefront.services import activities, gatherings
from members.models import Member
from members.services.posts import leadership
from orgs.models import Organization

MANY = 2_000  # branches of a city that are told of
PLACES, LINE = 12, 2  # of an activity one signs up for; how many wait
SERVICE = "2"
_DAY, _HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
_GATHERING = words(
    "id uid organization kind type topic agenda begins_at ends_at place chair recorder audience guests notifies",
    "is_study state reason content resolution due present is_late_entry published_at recorded_at recorded_by",
    "reviewed_at reviewed_by version",
)
_KINDS = (
    ("2", "校园环境整治", "东门广场"),
    ("2", "敬老院慰问服务", "示范敬老院"),
    ("3", "参观党史展览", "示范市党史馆"),
    ("1", "主题党日：重温入党誓词", "党员活动室"),
    ("5", "应急救护培训", "学院报告厅"),
    ("4", "走访慰问老党员", "离退休党员家中"),
)


@dataclass
class Branch:
    """A branch with who belongs to it and who leads it."""

    pk: int
    members: list[int] = field(default_factory=list)
    chair: str = "支部书记"


def hold(
    cast: Cast, rows: Sequence[Organization], branches: Sequence[Organization], rng: Random, *, today: datetime.date
) -> int:
    """Write the activities of all branches, tell those of the cast, add up the scores; return how many were held."""
    held = fill([row.pk for row in branches], rng, today=today)
    tell(cast, today=today)
    scores.fill({row.pk for row in branches_of(cast, rows)}, today=today)
    return held


def fill(branches: Sequence[int], rng: Random, *, today: datetime.date) -> int:
    """Write two activities for each of these branches, held and recorded; return how many."""
    first = Gathering.objects.aggregate(last=Max("pk"))["last"] or 0
    specs = []
    for branch in _known(branches[:MANY]):
        for turn in range(2):
            day = today - datetime.timedelta(days=18 + 40 * turn + rng.randrange(20))
            begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
            specs.append((first + len(specs) + 1, branch, begins, rng.choice(_KINDS)))
    bulk.load(Gathering, _GATHERING, (_gathering(*spec) for spec in specs))
    bulk.take_numbers_from(Gathering)
    bulk.load(SignUp, words("gathering closes_at places taken"), (row for spec in specs for row in _sign_ups(*spec)))
    line = words("gathering member state entered_at promoted_at withdrawn_at")
    bulk.load(Enrolment, line, (row for spec in specs for row in _enrolments(*spec)))
    came = words("gathering member state votes excuse wrong_codes signed_at reason")
    bulk.load(Attendance, came, (row for spec in specs for row in _attendance(*spec)))
    hours = words("gathering member hours")
    bulk.load(ActivityHours, hours, (row for spec in specs for row in _hours(*spec)))
    return len(specs)


def _known(branches: Sequence[int]) -> list[Branch]:
    found = {pk: Branch(pk) for pk in branches}
    rows = Member.objects.active().filter(organization__in=list(found)).order_by("organization_id", "pk")
    for place, member in rows.values_list("organization_id", "pk").iterator(chunk_size=5000):
        found[place].members.append(member)
    for pk, leaders in leadership(list(found)).items():
        found[pk].chair = leaders.secretary or found[pk].chair
    return [branch for branch in found.values() if branch.members]


def tell(cast: Cast, *, today: datetime.date) -> None:
    """Let the branches of the cast have an activity with a waiting list, one for signing in, one to come."""
    for branch in (cast.general.organizations[1], next(a for a in cast.others if a.title == "支部管理员").branch):
        _in_motion(branch, today)


def _in_motion(branch: Organization, today: datetime.date) -> None:
    leaders = leadership([branch.pk]).get(branch.pk)
    by = Desk(branch, (leaders.secretary if leaders else "") or "值班管理员")
    begun = timezone.make_aware(datetime.datetime.combine(today, datetime.time(8)))
    soon = timezone.make_aware(datetime.datetime.combine(today + 5 * _DAY, datetime.time(9)))
    plans = (
        ("2", "社区环境整治志愿服务", "学院路社区", soon, 2 * _HOUR, 6),
        ("3", "参观党史展览", "示范市党史馆", soon + 7 * _DAY, 2 * _HOUR, None),
        ("2", "图书馆志愿服务周", "图书馆一层", begun, 6 * _DAY + 12 * _HOUR, 20),
    )
    people = list(Member.objects.active().filter(organization=branch).order_by("pk")[:9])
    for turn, (kind, topic, place, begins, length, places) in enumerate(plans):
        words_ = {"topic": topic, "place": place, "chair": by.user_name, "agenda": "集合、活动、总结"}
        times = {"begins_at": begins, "ends_at": begins + length}
        made = gatherings.draft(
            branch, kind=Kind.ACTIVITY, type=kind, audience=Audience.REGISTERED, by=by, **words_, **times
        )
        activities.set_up(made, by=by, asked={"closes_at": begins - _HOUR / 2, "places": places})
        made = gatherings.publish(made, by=by, version=made.version)
        for member in people[: 8 if turn == 0 else 4]:
            activities.enrol(made, member, by=by)


def _signs_up(pk: int) -> bool:
    return pk % 3 == 0


def _taking(pk: int, branch: Branch) -> list[int]:
    return branch.members[:PLACES] if _signs_up(pk) else branch.members


def _states(pk: int, branch: Branch) -> Iterator[tuple[int, str]]:
    """Yield (member, state) of everybody due: the same whenever it is asked."""
    for member in _taking(pk, branch):
        chance = (member * 7919 + pk * 104_729) % 100
        yield member, "1" if chance < 86 else "3" if chance < 90 else "5" if chance < 97 else "7"


def _gathering(pk: int, branch: Branch, begins: datetime.datetime, told: tuple[str, str, str]) -> tuple:
    kind, topic, place = told
    states = [state for _, state in _states(pk, branch)]
    by, recorded = f"{branch.chair}（支部管理员）", begins + 5 * _HOUR
    is_reviewed = pk % 5 > 0
    state = State.REVIEWED if is_reviewed else State.RECORDED
    return (
        *(pk, uuid.uuid5(uuid.NAMESPACE_OID, f"gathering {pk}"), branch.pk, Kind.ACTIVITY, kind, topic, ""),
        *(begins, begins + 2 * _HOUR, place, branch.chair, ""),
        *(Audience.REGISTERED if _signs_up(pk) else Audience.EVERYBODY, "", True, False, state, ""),
        *(f"{topic}按计划完成，党员积极参加，达到预期效果。", "", len(states)),
        *(sum(state in ("1", "3") for state in states), False, begins - 7 * _DAY, recorded, by),
        *((recorded + 2 * _DAY, "值班管理员（党总支管理员）") if is_reviewed else (None, "")),
        3,
    )


def _sign_ups(pk: int, branch: Branch, begins: datetime.datetime, _told: tuple) -> Iterator[tuple]:
    if _signs_up(pk):
        yield pk, begins - _DAY, PLACES, len(_taking(pk, branch))


def _enrolments(pk: int, branch: Branch, begins: datetime.datetime, _told: tuple) -> Iterator[tuple]:
    if not _signs_up(pk):
        return
    for number, member in enumerate(branch.members[: PLACES + LINE]):
        at = begins - 6 * _DAY + number * _HOUR
        yield pk, member, "1" if number < PLACES else "2", at, None, None


def _attendance(pk: int, branch: Branch, begins: datetime.datetime, _told: tuple) -> Iterator[tuple]:
    for member, state in _states(pk, branch):
        signed = begins if state in ("1", "3") else None
        yield pk, member, state, False, "", 0, signed, "家中有事" if state == "5" else ""


def _hours(pk: int, branch: Branch, _begins: datetime.datetime, told: tuple[str, str, str]) -> Iterator[tuple]:
    if told[0] == SERVICE:
        for member, state in _states(pk, branch):
            if state in ("1", "3"):
                yield pk, member, Decimal("2.0") if state == "1" else Decimal("1.5")
