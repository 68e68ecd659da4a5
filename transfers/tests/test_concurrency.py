"""Two people at once, in processes of their own: one wins, the other is told; nobody is in two branches or in none.

Source: security.md 58, 59.
"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.models import Member
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.models import ParentChange
from orgs.services import closing, parents
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale
from transfers.models import Transfer
from transfers.orders import Order
from transfers.services import batches, clocks
from transfers.services.advancing import advance
from transfers.services.starting import start
from transfers.tests.at_once import kills_until_done, race
from transfers.tests.conftest import MONTH, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TRIES = 8
FACTS = {"cause": "work", "dues_paid_to": MONTH}


@pytest.fixture
def world(transactional_db):
    return build()


def assert_sound():
    for each in invariants():
        if each.title.startswith(("组织关系转接", "批量转接", "党员计数", "党员所在党支部", "党籍变动记录")):
            assert list(each.problems()) == [], each.title


def running(world, target, passed, **words):
    """A transfer from 硕士支部 that so many organisations have said yes to."""
    member = MemberFactory(organization=world.masters)
    transfer = start(member, target=target, by=Acting(world.masters), **FACTS, **words)
    for _ in range(passed):
        transfer = advance(transfer, "pass", by=Acting(transfer.holder), version=transfer.version)
    return transfer


def act(transfer, verb, by, **words):
    return lambda: advance(transfer, verb, by=Acting(by), version=transfer.version, remark="情况说明", **words)


def effects(transfer):
    """How often it moved the member: rows of history since the admission."""
    return transfer.member.standings.count() - 1


@pytest.mark.parametrize("verbs", (("pass", "pass"), ("pass", "send_back")))
def test_two_decisions_on_the_last_step(world, verbs):
    for _ in range(TRIES):
        transfer = running(world, world.staff, 1)
        answers = race(*(act(transfer, verb, world.staff) for verb in verbs))
        assert set(answers) == {True, Stale}
        transfer.refresh_from_db()
        assert effects(transfer) == (1 if transfer.state == "done" else 0)
    assert_sound()


def test_approval_against_withdrawal(world):
    for _ in range(TRIES):
        transfer = running(world, world.actors, 0)
        answers = race(act(transfer, "pass", world.information), act(transfer, "withdraw", world.masters))
        assert set(answers) == {True, Stale}
        transfer.refresh_from_db()
        assert (answers[0] is True) == (transfer.state == "submitted")
    assert_sound()


def test_taking_in_against_dissolving_the_branch(world):
    """In both orders: a branch with somebody on the way is not dissolved, whoever comes first."""
    for _ in range(TRIES):
        transfer = running(world, world.staff, 1)
        today = timezone.localdate()
        race(
            act(transfer, "pass", world.staff),
            lambda today=today: closing.dissolve([world.staff], by=Acting(world.university), on=today),
        )
        transfer.refresh_from_db()
        world.staff.refresh_from_db()
        assert (transfer.state, world.staff.is_living) == ("done", True)
    assert_sound()


def test_starting_against_dissolving_the_target(world):
    for _ in range(TRIES):
        member = MemberFactory(organization=world.masters)
        target = OrganizationFactory(parent=world.information)
        today = timezone.localdate()
        answers = race(
            lambda m=member, t=target: start(m, target=t, by=Acting(world.masters), **FACTS),
            lambda t=target, today=today: closing.dissolve([t], by=Acting(world.university), on=today),
        )
        assert answers.count(True) == 1
    assert_sound()


def test_starting_against_moving_the_branch_elsewhere(world):
    """A chain is never that of a tree that has gone."""
    for _ in range(TRIES):
        branch = OrganizationFactory(parent=world.information)
        member = MemberFactory(organization=branch)
        change = parents.ask(branch, to=world.arts, by=Acting(world.university), reason="调整")
        answers = race(
            lambda m=member: start(m, target=world.direct, by=Acting(world.university), **FACTS),
            lambda c=change: parents.approve(c, by=Acting(world.university)),
        )
        assert answers[0] is True
        transfer = Transfer.objects.get(member=member)
        moved = ParentChange.objects.get(pk=change.pk).state == "done"
        first = transfer.steps.in_order()[0].organization
        assert first == (world.arts if moved else world.information)
    assert_sound()


def test_expiry_against_taking_in(world):
    for _ in range(TRIES):
        transfer = running(world, world.clerks, 4, valid_days=1)
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Transfer.objects.filter(pk=transfer.pk).update(valid_until=yesterday)
        race(act(transfer, "pass", world.clerks), clocks.expire_letters, clocks.expire_letters)
        transfer.refresh_from_db()
        assert (transfer.state, effects(transfer)) == ("expired", 0)
        assert transfer.events.filter(verb="expire").count() == 1
    assert_sound()


def test_two_starts_for_one_member(world):
    for _ in range(TRIES):
        member = MemberFactory(organization=world.masters)
        acts = [
            lambda m=member, t=t: start(m, target=t, by=Acting(world.masters), **FACTS)
            for t in (world.staff, world.actors)
        ]
        assert set(race(*acts)) == {True, Refusal}
        assert Transfer.objects.of(member).unfinished().count() == 1
    assert_sound()


def test_two_runs_of_one_batch_share_its_rows(world):
    """A job and a second click: every member is on the way once, and the batch ends once."""
    by = Acting(world.university)
    for _ in range(TRIES // 2):
        people = [MemberFactory(organization=world.masters) for _ in range(4)]
        values = {"name": "王安", "target_code": world.staff.code, "target_name": "教工支部", **FACTS}
        orders = [(member, Order(number, dict(values)), world.staff) for number, member in enumerate(people, 1)]
        batch = batches.keep_chosen(orders, by=by)
        assert batches.confirm(batch, by=by)
        assert race(*(lambda b=batch: batches.run(b, by=by) for _ in range(2))) == [True, True]
        assert Transfer.objects.filter(batch=batch.number).count() == 4
        batch.refresh_from_db()
        assert batch.state == "done"
    assert Record.objects.filter(action="transfers.batch").count() == TRIES // 2
    assert_sound()


def test_starting_against_a_direct_move(world):
    for _ in range(TRIES):
        member = MemberFactory(organization=world.masters)
        race(
            lambda m=member: start(m, target=world.actors, by=Acting(world.university), **FACTS),
            lambda m=member: roll.move(m, to=world.staff, by=Acting(world.university)),
        )
        place = Member.objects.get(pk=member.pk).organization
        transfer = Transfer.objects.filter(member=member).first()
        assert transfer is None or transfer.source == place
    assert_sound()


# ── killed between two statements ───────────────────────────────────────────────────────────────────────


def kinds_of_acts(world):
    """(what is begun, what is tried): the first makes a transfer or a member, the second acts on it."""
    taken_in = running(world, world.staff, 1)
    left, lost = (running(world, None, 2, heading="中共邻市委", destination="邻市") for _ in range(2))
    stays = MemberFactory(organization=world.masters)
    today = timezone.localdate()
    return (
        (stays, lambda: start(stays, target=world.actors, by=Acting(world.masters), **FACTS)),
        (taken_in.member, act(taken_in, "pass", world.staff)),
        (left.member, act(left, "receipt", world.university, received_on=today)),
        (lost.member, act(lost, "replace", world.university)),
    )


def state_of(member):
    """All that an act may leave half done, about one member."""
    transfers = Transfer.objects.of(member).order_by("pk")
    return (
        list(Member.objects.filter(pk=member.pk).values_list("organization", "status", "version")),
        list(member.standings.order_by("pk").values_list("pk", "ends_on", "kind")),
        list(transfers.values_list("pk", "state", "stage", "holder", "version")),
        [list(row.events.order_by("pk").values_list("pk", "verb")) for row in transfers],
        [list(row.steps.order_by("pk").values_list("pk", "outcome")) for row in transfers],
        [list(row.letters.order_by("pk").values_list("number", "state")) for row in transfers],
        Record.objects.count(),
    )


def test_killed_between_two_statements_nothing_is_half_done(world):
    """Each act is killed at ever later statements, until it is done: before that, nothing of it is there.

    A process that dies after its commit has done all of it, once.
    """
    tries = 0
    for member, attempt in kinds_of_acts(world):
        before = state_of(member)
        tries += kills_until_done(attempt, lambda who=member: state_of(who))
        assert state_of(member) != before
        with pytest.raises((ValidationError, Stale)):
            attempt()
    assert tries >= 12
    assert_sound()
    assert Transfer.objects.filter(state="done").count() == 2
