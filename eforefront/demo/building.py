"""From an empty database to a whole demonstration, in one transaction."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from eforefront.demo import (
    accounts,
    activities,
    arrivals,
    bulk,
    cast,
    city,
    development_stories,
    developments,
    doubts,
    dues,
    dues_stories,
    exchange,
    leaders,
    meeting_stories,
    mobility,
    notices,
    officers,
    people,
    proposals,
    queries,
    registrations,
    statistics,
    stories,
    traffic,
    transfers,
    university,
)
from eforefront.demo.words import words
from eforefront.services import composing
from orgs import tree
from orgs.models import Organization, OrganizationProfile
from orgs.search import search_text
from orgs.services.numbering import next_codes
from partyplatform.locks import tree_lock


@dataclass(frozen=True)
class Scale:
    """What is built: how the tree grows, how many members it holds, how many people of a branch can get posts, how
    many transfers there were beside those that are told one by one."""

    organizations: Callable[[Random], list[Organization]]
    full_name: str
    members: int
    known: int
    meetings: int  # months of 组织生活 at every branch; those of the cast have two years
    transfers: int = 0
    is_reported: bool = False  # the report of last year is sealed
    closing: Callable[[Sequence[Organization]], list[Organization]] = lambda rows: []


SCALES = {
    "university": Scale(
        university.organizations,
        university.FULL_NAME,
        university.MEMBERS,
        known=9,
        meetings=2,
        is_reported=True,
        closing=university.closing,
    ),
    "city": Scale(
        city.organizations,
        city.FULL_NAME,
        city.MEMBERS,
        known=4,
        meetings=0,
        transfers=city.TRANSFERS,
    ),
}


def build(
    scale: Scale,
    *,
    seed: int,
    today: datetime.date,
    accounts_file: Path,
    say: Callable[[str], None],
    months: int | None = None,
) -> list[dict[str, str]]:
    """Fill an empty database; return the accounts, which are also written to `accounts_file`.

    `months` replaces how many months of 组织生活 every branch gets: six make a million meetings of a city.
    """
    rng = Random(seed)
    with transaction.atomic():
        bulk.take_time()
        rows = scale.organizations(rng)
        closed = scale.closing(rows)
        branches = [row for row in rows if row.holds_members and not any(row is one for one in closed)]
        people.fill(branches, scale.members, rng)
        _plant(rows, say)
        roster = people.enrol(branches, rng, keep=scale.known, today=today)
        say(f"党员 {sum(row.enrolled for row in branches)} 名")
        telling = developments.prepare(rows, today=today)
        mobility.fill(rng, today=today)
        doubts.fill()
        registrations.fill(Random(seed + 34), today=today)
        say(f"党费：{dues.fill(rows, Random(f'{seed} dues'), today=today)} 名党员两年的标准、月份和收据")
        known = leaders.candidates(rows, roster)
        leaders.install(rows, known, rng, today=today)
        _describe(rows, rng)
        say(f"届次、班子成员和通讯地址，因职务成为管理员的 {officers.install()} 名")
        actors = cast.choose(rows, roster, known)
        lines = [*map(accounts.open_account, actors.everybody), accounts.announce(actors.newcomer)]
        stories.tell(actors, rows, known, closed=closed, today=today)
        proposals.hand_in(actors, today=today)
        say("演示账号和近期事项")
        traffic.fill(rows, rng, count=scale.transfers, today=today)
        travels = scale.transfers + transfers.tell(actors, rows) + arrivals.tell(actors)
        say(f"组织关系转接 {travels} 件，平台间交换的消息 {exchange.tell(actors)} 条")
        months = scale.meetings if months is None else months
        say(f"组织生活 {meeting_stories.hold(actors, rows, branches, rng, today=today, months=months)} 次")
        lines.insert(-1, _tell_of_branches(actors, rows, branches, telling, seed, today, say))
        say(f"通知 {notices.tell(actors, Random(seed + 35))} 份，已保存的查询 {queries.tell(actors)} 个")
        if scale.is_reported:
            say(statistics.tell(rows, by=stories.role_of(actors.top), today=today))
        composing.count_compositions(today, lambda: None)
    accounts.write_list(accounts_file, lines)
    bulk.settle()
    return lines


def _tell_of_branches(
    actors: cast.Cast,
    rows: Sequence[Organization],
    branches: Sequence[Organization],
    first: Sequence[int],
    seed: int,
    today: datetime.date,
    say: Any,
) -> dict[str, str]:
    """Write 支部活动, 党员发展 and what the branch of the cast has to answer; return the line of its applicant."""
    say(f"支部活动 {activities.hold(actors, rows, branches, Random(seed + 36), today=today)} 次")
    say(f"党员发展 {developments.fill(Random(seed + 37), today=today, first=first)} 人")
    dues_stories.tell(actors, today=today)
    return development_stories.tell(actors, today=today)


def _plant(rows: Sequence[Organization], say: Any) -> None:
    """Give codes, and save the tree with the counters its branches already carry."""
    tree_lock()
    for row, code in zip(rows, next_codes(len(rows)), strict=True):
        row.code = code
        row.search_text = search_text(row)
    tree.insert_many(rows)
    bulk.take_stock(Organization)
    say(f"党组织 {len(rows)} 个")


def _describe(rows: Sequence[Organization], rng: Random) -> None:
    """Write addresses for every upper organisation and for some branches."""
    names = words("organization address postcode fax venue remark")
    bulk.load(
        OrganizationProfile, names, (_profile(row, rng) for row in rows if not row.is_branch or rng.random() < 0.2)
    )


def _profile(row: Organization, rng: Random) -> tuple:
    street = f"示范市学院路{rng.randint(1, 199)}号"
    venue = f"{row.unit_name}党员活动室" if row.is_branch else f"{row.unit_name}党群活动中心"
    return row.pk, street, "999000", f"010-0000{rng.randrange(10_000):04d}", venue, ""
