"""流动, 失联, 出国（境）, 暂留 and 困难 of the demonstration: those marked in their records, and a few more."""

import datetime
import uuid
from collections.abc import Iterator
from random import Random

from django.db.models import Max

from eforefront.demo import bulk, records
from eforefront.demo.words import words
from members import codes
from members.codes import MembershipStatus
from members.models import Hardship, Matter, MatterStep, Member
from members.models.matters import CONTACT_PHONES
from members.procedures import PROCEDURES, State
from orgs.dates import add_months

CHUNK = 1000
ABROAD_EACH, RETAINED_EACH, HARDSHIP_EACH = 400, 500, 300  # one member in so many
_MATTER = words(
    "id uid member procedure state began_on ends_on limit_on contact_due_on cause region scope occupation host",
    "country way degree contact_name phone_sealed certificate remark version",
)
_STEP = words("matter verb label on state note document by_name at")
_COUNTRIES = words("示例国甲 示例国乙 示例国丙 示例地区")
_CONTACTS = words("王示例 李示例 张示例 刘示例 陈示例 杨示例")
_TOLD = words("电话联系，思想和生活情况正常 微信联系，已参加线上组织生活 视频联系，近期不返回")
_KINDS = (
    ("因病致困", "协调大病救助，党费慰问 2000 元"),
    ("家庭经济困难", "发放困难补助，结对帮扶"),
    ("残疾", "定期上门走访"),
    ("孤寡老人", "志愿者每周探望"),
)
_ABROAD = (State.KEPT,) * 14 + (State.NOTED, State.NOTED, State.ASKED, State.ASKED, State.PASSED, State.RETURNING)


def fill(rng: Random, *, today: datetime.date) -> None:
    """Write the matters of an empty database whose members are there; some of them fall due.

    All are found before they are written: the connection answers no question while rows stream in.
    """
    matters = list(_all(rng, today))
    bulk.load(Matter, _MATTER, _values(matters))
    bulk.take_numbers_from(Matter)
    bulk.load(MatterStep, _STEP, _steps(matters, rng, today))
    bulk.load(Hardship, words("member kind since_on until_on measures version"), list(_hardships(rng, today)))


def _values(rows: list[Matter]) -> Iterator[tuple]:
    for number, matter in enumerate(rows, 1):
        matter.id = number
        yield tuple(matter.member_id if name == "member" else getattr(matter, name) for name in _MATTER)


def _all(rng: Random, today: datetime.date) -> Iterator[Matter]:
    for member in Member.objects.filter(is_floating=True).order_by("pk").only("floating_to").iterator(CHUNK):
        yield _flow(member, rng, today)
    for member in Member.objects.filter(is_lost=True).order_by("pk").only("lost_since", "status").iterator(CHUNK):
        yield _lost(member, rng, today)
    for pk in _every(ABROAD_EACH, 7):
        yield _abroad(pk, rng, today)
    for pk in _every(RETAINED_EACH, 13):
        yield _retained(pk, rng, today)


def _every(step: int, first: int) -> Iterator[int]:
    """Yield the ids of every so many members on the roll."""
    last = Member.objects.aggregate(last=Max("pk"))["last"] or 0
    wanted = range(first, last + 1, step)
    for start in range(0, len(wanted), CHUNK):
        chosen = Member.objects.active().filter(pk__in=list(wanted[start : start + CHUNK]), is_lost=False)
        yield from chosen.order_by("pk").values_list("pk", flat=True)


def _new(member: int, procedure: str, state: str, rng: Random, **fields) -> Matter:
    matter = Matter(member_id=member, procedure=procedure, state=state, uid=_uid(rng), **fields)
    if procedure != "lost":
        matter.contact_name = rng.choice(_CONTACTS)
        CONTACT_PHONES.put(matter, records.phone(rng))
    return matter


def _flow(member: Member, rng: Random, today: datetime.date) -> Matter:
    began_on = today - datetime.timedelta(days=rng.randint(10, 700))
    is_new = began_on > today - datetime.timedelta(days=45)
    return _new(
        member.pk,
        "flow",
        State.WAITING if is_new else State.REPORTED,
        rng,
        began_on=began_on,
        contact_due_on=add_months(max(began_on, _contacted(rng, today)), 6),
        region=member.floating_to,
        scope=rng.choice(("1", "1", "2")),
        cause=rng.choice([code for code, _ in codes.FLOW_REASONS.choices]),
        occupation=rng.choice(words("教师 技术人员 学生 自由职业")),
        host="" if is_new else f"示例市第{rng.randint(1, 40)}社区党支部",
    )


def _lost(member: Member, rng: Random, today: datetime.date) -> Matter:
    is_stopped = member.status == MembershipStatus.SUSPENDED
    limit = add_months(today, rng.randint(1, 23)) if is_stopped else add_months(member.lost_since, 6)
    return _new(
        member.pk,
        "lost",
        State.STOPPED if is_stopped else State.LOST,
        rng,
        began_on=member.lost_since,
        limit_on=limit,
        cause=rng.choice([code for code, _ in codes.LOST_CONTACT_REASONS.choices]),
    )


def _abroad(pk: int, rng: Random, today: datetime.date) -> Matter:
    state = rng.choice(_ABROAD)
    months = 4 if state == State.NOTED else rng.choice((12, 24, 36, 48))
    began_on = add_months(today + datetime.timedelta(days=rng.randint(5, 28)), -rng.randint(0, max(0, months - 2)))
    return _new(
        pk,
        "abroad",
        state,
        rng,
        began_on=began_on,
        ends_on=add_months(began_on, months),
        limit_on=add_months(began_on, 60),
        contact_due_on=add_months(_contacted(rng, today), 6) if state == State.KEPT else None,
        country=rng.choice(_COUNTRIES),
        way=rng.choice(("13", "21", "21", "22")),
        degree=rng.choice(words("博士 硕士 访问学者")),
    )


def _retained(pk: int, rng: Random, today: datetime.date) -> Matter:
    began_on = add_months(today.replace(month=7, day=1), rng.choice((-12, -12, -24, -22)))
    ends_on = add_months(began_on, 24)
    if ends_on <= today:
        ends_on = add_months(began_on, 36)
    return _new(
        pk,
        "retention",
        State.RETAINED,
        rng,
        began_on=began_on,
        ends_on=ends_on,
        limit_on=max(ends_on, add_months(began_on, 24)),
    )


def _contacted(rng: Random, today: datetime.date) -> datetime.date:
    """Return the day of the last contact: one in twenty is too long ago."""
    return today - datetime.timedelta(days=rng.randint(175, 210) if rng.random() < 0.05 else rng.randint(1, 160))


def _steps(matters: list[Matter], rng: Random, today: datetime.date) -> Iterator[tuple]:
    at = datetime.datetime(today.year, today.month, today.day, tzinfo=datetime.UTC)
    for matter in matters:
        start = PROCEDURES[matter.procedure].starts[-1 if matter.ends_on and matter.state != State.NOTED else 0]
        first = min(matter.began_on, today)
        yield matter.pk, start.verb, start.label, first, start.to, "", "", "系统启用时导入", at
        if matter.contact_due_on:
            day = max(first, add_months(matter.contact_due_on, -6))
            yield matter.pk, "contact", "登记联系情况", day, matter.state, rng.choice(_TOLD), "", "系统启用时导入", at


def _hardships(rng: Random, today: datetime.date) -> Iterator[tuple]:
    for pk in _every(HARDSHIP_EACH, 3):
        kind, measures = rng.choice(_KINDS)
        since_on = today - datetime.timedelta(days=rng.randint(30, 900))
        is_over = rng.random() < 0.2
        yield pk, kind, since_on, today - datetime.timedelta(days=rng.randint(1, 25)) if is_over else None, measures, 1


def _uid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
