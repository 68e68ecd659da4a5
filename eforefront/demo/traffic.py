"""组织关系转接 of a city over two years, written past the services: what they would have left behind.

A few thousand are under way, each at its step and in its time; the others have ended. Nothing is due when they are
written: no letter that ran out unnoticed, no late step nobody was reminded of.
"""

import datetime
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from django.db import connection

from accounts.models import User
from eforefront.demo import bulk, names
from eforefront.demo.numbers import Numbers, gender
from eforefront.demo.traffic_rows import let_go, write
from eforefront.demo.traffic_steps import Journey, Play, cancel
from eforefront.demo.words import words
from members.models import Doubt, Matter, Member, Post, Twin
from orgs.models import Organization, OrganizationProfile, ParentChange
from transfers import chains, workflow
from transfers.codes import Cause, TransferState, TransferType
from transfers.models import LetterSeries, Transfer

CHUNK = 10_000
DAYS = 730  # how far back the first one began
OPEN_SHARE = 0.08
_TYPES = (*[TransferType.INTERNAL] * 55, *[TransferType.CITY] * 27, *[TransferType.OUT] * 14, *[TransferType.IN] * 4)
_OUTSIDE = ("中共邻市委组织部", "中共邻省示例大学委员会", "中共示例县委组织部")


def fill(rows: Sequence[Organization], rng: Random, *, count: int, today: datetime.date) -> None:
    """Write `count` transfers between the branches of a whole tree whose members are there."""
    if not count:
        return
    town = Town(rows, rng, today)
    for first in range(0, count, CHUNK):
        write([town.journey(number / count) for number in range(first, min(count, first + CHUNK))], town)
    bulk.take_numbers_from(Transfer)
    series = [(committee, year, last) for (committee, year), last in town.given.items()]
    bulk.load(LetterSeries, words("committee year last"), series)
    let_go()


class Town:
    """Who there is, who exchanges letters, and who is spoken for."""

    def __init__(self, rows: Sequence[Organization], rng: Random, today: datetime.date) -> None:
        self.rng, self.today, self.number = rng, today, 0
        self.given: Counter[tuple[int, int]] = Counter()
        self.names = names.pools(rng, 20)
        self.numbers = Numbers(rng)
        self.approving = set(Organization.objects.approving().values_list("pk", flat=True))
        self.profiles = {profile.organization_id: profile for profile in OrganizationProfile.objects.iterator(5000)}
        self.people = _ranges()
        moving = set(ParentChange.objects.values_list("organization", flat=True))
        self.branches = [row for row in rows if row.pk in self.people and row.pk not in moving]
        for row in rows:  # rights were given since the rows were made
            row.may_approve = row.pk in self.approving
        self.ways = {row.pk: _above(row) for row in self.branches}
        self.branches = [row for row in self.branches if self.committee(row) is not None]
        self.near: dict[int, list[Organization]] = {}
        self.inside: dict[int, list[Organization]] = {}
        for row in self.branches:
            self.near.setdefault(row.parent_id, []).append(row)
            self.inside.setdefault(self.committee(row).pk, []).append(row)
        self.taken = _spoken_for()

    def committee(self, branch: Organization) -> Any:
        return next((row for row in self.ways[branch.pk] if row.pk in self.approving), None)

    def way(self, branch: Organization) -> list[Organization]:
        """Everything above a branch, nearest first, as `transfers.chains` asks for it."""
        return self.ways[branch.pk]

    def journey(self, progress: float) -> Journey:
        """Return the next transfer; `progress` runs from the first to the last day."""
        kind, source, target = self._places(self.rng.choice(_TYPES))
        chain = self._chain(kind, source, target)
        journey = Journey(self._begun(kind, source, target, chain))
        is_open = progress > 1 - OPEN_SHARE * 1.25 and self.rng.random() < 0.8
        began = self.today - datetime.timedelta(days=int(DAYS * (1 - progress)) + 12)
        Play(self, journey, chain).run(is_open, began)
        self._name(journey, is_open)
        return journey

    def _places(self, kind: TransferType) -> tuple[TransferType, Organization | None, Organization | None]:
        source = self.rng.choice(self.branches)
        if kind == TransferType.OUT:
            return kind, source, None
        if kind == TransferType.IN:
            return kind, None, source
        mine = self.committee(source).pk
        if kind == TransferType.CITY:
            others = [pk for pk in self.inside if pk != mine]
            if others:
                return kind, source, self.rng.choice(self.inside[self.rng.choice(others)])
        near = self.near[source.parent_id] if self.rng.random() < 0.5 else self.inside[mine]
        target = self.rng.choice(near)
        if target.pk == source.pk:
            target = self.rng.choice([row for row in self.inside[mine][:50] if row.pk != source.pk])
        return TransferType.INTERNAL, source, target

    def _chain(self, kind: TransferType, source: Any, target: Any) -> chains.Chain:
        if kind == TransferType.OUT:
            return chains.leaving(source, way=self.way)
        if kind == TransferType.IN:
            return chains.arriving(target, way=self.way)
        return chains.between(source, target, way=self.way)

    def _begun(self, kind: TransferType, source: Any, target: Any, chain: chains.Chain) -> Transfer:
        self.number += 1
        transfer = Transfer(id=self.number, type=kind, source=source, target=target, starter=source or target)
        transfer.uid = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        transfer.source_committee, transfer.target_committee = chain.source_committee, chain.target_committee
        if source is None or target is None:
            transfer.heading = self.rng.choice(_OUTSIDE)
            transfer.destination = "邻市某单位" if target is None else ""
        transfer.cause, transfer.valid_days = self.rng.choice(Cause.values), workflow.DAYS.get(kind, 0)
        return transfer

    def _name(self, journey: Journey, is_open: bool) -> None:
        """Choose whose transfer it was: somebody of the branch where it left them."""
        transfer = journey.transfer
        has_arrived = transfer.state == TransferState.DONE and transfer.target is not None
        if transfer.type == TransferType.IN and not has_arrived:
            journey.id_number = self.numbers.next((1930, 1936))
            transfer.name = self.rng.choice(self.names[gender(journey.id_number)])
            return
        first, last = self.people[(transfer.target if has_arrived else transfer.source).pk]
        alone = is_open or (transfer.type == TransferType.OUT and transfer.state == TransferState.DONE)
        for pk in (self.rng.randint(first, last) for _ in range(40)):
            if not alone or pk not in self.taken:
                break
        if alone:
            if pk in self.taken:  # a branch where everybody is spoken for
                cancel(journey, self.today)
            self.taken.add(pk)
        transfer.member_id = pk

    def desk(self) -> str:
        return self.rng.choice(self.names[self.rng.choice((names.MAN, names.WOMAN))])


def _ranges() -> dict[int, tuple[int, int]]:
    """Return the ids of the active members of each branch, which were written one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id, MIN(id), MAX(id), COUNT(*) FROM members_member WHERE status = '1'"
            " GROUP BY organization_id"
        )
        rows = cursor.fetchall()
    return {pk: (first, last) for pk, first, last, count in rows if count > 3 and last - first + 1 == count}


def _spoken_for() -> set[int]:
    """Return whom a transfer would disturb: posts, accounts, matters, doubts."""
    found: set[int] = set()
    for rows in (
        Post.objects.values_list("member", flat=True),
        Member.objects.filter(user__in=User.objects.values("pk")).values_list("pk", flat=True),
        Matter.objects.values_list("member", flat=True),
        Doubt.objects.values_list("member", flat=True),
        Twin.objects.values_list("first", flat=True),
        Twin.objects.values_list("second", flat=True),
    ):
        found.update(rows.iterator(chunk_size=10_000))
    return found


def _above(branch: Organization) -> list[Organization]:
    def climb(row: Any) -> Iterator[Organization]:
        while row is not None:
            yield row
            row = row.parent

    return list(climb(branch.parent))
