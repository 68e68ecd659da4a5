"""组织关系转接 of a city over two years, written past the services: what they would have left behind.

A few thousand are under way, each at its step and in its time; the others have ended. Nothing is due when they are
written: no letter that ran out unnoticed, no late step nobody was reminded of.
"""

import base64
import datetime
import secrets
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from eforefront.demo import bulk, names
from eforefront.demo.numbers import Numbers
from eforefront.demo.words import words
from members.codes import MembershipStatus
from members.models import Doubt, Matter, Member, Post, Twin
from members.models.members import NUMBERS as MEMBER_NUMBERS
from members.services.departures import ABROAD
from orgs import totals
from orgs.dates import add_months
from orgs.models import Organization, OrganizationProfile, ParentChange
from partyplatform import signatures
from transfers import chains, letter_facts, workflow
from transfers.codes import Cause, LetterState, Outcome, Stage, TransferState, TransferType
from transfers.models import Arrival, Letter, LetterSeries, Transfer, TransferEvent, TransferStep
from transfers.models.arrivals import NUMBERS as ARRIVAL_NUMBERS
from transfers.models.letters import CHECKS, FACTS
from transfers.services.clocks import level
from transfers.services.letters import CODE_LENGTH

CHUNK = 10_000
DAYS = 730  # how far back the first one began
OPEN_SHARE = 0.08
_TYPES = (*[TransferType.INTERNAL] * 55, *[TransferType.CITY] * 27, *[TransferType.OUT] * 14, *[TransferType.IN] * 4)
_CHECK = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_OUTSIDE = ("中共邻市委组织部", "中共邻省示例大学委员会", "中共示例县委组织部")
_SENTENCES = {
    Stage.APPROVE: "通过，开具介绍信",
    Stage.TAKE_IN: "接收，组织关系转入",
    Stage.ADMIT: "核对后办理入册",
    Stage.RECEIPT: "登记回执，已转出",
}
_EVENT = words("transfer verb sentence organization substitute by_name phone remark at")
_LEFT = """
    UPDATE members_member SET status = %s, version = version + 1 WHERE id IN (
        SELECT member_id FROM transfers_transfer WHERE type = 'out' AND state = 'done')
"""
_UNCOUNTED = """
    SELECT organization_id, SUM(CASE category WHEN '1' THEN 1 ELSE 0 END),
           SUM(CASE category WHEN '2' THEN 1 ELSE 0 END), SUM(filled), SUM(required)
      FROM members_member WHERE id IN (SELECT member_id FROM transfers_transfer WHERE type = 'out' AND state = 'done')
     GROUP BY organization_id
"""
_CLOSED = """
    UPDATE members_standing SET ends_on = (
        SELECT CASE WHEN t.received_on < begins_on THEN begins_on ELSE t.received_on END FROM transfers_transfer t
         WHERE t.member_id = members_standing.member_id AND t.type = 'out' AND t.state = 'done')
     WHERE ends_on IS NULL AND member_id IN (
        SELECT member_id FROM transfers_transfer WHERE type = 'out' AND state = 'done')
"""
_GONE = """
    INSERT INTO members_standing
           (member_id, organization_id, category, status, begins_on, cause, kind, document, reason, by_name)
    SELECT m.id, m.organization_id, m.category, m.status, s.ends_on, %s, %s, '', '', ''
      FROM members_member m JOIN transfers_transfer t ON t.member_id = m.id
      JOIN members_standing s ON s.member_id = m.id
       AND s.id = (SELECT MAX(id) FROM members_standing latest WHERE latest.member_id = m.id)
     WHERE t.type = 'out' AND t.state = 'done'
"""


def fill(rows: Sequence[Organization], rng: Random, *, count: int, today: datetime.date) -> None:
    """Write `count` transfers between the branches of a whole tree whose members are there."""
    if not count:
        return
    town = _Town(rows, rng, today)
    for first in range(0, count, CHUNK):
        _write([town.journey(number / count) for number in range(first, min(count, first + CHUNK))], town)
    bulk.take_numbers_from(Transfer)
    series = [(committee, year, last) for (committee, year), last in town.given.items()]
    bulk.load(LetterSeries, words("committee year last"), series)
    _let_go()


@dataclass
class _Journey:
    """One transfer, its steps, its history, the letters and the arrival that belong to it."""

    transfer: Transfer
    steps: list[TransferStep] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    issued: datetime.date | None = None
    born: tuple[int, int] | None = None  # of an arrival that is nobody's record


class _Town:
    """Who there is, who exchanges letters, and who is spoken for."""

    def __init__(self, rows: Sequence[Organization], rng: Random, today: datetime.date) -> None:
        self.rng, self.today, self.number = rng, today, 0
        self.given: Counter[tuple[int, int]] = Counter()
        self.desks = names.pool(rng, 40)
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

    def journey(self, progress: float) -> _Journey:
        """Return the next transfer; `progress` runs from the first to the last day."""
        kind, source, target = self._places(self.rng.choice(_TYPES))
        chain = self._chain(kind, source, target)
        journey = _Journey(self._begun(kind, source, target, chain))
        is_open = progress > 1 - OPEN_SHARE * 1.25 and self.rng.random() < 0.8
        began = self.today - datetime.timedelta(days=int(DAYS * (1 - progress)) + 12)
        _Play(self, journey, chain).run(is_open, began)
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

    def _name(self, journey: _Journey, is_open: bool) -> None:
        """Choose whose transfer it was: somebody of the branch where it left them."""
        transfer = journey.transfer
        has_arrived = transfer.state == TransferState.DONE and transfer.target is not None
        if transfer.type == TransferType.IN and not has_arrived:
            journey.born, transfer.name = (1930, 1936), self.rng.choice(self.desks)
            return
        first, last = self.people[(transfer.target if has_arrived else transfer.source).pk]
        alone = is_open or (transfer.type == TransferType.OUT and transfer.state == TransferState.DONE)
        for pk in (self.rng.randint(first, last) for _ in range(40)):
            if not alone or pk not in self.taken:
                break
        if alone:
            if pk in self.taken:  # a branch where everybody is spoken for
                _cancel(journey, self.today)
            self.taken.add(pk)
        transfer.member_id = pk

    def desk(self) -> str:
        return self.rng.choice(self.desks)


class _Play:
    """Carries one transfer along its chain, day by day."""

    def __init__(self, town: _Town, journey: _Journey, chain: chains.Chain) -> None:
        self.town, self.journey, self.transfer, self.links = town, journey, journey.transfer, chain.links
        self.rng = town.rng

    def run(self, is_open: bool, began: datetime.date) -> None:
        ends = len(self.links)
        if is_open:
            self._lay(self.rng.randrange(ends), self._opened(), None)
            return
        draw = self.rng.random()
        deciding = sum(stage is not Stage.RECEIPT for stage, _ in self.links)
        if draw < 0.04:
            self._lay(0, began, TransferState.WITHDRAWN)
        elif draw < 0.09:
            self._lay(self.rng.randrange(deciding), began, TransferState.REFUSED)
        else:
            self._lay(ends, began, TransferState.DONE)

    def _opened(self) -> datetime.date:
        """Return when the open step was reached: mostly within its week, now and then a little late."""
        late = self.rng.random()
        days = self.rng.randint(8, 13) if late < 0.12 else self.rng.randint(15, 20) if late < 0.16 else None
        return self.town.today - datetime.timedelta(days=self.rng.randint(0, 7) if days is None else days)

    def _lay(self, reached: int, day: datetime.date, end: TransferState | None) -> None:
        """Lay out the steps: `reached` of them passed. `day` is that of the start, of an open one that of its step."""
        transfer = self.transfer
        if end is None:
            day -= datetime.timedelta(days=2 * reached)
        self._start(day)
        for number, (stage, organization) in enumerate(self.links):
            step = TransferStep(transfer=transfer, position=number + 1, stage=stage, organization=organization)
            step.outcome = Outcome.WAITING if end is None else Outcome.UNREACHED
            if number <= reached:
                self._open(step, day)
            if number < reached:
                day += datetime.timedelta(days=2 if end is None else self.rng.randint(1, 3))
                self._act(step, day, Outcome.PASSED, _SENTENCES.get(Stage(stage), "通过"))
                if stage == Stage.APPROVE:
                    self._issue(day)
            elif number == reached and end is None:
                step.outcome = Outcome.OPEN
                self._hold(step)
            elif number == reached and end == TransferState.REFUSED:
                day += datetime.timedelta(days=1)
                self._act(step, day, Outcome.RETURNED, "退回", verb="send_back", remark="材料不齐，请补正后再办")
            self.journey.steps.append(step)
        transfer.is_advanced = reached > 0
        if end is not None:
            self._finish(end, day)

    def _start(self, day: datetime.date) -> None:
        transfer, name = self.transfer, self.town.desk()
        transfer.started_by = transfer.last_by = f"{name}（支部管理员）"
        transfer.started_at = transfer.last_at = _at(day, 9)
        transfer.dues_paid_to = day.replace(day=1)
        label = TransferType(transfer.type).label
        self._tell("start", f"发起{label}", transfer.starter, name, day)

    def _open(self, step: TransferStep, day: datetime.date) -> None:
        step.opened_at = _at(day, 10)
        is_receipt = step.stage == Stage.RECEIPT
        step.due_on = add_months(day, workflow.RECEIPT_MONTHS) if is_receipt else day + _WEEK

    def _act(
        self,
        step: TransferStep,
        day: datetime.date,
        outcome: Outcome,
        sentence: str,
        *,
        verb: str = "pass",
        remark: str = "同意。",
    ) -> None:
        name = self.town.desk()
        step.outcome, step.acted_at, step.acted_by, step.remark = outcome, _at(day, 15), name, remark
        step.phone = step.organization.contact_phone
        verb = "receipt" if step.stage == Stage.RECEIPT else verb
        self.transfer.last_by, self.transfer.last_at = f"{name}（{step.organization.short_name}）", step.acted_at
        self._tell(verb, sentence, step.organization, name, day, remark)

    def _issue(self, day: datetime.date) -> None:
        transfer = self.transfer
        self.journey.issued = transfer.released_on = day
        transfer.valid_until = day + datetime.timedelta(days=transfer.valid_days)

    def _hold(self, step: TransferStep) -> None:
        transfer = self.transfer
        is_out = step.stage == Stage.RECEIPT
        transfer.state = TransferState.LETTER if is_out else TransferState.SUBMITTED
        transfer.stage, transfer.holder = step.stage, step.organization
        transfer.holder_since, transfer.due_on = step.opened_at, step.due_on
        transfer.reminded_days = level(transfer, self.town.today)
        if transfer.reminded_days > workflow.STEP_DAYS:
            transfer.escalated_to = step.organization.parent
        transfer.version = step.position

    def _finish(self, end: TransferState, day: datetime.date) -> None:
        transfer = self.transfer
        transfer.state, transfer.finished_on, transfer.version = end, day, len(self.links) + 1
        if end == TransferState.DONE and transfer.type == TransferType.OUT:
            transfer.received_on = day
        if end == TransferState.WITHDRAWN:
            self._tell("withdraw", "撤回", transfer.starter, self.town.desk(), day)

    def _tell(
        self, verb: str, sentence: str, organization: Any, name: str, day: datetime.date, remark: str = ""
    ) -> None:
        at = _at(day, 9 if verb == "start" else 15)
        phone = organization.contact_phone
        self.journey.events.append((self.transfer.pk, verb, sentence, organization.pk, "", name, phone, remark, at))


_WEEK = datetime.timedelta(days=workflow.STEP_DAYS)


def _cancel(journey: _Journey, today: datetime.date) -> None:
    """Let a transfer of nobody in particular be withdrawn instead: it stands in nobody's way then."""
    transfer = journey.transfer
    transfer.state, transfer.stage, transfer.holder, transfer.holder_since = TransferState.WITHDRAWN, "", None, None
    transfer.due_on, transfer.escalated_to, transfer.received_on = None, None, None
    transfer.finished_on = transfer.finished_on or today
    for step in journey.steps:
        if step.outcome in (Outcome.OPEN, Outcome.WAITING):
            step.outcome = Outcome.UNREACHED


def _write(journeys: list[_Journey], town: _Town) -> None:
    """Write a chunk. All that is asked of the database is asked before the rows stream in."""
    ids = {journey.transfer.member_id for journey in journeys if journey.transfer.member_id}
    people = Member.objects.in_bulk(ids)
    for journey in journeys:
        if journey.transfer.member_id:
            journey.transfer.member = people[journey.transfer.member_id]
            journey.transfer.name = journey.transfer.member.name
    letters = [_letter(journey, town) for journey in journeys if journey.issued]
    arrivals = [_arrival(journey, town) for journey in journeys if journey.transfer.type == TransferType.IN]
    _load(Transfer, (journey.transfer for journey in journeys), key=True)
    _load(TransferStep, (step for journey in journeys for step in journey.steps))
    bulk.load(TransferEvent, _EVENT, (event for journey in journeys for event in journey.events))
    _load(Letter, letters)
    _load(Arrival, arrivals)


def _load(model: Any, rows: Iterable[Any], *, key: bool = False) -> None:
    """Insert rows with all their fields, with their ids where they have them."""
    fields = [field for field in model._meta.concrete_fields if key or not field.primary_key]
    values = (tuple(getattr(row, field.attname) for field in fields) for row in rows)
    bulk.load(model, [field.name for field in fields], values)


_ENDS = {
    TransferState.DONE: LetterState.RECEIPTED,
    TransferState.REFUSED: LetterState.VOIDED,
    TransferState.WITHDRAWN: LetterState.VOIDED,
}


def _letter(journey: _Journey, town: _Town) -> Letter:
    transfer, issued = journey.transfer, journey.issued
    committee: Any = transfer.source_committee
    assert issued is not None
    town.given[committee.pk, issued.year] += 1
    letter = Letter(
        transfer=transfer,
        committee=committee,
        year=issued.year,
        number=town.given[committee.pk, issued.year],
        state=_ENDS.get(TransferState(transfer.state), LetterState.VALID),
        issued_on=issued,
        valid_until=transfer.valid_until,
        ended_on=transfer.finished_on,
        issued_by=f"{town.desk()}（市/区级管理员）",
    )
    profile = town.profiles.get(committee.pk) or OrganizationProfile(organization=committee)
    facts = letter_facts.spelled(letter_facts.facts_of(letter, transfer, committee, profile))
    letter.key_id, signed = signatures.sign(facts, purpose=letter_facts.PURPOSE)
    letter.signature = base64.b64encode(signed).decode("ascii")
    FACTS.put(letter, facts.decode())
    CHECKS.put(letter, "".join(secrets.choice(_CHECK) for _ in range(CODE_LENGTH)))
    return letter


def _arrival(journey: _Journey, town: _Town) -> Arrival:
    transfer, day = journey.transfer, timezone.localdate(journey.transfer.started_at)
    number = town.numbers.next(journey.born) if journey.born else MEMBER_NUMBERS.text(transfer.member)
    born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    joined = add_months(born, 12 * 20)
    arrival = Arrival(transfer=transfer, category="1", ethnicity="01", joined_on=joined)
    arrival.confirmed_on, arrival.letter_days, arrival.letter_on = add_months(joined, 12), 90, day
    arrival.letter_number, arrival.letter_phone = f"{day.year}-{transfer.pk % 10**6:06d}", "010-00000088"
    arrival.receipt_sent_on = transfer.finished_on if transfer.state == TransferState.DONE else None
    ARRIVAL_NUMBERS.put(arrival, number)
    return arrival


def _let_go() -> None:
    """Let those whose transfer out came to its end be gone, as `depart` does."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCOUNTED)
        gone = cursor.fetchall()
        cursor.execute(_LEFT, [MembershipStatus.TRANSFERRED.value])
        cursor.execute(_CLOSED)
        cursor.execute(_GONE, ["转往市外", ABROAD])
    fields = words("full probationary filled required")
    amounts = {pk: dict(zip(fields, (-int(n) for n in counts), strict=True)) for pk, *counts in gone}
    totals.change_many(amounts)


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


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour - 8, tzinfo=datetime.UTC)
