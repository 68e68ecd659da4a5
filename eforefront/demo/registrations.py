"""社区报到, services and 分数 of the demonstration: some members of each branch, written in bulk."""

import datetime
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random

from django.db.models import Max
from django.utils import timezone

from eforefront.codes import ScoreSource
from eforefront.demo import bulk
from eforefront.demo.words import words
from eforefront.models import CommunityService, Registration, RegistrationCount, ScoreEntry
from eforefront.score_rules import points
from members.models import Member

EACH, FIRST, CHUNK = 4, 2, 5000  # every fourth member registers
_COMMUNITIES = words("学院路社区 和平里社区 滨河社区 东湖社区 青云社区 长桥社区 花园社区 站前社区 新华社区 朝阳社区")
_PROJECTS = words(
    "环境整治 垃圾分类宣传 敬老助残 文明交通值守 义务巡逻 防汛值守 社区阅览室值班 政策宣讲 楼道清理 帮扶慰问"
)
_HAND = (("理论宣讲", "2.0"), ("志愿服务表彰", "3.0"), ("承担支部工作任务", "1.5"))
_BY = "系统启用时导入"
_REGISTRATION = words("id member organization community began_on ended_on end_reason entered_by version")
_SERVICE = words(
    "id registration member served_on project hours state confirmed_by answer entered_by entered_at decided_by",
    "decided_at version",
)
_ENTRY = words("member on reason points source key entered_by entered_at")


def fill(rng: Random, *, today: datetime.date) -> None:
    """Write registrations, their services and the points these gave; a few entries by hand. `scores.fill` adds up."""
    people = list(_people())
    rows = [_registration(pk, *person, rng, today) for pk, person in enumerate(people, 1)]
    bulk.load(Registration, _REGISTRATION, rows)
    bulk.take_numbers_from(Registration)
    counts = Counter(row[2] for row in rows if row[5] is None)
    bulk.load(RegistrationCount, words("organization registered"), sorted(counts.items()))
    services = list(_services(rows, rng, today))
    bulk.load(CommunityService, _SERVICE, services)
    bulk.take_numbers_from(CommunityService)
    entries = [*_earned(services), *_by_hand(people, rng, today)]
    bulk.load(ScoreEntry, _ENTRY, entries)


def _people() -> Iterator[tuple[int, int]]:
    """Yield (member, organisation) of every fourth member on the roll."""
    last = Member.objects.aggregate(last=Max("pk"))["last"] or 0
    wanted = range(FIRST, last + 1, EACH)
    for start in range(0, len(wanted), CHUNK):
        chosen = Member.objects.active().filter(pk__range=(wanted[start], wanted[min(start + CHUNK, len(wanted)) - 1]))
        for pk, organization in chosen.order_by("pk").values_list("pk", "organization"):
            if pk % EACH == FIRST:
                yield pk, organization


def _registration(pk: int, member: int, organization: int, rng: Random, today: datetime.date) -> tuple:
    began_on = today - datetime.timedelta(days=rng.randint(60, 700))
    is_over = rng.random() < 0.06
    ended_on = today - datetime.timedelta(days=rng.randint(1, 30)) if is_over else None
    community = rng.choice(_COMMUNITIES)
    return pk, member, organization, community, began_on, ended_on, "迁居" if is_over else "", _BY, 1


def _services(rows: list[tuple], rng: Random, today: datetime.date) -> Iterator[tuple]:
    number = 0
    for registration, member, _, community, began_on, ended_on, *_ in rows:
        if rng.random() < 0.6:
            continue
        last = ended_on or today
        for _ in range(rng.randint(1, 3)):
            number += 1
            served_on = last - datetime.timedelta(days=rng.randint(1, min(300, (last - began_on).days)))
            is_open = served_on > today - datetime.timedelta(days=20)
            entered_at = timezone.make_aware(datetime.datetime.combine(served_on, datetime.time(20, 15)))
            decided = ("", None) if is_open else (_BY, entered_at + datetime.timedelta(days=2))
            state = CommunityService.State.PROPOSED if is_open else CommunityService.State.CONFIRMED
            hours = Decimal(rng.choice(("1.0", "1.5", "2.0", "2.5", "3.0")))
            confirmed_by = "" if is_open else community
            told = (rng.choice(_PROJECTS), hours, state.value, confirmed_by, "", _BY, entered_at)
            yield number, registration, member, served_on, *told, *decided, 1 if is_open else 2


def _earned(services: list[tuple]) -> Iterator[tuple]:
    for pk, _, member, served_on, project, hours, state, *_ in services:
        given = points(ScoreSource.SERVICE, "hours", on=served_on, amount=hours)
        if state == CommunityService.State.CONFIRMED and given:
            yield _entry(member, served_on, f"社区服务：{project}", given, ScoreSource.SERVICE, f"service:{pk}")


def _by_hand(people: list[tuple[int, int]], rng: Random, today: datetime.date) -> Iterator[tuple]:
    for member, _ in people[::9]:
        reason, given = rng.choice(_HAND)
        on = max(today - datetime.timedelta(days=rng.randint(1, 200)), today.replace(month=1, day=1))
        yield _entry(member, on, reason, Decimal(given), ScoreSource.HAND, "")


def _entry(member: int, on: datetime.date, reason: str, given: Decimal, source: ScoreSource, key: str) -> tuple:
    at = timezone.make_aware(datetime.datetime.combine(on, datetime.time(21, 0)))
    return member, on, reason, given, source.value, key, _BY, at
