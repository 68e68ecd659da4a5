"""Last year as 党内统计 tells it: deaths, departures, 表彰 and 处分 at the university, and the sealed report."""

import datetime
from collections.abc import Sequence
from itertools import islice

from accounts.models import RoleGrant
from eforefront.demo.clock import days_ago
from eforefront.services import statistics as services
from members.acts import ACTS
from members.models import Member, Standing
from members.sections import HONOURS, PENALTIES
from members.services import departures, sections
from members.services.acts import carry_out
from orgs.models import Organization
from transfers.models import Transfer

DEATHS, DEPARTURES, SUSPENDED, HONOURED, PUNISHED = 18, 10, 3, 12, 2
FROM_THE_END = 40  # people of a branch nobody else in the demonstration speaks of stand at its end


def tell(rows: Sequence[Organization], *, by: RoleGrant, today: datetime.date) -> str:
    """Let people leave in the course of last year, seal its report, and say so."""
    end = datetime.date(today.year - 1, 12, 31)
    elderly = [row.pk for row in rows if row.is_elderly_majority and row.enrolled]
    others = [row.pk for row in rows if row.is_branch and row.enrolled and not row.is_elderly_majority]
    begun = datetime.date(end.year, 1, 1)
    old = iter(_people(elderly, DEATHS, begun))
    young = iter(_people(others, DEPARTURES + SUSPENDED + HONOURED + PUNISHED, begun))
    days = (end - datetime.timedelta(days=12 + 9 * step) for step in range(DEATHS + DEPARTURES + SUSPENDED))
    for member in old:
        _on(today, next(days), lambda on, member=member: _act("decease", member, on, by))
    for member in islice(young, DEPARTURES):
        _on(today, next(days), lambda on, member=member: departures.depart(member, by=by, on=on, document="介绍信"))
    for member in islice(young, SUSPENDED):
        _on(today, next(days), lambda on, member=member: _act("suspend", member, on, by))
    given = datetime.date(end.year, 7, 1)
    told = {"authority": "中共示范大学委员会", "document": f"示党发〔{end.year}〕26号", "given_on": given}
    for number, member in enumerate(islice(young, HONOURED)):
        level = "5" if number % 3 else "4"
        sections.add(HONOURS, member, by=by, values=told | {"kind": "3" if number % 4 == 0 else "2", "level": level})
    for member in young:
        sections.add(PENALTIES, member, by=by, values=told | {"kind": "1", "reason": "违反工作纪律"})
    services.seal(rows[0], on=end, by=by)
    return f"{end.year} 年度党内统计已封存"


def _people(places: Sequence[int], number: int, since: datetime.date) -> list[Member]:
    """Full members who were in these branches on a day and stayed, without account, post or 社区报到 that goes on, one
    or two of each."""
    rows = Member.objects.active().full().filter(organization__in=places, user=None, posts=None, matters=None)
    settled = Standing.objects.filter(ends_on=None, begins_on__lt=since)
    rows = rows.filter(registrations=None, pk__in=settled.values("member"))
    rows = rows.exclude(pk__in=Transfer.objects.unfinished().exclude(member=None).values("member"))
    found: dict[int, Member] = {}
    for member in (
        rows.filter(joined_on__lt="2015-01-01").select_related("organization").order_by("-pk")[: number * FROM_THE_END]
    ):
        found.setdefault(member.organization_id, member)
    spare = list(rows.filter(joined_on__lt="2015-01-01").order_by("-pk")[: number * 2])
    chosen = {member.pk: member for member in [*found.values(), *spare]}
    return list(chosen.values())[:number]


def _act(slug: str, member: Member, on: datetime.date, by: RoleGrant) -> None:
    carry_out(ACTS[slug], member, by=by, version=member.version, on=on)


def _on(today: datetime.date, day: datetime.date, act) -> None:
    """Let something happen on a day, entered on the day after."""
    with days_ago((today - day).days - 1):
        act(day)
