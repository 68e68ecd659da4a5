"""The traffic of a city as rows: transfers with steps and history, letters, arrivals, and who is gone for good."""

from __future__ import annotations

import base64
import datetime
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from eforefront.demo import bulk
from eforefront.demo.traffic_steps import Journey
from eforefront.demo.words import words
from members.codes import MembershipStatus
from members.models import Member
from members.models.members import NUMBERS as MEMBER_NUMBERS
from members.services.departures import ABROAD
from orgs import totals
from orgs.dates import add_months
from orgs.models import OrganizationProfile
from partyplatform import signatures
from transfers import letter_facts
from transfers.codes import LetterState, TransferState, TransferType
from transfers.models import Arrival, Letter, Transfer, TransferEvent, TransferStep
from transfers.models.arrivals import NUMBERS as ARRIVAL_NUMBERS
from transfers.models.letters import CHECKS, FACTS
from transfers.services.letters import CODE_LENGTH

if TYPE_CHECKING:
    from eforefront.demo.traffic import Town

_CHECK = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_EVENT = words("transfer type verb sentence organization substitute by_name phone remark at")
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
# The last stand is found for all at once: PostgreSQL, which knows nothing yet of what was just loaded, went through the
# whole table for each of them.
_GONE = """
    INSERT INTO members_standing
           (member_id, organization_id, category, status, begins_on, cause, kind, document, reason, by_name)
    SELECT m.id, m.organization_id, m.category, m.status, s.ends_on, %s, %s, '', '', ''
      FROM (SELECT member_id, MAX(id) AS id FROM members_standing
             WHERE member_id IN (SELECT member_id FROM transfers_transfer WHERE type = 'out' AND state = 'done')
             GROUP BY member_id) latest
      JOIN members_standing s ON s.id = latest.id JOIN members_member m ON m.id = s.member_id
"""


def write(journeys: list[Journey], town: Town) -> None:
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


def _letter(journey: Journey, town: Town) -> Letter:
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


def _arrival(journey: Journey, town: Town) -> Arrival:
    transfer, day = journey.transfer, timezone.localdate(journey.transfer.started_at)
    number = journey.id_number or MEMBER_NUMBERS.text(transfer.member)
    born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    joined = add_months(born, 12 * 20)
    arrival = Arrival(transfer=transfer, category="1", ethnicity="01", joined_on=joined)
    arrival.confirmed_on, arrival.letter_days, arrival.letter_on = add_months(joined, 12), 90, day
    arrival.letter_number, arrival.letter_phone = f"{day.year}-{transfer.pk % 10**6:06d}", "010-00000088"
    arrival.receipt_sent_on = transfer.finished_on if transfer.state == TransferState.DONE else None
    ARRIVAL_NUMBERS.put(arrival, number)
    return arrival


def let_go() -> None:
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
