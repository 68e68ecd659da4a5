"""Between platforms, in processes of their own: two at once have one effect, whoever is killed has had none."""

from itertools import count

import pytest
from django.utils import timezone

from accounts.tests.factories import id_number
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.stale import Stale
from transfers.exchange import wire
from transfers.models import InMessage, OutMessage, Transfer
from transfers.services import delivering, receiving, sending
from transfers.services.advancing import advance
from transfers.services.starting import start
from transfers.tests.at_once import kills_until_done, race
from transfers.tests.conftest import MONTH, build
from transfers.tests.exchanging import OWN, register, somebody, written
from transfers.tests.test_exchange import receipt_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TRIES, SERIALS = 4, count(100)


@pytest.fixture
def world(transactional_db, settings, monkeypatch):
    settings.EXCHANGE_ID = OWN
    monkeypatch.setattr(wire, "certificate_fault", lambda pem: "")
    built = build()
    built.by, built.peer = Acting(built.university), register(address="https://other.example.org", certificates="-")
    return built


def assert_sound():
    for each in invariants():
        if each.title.startswith(("平台间交换", "组织关系转接", "介绍信", "党员计数", "党员所在党支部")):
            assert list(each.problems()) == [], each.title


def receive(data):
    return lambda: receiving.receive(data, way="file", by=audit.SYSTEM)


def newcomer(world):
    """A message for the university about somebody new."""
    number = id_number(next(SERIALS), born="19900101")
    return written(somebody(letter__heading=world.university.full_name, person__id_number=number))


def came(world):
    """A transfer that lies before the university."""
    return receive(newcomer(world))().message


def released(world):
    """A 转往市外 whose letter is out."""
    member = MemberFactory(organization=world.masters, category="1", complete=True)
    words = {"cause": "work", "dues_paid_to": MONTH, "heading": "中共邻市委", "destination": "邻市某单位"}
    transfer = start(member, target=None, by=Acting(world.masters), **words)
    for _ in range(2):
        transfer = advance(transfer, "pass", by=Acting(transfer.holder), version=transfer.version)
    return transfer


def out(world, way="file", transfer=None):
    """The message of one."""
    transfer = transfer or released(world)
    return sending.send(transfer, to=world.peer, way=way, by=world.by, version=transfer.version)


def test_the_same_message_twice_is_kept_once(world):
    for number in range(TRIES):
        data = newcomer(world)
        assert race(receive(data), receive(data)) == [True, True]
        assert InMessage.objects.count() == number + 1
    assert_sound()


def test_one_of_two_decisions_about_a_message_counts(world):
    for _ in range(TRIES):
        message = came(world)
        words = {"by": world.by, "version": message.version}
        answers = race(
            lambda m=message, w=words: receiving.assign(m, world.masters, **w),
            lambda m=message, w=words: receiving.refuse(m, reason="单位有误", **w),
        )
        assert set(answers) == {True, Stale}
    assert_sound()


def test_a_receipt_against_one_entered_by_hand_and_against_itself(world):
    for _ in range(TRIES):
        message = out(world)
        transfer, data = message.transfer, receipt_for(message)
        today = timezone.localdate()
        words = {"by": world.by, "version": transfer.version, "received_on": today}
        race(receive(data), receive(data), lambda t=transfer, w=words: advance(t, "receipt", **w))
        transfer.refresh_from_db()
        ended = transfer.events.filter(verb__in=["receipt", "answer"]).count()
        assert (transfer.state, ended, transfer.member.standings.count()) == ("done", 1, 2)
    assert_sound()


def test_two_workers_send_a_message_once(world, monkeypatch):
    monkeypatch.setattr(wire, "deliver", lambda message, **words: wire.Answer(True))
    for _ in range(TRIES):
        message = out(world, way="https")
        race(delivering.deliver_messages, delivering.deliver_messages)
        message.refresh_from_db()
        assert (message.state, message.tries) == ("delivered", 1)
    assert Record.objects.filter(action="transfers.deliver_message").count() == TRIES
    assert_sound()


def state():
    """All that an act of the exchange may leave half done."""
    return (
        list(InMessage.objects.order_by("pk").values_list("uid", "state", "place", "transfer", "version")),
        list(OutMessage.objects.order_by("pk").values_list("kind", "state", "tries", "version")),
        list(Transfer.objects.order_by("pk").values_list("state", "stage", "version")),
        list(Member.objects.order_by("pk").values_list("organization", "status")),
        Record.objects.count(),
    )


def test_killed_between_two_statements_nothing_is_half_done(world):
    """Receiving, assigning, taking in with its receipt, sending, and the receipt that closes a transfer."""
    data, taken, waiting = newcomer(world), came(world), came(world)
    arriving = receiving.assign(taken, world.masters, by=world.by, version=taken.version)
    leaving, unsent = out(world), released(world)
    acts = (
        receive(data),
        lambda: receiving.assign(waiting, world.masters, by=world.by, version=waiting.version),
        lambda: advance(arriving, "pass", by=world.by, version=arriving.version),
        lambda: out(world, transfer=unsent),
        receive(receipt_for(leaving)),
    )
    kills = 0
    for act in acts:
        before = state()
        kills += kills_until_done(act, state)
        assert state() != before
        assert_sound()
    assert kills >= 12
