"""Whatever people do, by the services themselves: nobody becomes 预备党员 or 正式党员 past a bar, and nobody is stuck.

Random acts, good and bad ones, of everybody who may touch a development; then somebody goes on as one should.
"""

import datetime
from random import Random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from eforefront.development.states import Deed, HandOverState, Sponsor, State
from eforefront.models import Applicant, DevelopmentRecord, DossierHandOver, Sponsorship
from eforefront.services.development import advancing, handing_over, leaving
from eforefront.tests.development_walks import VOTE, WALK, apply, holder, take
from eforefront.tests.test_development import problems, university
from members.models import Member
from orgs.dates import add_months
from orgs.tests.acting import Acting
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
D = datetime.date
REFUSALS = (ValidationError, PermissionDenied, OutOfReach, Stale)
SPOILED = (
    {"days": 1, "hours": 8},
    {"booklet": "另一编号"},
    VOTE | {"agree": 1, "against": 2},
    VOTE | {"due": 9, "present": 4, "agree": 4},
    {"on": D(2023, 1, 2)},
    {"on": D(2099, 1, 2)},
    {"outcome": "stop", "why": "不合格"},
    {"outcome": "again", "why": "条件不成熟", **VOTE, "agree": 1, "against": 2},
    {"outcome": "extend", "months": 6},
    {"outcome": "annul"},
)
EARLY = {"06": D(2024, 4, 19), "23": D(2025, 7, 9)}  # a day before the bar of these steps


@kept
def places():
    return [university("示范大学"), university("友邻大学")]


class Walk:
    """One applicant, and what random people do to the development."""

    def __init__(self, places, seed):
        self.places, self.random = places, Random(seed)
        self.pk = apply(places[0].branch).pk

    @property
    def applicant(self):
        return Applicant.objects.select_related("organization", "holder").get(pk=self.pk)

    @property
    def home(self):
        return next(place for place in self.places if place.branch.pk == self.applicant.organization_id)

    def people(self):
        """Who is named: two, or once in a while one, nobody, or those of another university."""
        chance = self.random.random()
        if chance < 0.85:
            return self.home.people
        other = next(place for place in self.places if place is not self.home)
        return self.random.choice([[], self.home.people[:1], other.people])

    def act(self):
        """Do something; refused or done, all of it or nothing."""
        if not self.applicant.is_open:
            return
        deeds = (self.go_on,) * 9 + (self.spoil,) * 6 + (self.go_back, self.pass_by, self.move, self.leave)
        try:
            with transaction.atomic():
                self.random.choice(deeds)()
        except REFUSALS:
            return

    def go_on(self):
        take(self.applicant, self.people())

    def spoil(self):
        """Something is wrong with what the open step asks, or with its day."""
        take(self.applicant, self.people(), **self.random.choice(spoiled(self.applicant.step)))

    def go_back(self):
        row = self.applicant
        advancing.send_back(row, by=holder(row), version=row.version, reason="补材料")

    def pass_by(self):
        """Somebody records a step that is not theirs."""
        row, place = self.applicant, self.random.choice(self.places)
        by = Acting(self.random.choice([place.branch, place.general, place.root]))
        on, facts = WALK[row.step]
        advancing.record(row, by=by, version=row.version, on=on, facts=facts, sponsors=self.people()[:2])

    def move(self):
        row = self.applicant
        target = next(place for place in self.places if place is not self.home)
        words = {"by": Acting(row.organization), "version": row.version, "reason": "升学"}
        offer = handing_over.hand_over(row, target.branch, **words)
        answer, place = self.random.choice(
            [(handing_over.take_in, target.branch), (handing_over.withdraw, offer.source)]
        )
        answer(offer, by=Acting(place), version=offer.version)

    def leave(self):
        if self.random.random() < 0.1:
            row = self.applicant
            words = {"by": Acting(row.organization), "version": row.version, "on": D(2025, 9, 1), "reason": "本人申请"}
            leaving.leave(row, State.WITHDRAWN, **words)

    def finish(self):
        """Go on as one should, until there is nothing left to do; every act must be taken."""
        for _ in range(60):
            row = self.applicant
            if not row.is_open:
                return row
            more = {}
            if row.is_extended and row.step in ("21", "22", "23", "24", "25"):
                on = D(2026, 1, 12) + datetime.timedelta(days=int(row.step))
                more = {"on": on, "notice_from": D(2026, 1, 4), "notice_to": D(2026, 1, 11)}
            if row.step == "14":  # the number that was given out, whichever it was
                given = DevelopmentRecord.objects.of(row).filter(step="13", deed=Deed.STEP).latest("pk")
                more["booklet"] = given.facts["booklet"]
            take(row, self.home.people, **more)
        raise AssertionError(f"stuck at {row.step}")


def spoiled(step):
    """The wrong facts, days and results that concern a step."""
    asked = {"on", "outcome", *WALK[step][1]}
    found = [each for each in SPOILED if asked & each.keys()]
    return [*found, {"on": EARLY[step]}] if step in EARLY else found


def bars(applicant):
    """What must be so of anybody who was approved, from what is stored, said without the table."""
    rows = DevelopmentRecord.objects.of(applicant).filter(deed=Deed.STEP).select_related("organization")
    done = {row.step: row for row in rows.order_by("pk")}
    named = Sponsorship.objects.of(applicant).filter(kind=Sponsor.INTRODUCER).select_related("member")
    fit = {row.member.name for row in named if row.member.category == "1"}
    introducers = done["09"].facts["sponsors"].split("、")
    days = [done[step].on for step in ("01", "02", "03", "05", "06", "07", "08", "09", "12", "13", "14", "15", "17")]
    training = done["11"].facts
    return {
        "age": done["01"].on >= add_months(applicant.born_on, 18 * 12),
        "year": min(done["06"].on, done["07"].on) >= add_months(done["03"].on, 12),
        "review": done["10"].outcome == "pass" and done["10"].on <= done["12"].on,
        "training": (training["days"] >= 3 or training["hours"] >= 24) and done["11"].on <= done["12"].on,
        "introducers": len(set(introducers)) == 2 and set(introducers) <= fit,
        "vote": 2 * done["15"].agree > done["15"].due and 2 * done["15"].present > done["15"].due,
        "talk": done["15"].on <= done["16"].on <= done["17"].on,
        "committee": done["17"].organization.may_approve and done["17"].organization.org_type == "611",
        "order": days == sorted(days),
        "milestones": applicant.applied_on < applicant.activist_on < applicant.candidate_on < applicant.joined_on,
        "joined": applicant.joined_on == done["15"].on <= applicant.approved_on == done["17"].on,
    }


def assert_sound(walk):
    row = walk.applicant
    if row.member_id is None:
        return
    assert all(bars(row).values()), bars(row)
    member = Member.objects.get(pk=row.member_id)
    if row.state == State.DONE:
        assert member.confirmed_on == row.confirmed_on >= add_months(row.joined_on, 12)
        meeting = DevelopmentRecord.objects.of(row).filter(step="23", deed=Deed.STEP).latest("pk")
        assert meeting.on >= row.confirmed_on  # no early 转正
        assert 2 * meeting.agree > meeting.due


@pytest.mark.parametrize("seed", range(3))
def test_no_path_leads_past_a_bar_and_every_state_has_a_way_out(places, seed):
    walk = Walk(places, seed + 3 * (connection.vendor == "postgresql"))  # other paths on each
    for _ in range(walk.random.randrange(8, 60)):
        walk.act()
        assert_sound(walk)
    for offer in DossierHandOver.objects.filter(state=HandOverState.WAITING):
        handing_over.withdraw(offer, by=Acting(offer.source), version=offer.version)
    row = walk.finish()
    assert row.state in (State.DONE, State.WITHDRAWN, State.FAILED, State.ANNULLED)
    assert_sound(walk)
    assert problems() == []


@pytest.mark.looks  # no database decides what is wrong
def test_no_single_wrong_act_leads_past_a_bar(places):
    """At each step of a good walk everything wrong is tried; what is taken goes on to the end, and holds."""
    walk, refused = Walk(places, 0), 0
    here, others = places[0].people, places[1].people
    while walk.applicant.is_open:
        step = walk.applicant.step
        named = [[], here[:1], others] if step in ("05", "09") else []
        for people, facts in [*((here, each) for each in spoiled(step)), *((each, {}) for each in named)]:
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        take(walk.applicant, people, **facts)
                except REFUSALS:
                    refused += 1
                else:
                    walk.finish()
                    assert_sound(walk)
                transaction.set_rollback(True)
        take(walk.applicant, here)
    assert (walk.applicant.state, refused > 60) == (State.DONE, True)
