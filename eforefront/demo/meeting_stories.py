"""组织生活 as those who can log in find it: 党小组, what is announced or waits for a record, 民主评议 of two years."""

import datetime
from collections.abc import Sequence
from random import Random

from django.utils import timezone

from eforefront.attendees import enrolled
from eforefront.demo import meetings
from eforefront.demo.cast import Cast
from eforefront.demo.transfers import Desk
from eforefront.gatherings import Audience, Kind
from eforefront.models import Appraisal, Gathering, PartyGroup, ReviewCycle, StudyEntry
from eforefront.review_steps import FILING, STEPS
from eforefront.services import attending, gatherings, groups, reviews
from members.models import Member
from members.services.posts import leadership
from orgs.models import Organization

HOUR = datetime.timedelta(hours=1)
GROUP = 12  # members of one 党小组


def hold(
    cast: Cast,
    rows: Sequence[Organization],
    branches: Sequence[Organization],
    rng: Random,
    *,
    today: datetime.date,
    months: int,
) -> int:
    """Write the meetings of the past in bulk and tell of those in motion; return how many there are."""
    told = {row.pk for row in branches_of(cast, rows)}
    held = meetings.fill([row.pk for row in branches], told, rng, today=today, months=months)
    return held + tell(cast, rows, today=today)


def branches_of(cast: Cast, rows: Sequence[Organization]) -> list[Organization]:
    """Return the branches that are told of in full: those below the general branch of the cast."""
    parent = cast.general.organizations[0].pk
    return [row for row in rows if row.parent_id == parent and row.holds_members and row.full_members > 3]


def tell(cast: Cast, rows: Sequence[Organization], *, today: datetime.date) -> int:
    """Let branches of the cast have groups, meetings in motion, a review of last year and one of this; return how many
    meetings were announced."""
    homes = [cast.general.organizations[1], next(a for a in cast.others if a.title == "支部管理员").branch]
    for branch in homes:
        _groups(branch)
        _announced(branch, today)
    for branch in homes:
        _review(branch, today.year - 1, today=today, until=FILING + 1)
    _review(homes[1], today.year, today=today, until=STEPS[5].number)
    _review(homes[0], today.year, today=today, until=FILING)
    _study(homes, today)
    return Gathering.objects.filter(organization__in=homes, state="2").count()


def _desk(organization: Organization) -> Desk:
    leaders = leadership([organization.pk]).get(organization.pk)
    return Desk(organization, (leaders.secretary if leaders else "") or "值班管理员")


def _groups(branch: Organization) -> None:
    people, by = list(enrolled(branch).order_by("pk")), _desk(branch)
    count = max(1, round(len(people) / GROUP))
    for number, name in zip(range(count), "一二三四五六七八九", strict=False):
        members = people[number::count]
        groups.found(branch, name=f"第{name}党小组", leader=members[0], members=members, by=by)


def _announced(branch: Organization, today: datetime.date) -> None:
    by = _desk(branch)
    begun = timezone.make_aware(datetime.datetime.combine(today, datetime.time(8)))
    soon = timezone.make_aware(datetime.datetime.combine(today + datetime.timedelta(days=3), datetime.time(14)))
    words = {"place": "党员活动室", "chair": by.user_name, "kind": Kind.MEETING, "by": by}
    signing = gatherings.draft(
        branch,
        type="14",
        topic="集中学习周：学习贯彻全会精神，分批参加",
        begins_at=begun,
        ends_at=begun + datetime.timedelta(days=6, hours=12),  # whenever the demonstration is looked at one can sign in
        is_study=True,
        **words,
    )
    coming = gatherings.draft(
        branch,
        type="11",
        topic="讨论接收预备党员",
        agenda="一、听取介绍人意见\n二、讨论\n三、无记名投票表决",
        begins_at=soon,
        ends_at=soon + 2 * HOUR,
        **words,
    )
    gatherings.publish(signing, by=by, version=signing.version)
    coming = gatherings.publish(coming, by=by, version=coming.version)
    _leave(coming)
    group = PartyGroup.objects.of(branch).living().first()
    if group is not None:
        begins = soon + datetime.timedelta(days=2)
        gatherings.draft(
            branch,
            type="13",
            topic="交流学习体会",
            audience=Audience.GROUP,
            group=group,
            begins_at=begins,
            ends_at=begins + HOUR,
            **words,
        )


def _leave(meeting: Gathering) -> None:
    row = attending.Attendance.objects.of(meeting).filter(member__user__isnull=False).last()
    if row is None:
        return
    user = row.member.user
    by = Desk(meeting.organization, user.name, str(user.uid))
    attending.ask_leave(meeting, row.member, by=by, state="6", reason="公务出差")


def _review(branch: Organization, year: int, *, today: datetime.date, until: int) -> None:
    """Carry the 民主评议 of a year up to a step; beyond the last one its results stand in the records."""
    by, above = _desk(branch), _desk(branch.parent)
    began = datetime.date(year, 11, 5)
    cycle = reviews.begin(branch, year=year, on=min(began, today), by=by)
    while cycle.step < min(until, FILING):
        step = STEPS[cycle.step - 1]
        if step.asks:
            cycle = reviews.put(cycle, by=by, version=cycle.version, rows=_rows(cycle, step.asks))
        day = min(today, began + datetime.timedelta(days=4 * step.number))
        cycle = reviews.complete(cycle, by=by, version=cycle.version, on=day, note="")
    if until > FILING:
        reviews.file(cycle, by=above, version=cycle.version)


def _rows(cycle: ReviewCycle, asks: str) -> dict[int, dict[str, object]]:
    found, rows = {}, list(Appraisal.objects.of(cycle))
    graded = [row for row in rows if not row.is_probationary]
    best = {row.member_id for row in graded[: len(graded) // 4]}
    for number, row in enumerate(rows):
        others = len(rows) - number % 3
        ballots = (
            {"excellent": others // 2, "good": others - others // 2}
            if row.member_id in best
            else {
                "excellent": others // 5,
                "good": others - others // 5,
            }
        )
        grade = "9" if row.is_probationary else "1" if row.member_id in best else "3" if number % 17 == 16 else "2"
        found[row.member_id] = {
            "own": {"appraised_self": True},
            "mutual": {"appraised_by_others": True},
            "ballots": ballots,
            "grades": {"grade": grade},
        }[asks]
    return found


def _study(homes: Sequence[Organization], today: datetime.date) -> None:
    """Let some members have learned elsewhere as well."""
    entries = []
    for branch in homes:
        for member in Member.objects.active().filter(organization=branch).order_by("pk")[:6]:
            subject = ("学习强国专题学习", "党校集中培训", "网络学院必修课")[member.pk % 3]
            on = datetime.date(today.year, 1 + member.pk % min(today.month, 10), 10)
            entries.append(
                StudyEntry(member=member, on=on, subject=subject, halves=8 + member.pk % 8, by_name="支部管理员")
            )
    StudyEntry.objects.bulk_create(entries)
