"""Random histories: trees, actors and clocks of any kind leave every member in one branch and nothing stuck.

Source: security.md 54, 64.
"""

import datetime
from random import Random

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import id_number
from members.models import Member
from members.services import members as roll
from members.services import posts
from members.tests.factories import MemberFactory
from orgs import totals
from orgs.models import Organization, OrganizationProfile
from orgs.services import closing
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach, Stale
from transfers import workflow
from transfers.models import Transfer
from transfers.services import clocks
from transfers.services.advancing import advance
from transfers.services.arriving import arrive
from transfers.services.starting import start
from transfers.tests.conftest import WHOLE

ANY = st.integers(0, 10**6)
REFUSED = (ValidationError, PermissionDenied, OutOfReach, Stale)
WATCHED = ("组织关系转接", "党员计数", "党员所在党支部", "党籍变动记录")
BEGINNING = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
SEEN = {}  # (type, state, stage, verb) → how often, over all histories of a run


def seen(transfer, verb):
    return transfer.type, transfer.state, transfer.stage, verb


def row_of(place):
    """Return which row of the table an act that was seen belongs to."""
    kind, state, stage, verb = place
    rows = enumerate(workflow.TABLE)
    return next(n for n, s in rows if s.verb == verb and kind in s.types and state == s.state and stage in s.stages)


def received(transfer):
    """A receipt dated today, or on the last day its letter was good for."""
    today = timezone.localdate()
    return {"received_on": min(today, transfer.valid_until or today)}


def grow(shape):
    """A root with committees that may or may not exchange letters, general branches and branches below them."""
    root = OrganizationFactory(may_approve=True, contact_phone="010-00000000")
    rows = [root]
    for number, branches, may_approve in shape:
        parent = rows[number % len(rows)]
        while parent.org_type != "611":
            parent = parent.parent
        kind = "621" if number % 2 else "611"
        may = may_approve and kind == "611"
        upper = OrganizationFactory(parent=parent, org_type=kind, may_approve=may, contact_phone="010-00000000")
        rows += [upper, *(OrganizationFactory(parent=upper) for _ in range(branches))]
    for row in rows:
        OrganizationProfile.objects.create(organization=row, address="示范市1号", postcode="999000", fax="010-1")
    return rows


class Histories(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(BEGINNING, tick=False)
        self.time = self.clock.start()

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(shape=st.lists(st.tuples(ANY, st.integers(1, 3), st.booleans()), min_size=2, max_size=5))
    def begin(self, shape):
        self.rows, self.arrived = grow(shape), 0
        branches = [row for row in self.rows if row.org_type == "631"]
        self.members = [MemberFactory(organization=branch) for branch in branches[:4]]

    def pick(self, number):
        return self.rows[number % len(self.rows)]

    def attempt(self, act):
        """Let an act happen or be refused; a refused one leaves nothing behind."""
        try:
            with transaction.atomic():
                return act()
        except REFUSED:
            return None

    @rule(member=ANY, goal=ANY, starter=ANY, outside=st.booleans(), days=st.integers(1, 90))
    def start(self, member, goal, starter, outside, days):
        who = Member.objects.get(pk=self.members[member % len(self.members)].pk)
        branches = [row for row in self.rows if row.org_type == "631"]
        to = None if outside else self.pick(goal) if goal % 5 == 0 else branches[goal % len(branches)]
        by = Acting(self.pick(starter)) if starter % 2 else Acting(who.organization)
        words = {"heading": "中共邻市委", "destination": "邻市"} if outside else {}
        month = timezone.localdate().replace(day=1)
        self.attempt(lambda: start(who, target=to, by=by, cause="work", dues_paid_to=month, valid_days=days, **words))

    def set_out(self, member, goal, outside, release=False):
        """Start a transfer as the organisation at the top; None when it is refused."""
        who = Member.objects.get(pk=self.members[member % len(self.members)].pk)
        branches = [row for row in self.rows if row.org_type == "631"]
        to = None if outside else branches[goal % len(branches)]
        words = {"heading": "中共邻市委", "destination": "邻市"} if outside else {}
        words["release_reason"] = "调动" if release else ""
        month, by = timezone.localdate().replace(day=1), Acting(self.rows[0])
        return self.attempt(lambda: start(who, target=to, by=by, cause="work", dues_paid_to=month, **words))

    @rule(member=ANY, goal=ANY, outside=st.booleans(), times=st.integers(0, 6), release=st.booleans())
    def travel(self, member, goal, outside, times, release):
        """Somebody sets out and gets as far as some organisations let them: the end of the table is reached."""
        transfer = self.set_out(member, goal, outside, release)
        for _ in range(times if transfer else 0):
            transfer = self.agreed(transfer) or transfer

    @rule(member=ANY, goal=ANY, outside=st.booleans(), verb=ANY)
    def outlive(self, member, goal, outside, verb):
        """Somebody's letter runs out on the way, and the committee that gave it decides what becomes of it."""
        transfer = self.set_out(member, goal, outside)
        while transfer and not transfer.valid_until and workflow.is_unfinished(transfer.state):
            transfer = self.agreed(transfer)
        if transfer and transfer.valid_until and workflow.is_unfinished(transfer.state):
            self.wait((transfer.valid_until - timezone.localdate()).days + 1)
            transfer.refresh_from_db()
            self.decided(transfer, verb)

    @rule(goal=ANY, times=st.integers(0, 4), whole=st.booleans())
    def come(self, goal, times, whole):
        """Somebody arrives with a letter from outside; the record may be completed, or not."""
        branches = [row for row in self.rows if row.org_type == "631"]
        self.arrived += 1
        today = timezone.localdate()
        words = {"name": "王浩然", "id_number": id_number(self.arrived, born="19900102"), "issuer": "中共邻市委"}
        words |= {"cause": "work", "dues_paid_to": today.replace(day=1), "category": "2", "ethnicity": "01"}
        words |= {"joined_on": today, "letter_number": "1", "letter_on": today, "letter_days": 30}
        words |= {"phone": "18088880000"} if whole else {}
        branch, values = branches[goal % len(branches)], WHOLE if whole else None
        transfer = self.attempt(lambda: arrive(branch, by=Acting(branch), values=values, **words))
        for _ in range(times if transfer else 0):
            transfer = self.agreed(transfer) or transfer

    @rule(member=ANY)
    def appoint(self, member):
        """Somebody takes a post, perhaps while on the way."""
        who = Member.objects.get(pk=self.members[member % len(self.members)].pk)
        term = who.organization.terms.filter(is_current=True).first() or TermFactory(organization=who.organization)
        today, by = timezone.localdate(), Acting(self.rows[0])
        self.attempt(lambda: posts.appoint(term, member=who, duty="030U", started_on=today, by=by))

    def agreed(self, transfer):
        """Let the organisation whose step it is say yes; None when it is refused."""
        transfer.refresh_from_db()
        if transfer.holder is None:
            return None
        place, by, version = seen(transfer, "pass"), Acting(transfer.holder), transfer.version
        done = self.attempt(lambda: advance(transfer, "pass", by=by, version=version))
        if done:
            SEEN[place] = SEEN.get(place, 0) + 1
        return done

    @rule(chosen=ANY, verb=ANY, actor=ANY, substitute=st.booleans(), old=st.sampled_from((False, False, False, True)))
    def act(self, chosen, verb, actor, substitute, old):
        """Somebody does something: mostly what the table offers, now and then anything else, by anybody."""
        open_ones = list(Transfer.objects.unfinished().order_by("pk"))
        if not open_ones:
            return
        transfer = open_ones[chosen % len(open_ones)]
        offered = [step.verb for step in workflow.open_steps(transfer) if step.actor is not workflow.Actor.PEER]
        verbs = offered if verb % 4 else [name for name in workflow.VERBS[1:] if name != "answer"]
        verb = verbs[verb % len(verbs)]
        whose = transfer.starter if verb == "withdraw" else transfer.holder
        by = Acting(whose if actor % 3 else self.pick(actor))
        place = seen(transfer, verb)
        version = transfer.version - (1 if old else 0)
        facts = received(transfer) if verb == "receipt" else {}
        words = {"remark": "情况说明", "substitute": substitute, **facts}
        if self.attempt(lambda: advance(transfer, verb, by=by, version=version, **words)):
            SEEN[place] = SEEN.get(place, 0) + 1
            assert not old

    @rule(chosen=ANY)
    def agree(self, chosen):
        """The organisation whose step it is says yes: without it hardly any history would come to an end."""
        open_ones = list(Transfer.objects.unfinished().order_by("pk"))
        if open_ones:
            self.agreed(open_ones[chosen % len(open_ones)])

    @rule(chosen=ANY, verb=ANY)
    def handle(self, chosen, verb):
        """The committee that holds a letter does something with it, now and then after it ran out."""
        held = list(Transfer.objects.filter(state__in=["letter", "expired"]).order_by("pk"))
        if not held:
            return
        self.decided(held[chosen % len(held)], verb)

    def decided(self, transfer, verb):
        """Let the holder do one of the things the table offers it."""
        offered = [step for step in workflow.open_steps(transfer) if step.actor is workflow.Actor.HOLDER]
        place = seen(transfer, offered[verb % len(offered)].verb)
        facts = received(transfer) if place[-1] == "receipt" else {}
        words = {"by": Acting(transfer.holder), "version": transfer.version, "remark": "情况说明", **facts}
        if self.attempt(lambda: advance(transfer, place[-1], **words)):
            SEEN[place] = SEEN.get(place, 0) + 1

    @rule(days=st.integers(1, 120))
    def wait(self, days):
        self.time.shift(datetime.timedelta(days=days))
        before = {row.pk: (row.type, row.state, row.stage, "expire") for row in Transfer.objects.unfinished()}
        clocks.expire_letters()
        for row in Transfer.objects.filter(pk__in=before, state="expired"):
            if before[row.pk][1] != "expired":
                SEEN[before[row.pk]] = SEEN.get(before[row.pk], 0) + 1
        clocks.remind_of_late_steps()

    @rule(organization=ANY)
    def dissolve(self, organization):
        root, chosen = self.rows[0], self.pick(organization)
        self.attempt(lambda: closing.dissolve([chosen], by=Acting(root), on=timezone.localdate()))

    @rule(member=ANY, goal=ANY)
    def move_past_the_workflow(self, member, goal):
        who = Member.objects.get(pk=self.members[member % len(self.members)].pk)
        running = Transfer.objects.open_of(who).exists()
        moved = self.attempt(lambda: roll.move(who, to=self.pick(goal), by=Acting(self.rows[0])))
        assert not (moved and running)

    @invariant()
    def nothing_is_stuck_and_everybody_is_somewhere(self):
        for each in invariants():
            if each.title.startswith(WATCHED):
                assert list(each.problems()) == [], each.title
        assert list(totals.differences()) == []

    @invariant()
    def every_open_transfer_can_be_ended_by_somebody(self):
        for transfer in Transfer.objects.unfinished():
            ends = [step for step in workflow.open_steps(transfer) if not workflow.is_unfinished(step.next)]
            assert [step for step in ends if step.actor in (workflow.Actor.HOLDER, workflow.Actor.STARTER)]
            assert Organization.objects.living().filter(pk=transfer.holder_id).exists()


def walk(rng):
    """Play one history that does not hang on what Hypothesis draws."""
    machine, any_ = Histories(), lambda: rng.randrange(10**6)
    try:
        machine.begin(shape=[(any_(), rng.randint(1, 3), rng.random() < 0.5) for _ in range(3)])
        for _ in range(30):
            match rng.choice(("travel", "travel", "outlive", "come", "act", "act", "agree", "handle", "wait")):
                case "travel":
                    way = {"outside": rng.random() < 0.6, "times": rng.randint(0, 4), "release": False}
                    machine.travel(member=any_(), goal=any_(), **way)
                case "outlive":
                    machine.outlive(member=any_(), goal=any_(), outside=rng.random() < 0.6, verb=any_())
                case "come":
                    machine.come(goal=any_(), times=rng.randint(0, 4), whole=rng.random() < 0.7)
                case "act":
                    machine.act(chosen=any_(), verb=any_(), actor=any_(), substitute=rng.random() < 0.5, old=False)
                case "agree":
                    machine.agree(chosen=any_())
                case "handle":
                    machine.handle(chosen=any_(), verb=any_())
                case "wait":
                    machine.wait(days=rng.randint(1, 60))
        machine.nothing_is_stuck_and_everybody_is_somewhere()
        machine.every_open_transfer_can_be_ended_by_somebody()
    finally:
        machine.teardown()


@pytest.mark.looks  # the rules of the workflow are the same on every database; races are test_concurrency.py's
@pytest.mark.django_db
def test_every_history_leaves_everybody_in_one_branch_and_nothing_stuck():
    """What Hypothesis draws hangs on the constants of the whole source: acts it never came to are walked to."""
    profile = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    SEEN.clear()
    run_state_machine_as_test(Histories, settings=profile)
    wanted = {n for n, step in enumerate(workflow.TABLE) if step.verb not in ("start", "answer")}
    for seed in range(40):
        if set(map(row_of, SEEN)) == wanted:
            break
        walk(Random(seed))
    missing = wanted - set(map(row_of, SEEN))
    assert not missing, [workflow.TABLE[n].label for n in missing]
