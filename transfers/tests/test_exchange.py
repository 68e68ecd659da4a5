"""Between platforms: what is sent, what is taken in, what comes back, and that nothing is lost or done twice."""

import datetime
import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.models import Member
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform import audit
from partyplatform.audit.models import Alarm, Record
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.codes import InState, OutState, TransferState
from transfers.exchange import identity, schemas, wire
from transfers.exchange.envelope import Refused, open_message
from transfers.models import InMessage, Letter, OutMessage
from transfers.services import delivering, peers, receiving, sending
from transfers.tests.exchanging import OWN, card, other_platform, register, somebody, written

pytestmark = pytest.mark.django_db
ADDRESS = "https://other.example.org"


@pytest.fixture(autouse=True)
def exchanging(settings):
    settings.EXCHANGE_ID = OWN


@pytest.fixture
def peer(world):
    return register()


@pytest.fixture
def leaver(world):
    day = datetime.date(2012, 5, 4)
    return MemberFactory(
        organization=world.masters, name="李思远", category="1", joined_on=day, confirmed_on=day.replace(year=2013)
    )


@pytest.fixture
def transfer(desk, leaver):
    """A 转往市外 whose letter is out."""
    return desk.passed(desk.start(leaver), 2)


def send(transfer, peer, *, way="file", by=None):
    transfer.refresh_from_db()
    by = by or Acting(transfer.source_committee)
    return sending.send(transfer, to=peer, way=way, by=by, version=transfer.version)


def read_by_the_other(message):
    """Return what the other installation reads."""
    own = identity.read_card(card())
    keys = {row["id"]: row["key"] for row in own["signing_keys"]}

    class Own:
        platform = OWN
        refusal = staticmethod(lambda: "")
        signing_key = staticmethod(keys.get)

    with other_platform():
        return open_message(bytes(message.envelope), find=lambda platform: Own)


def receipt_for(message, **changes):
    content = {
        "reference": str(message.transfer.uid),
        "answers": str(message.uid),
        "letter_number": message.letter_number,
        "received_on": timezone.localdate().isoformat(),
        "committee": "中共邻市某单位委员会",
        "phone": "",
    } | changes
    return written(content, "receipt")


def refusal_for(message, reason="查无此人"):
    content = {"reference": str(message.transfer.uid), "answers": str(message.uid), "phone": "", "reason": reason}
    return written(content | {"letter_number": message.letter_number, "committee": "中共邻市某单位委员会"}, "refusal")


def receive(data, way="https"):
    return receiving.receive(data, way=way, by=audit.SYSTEM)


def refused(data):
    with pytest.raises(Refused) as refusal:
        receive(data)
    return refusal.value.code


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_other_side_reads_the_letter_and_the_person_and_nothing_else(transfer, peer, leaver):
    content = read_by_the_other(send(transfer, peer)).content
    letter = Letter.objects.get(transfer=transfer)
    assert set(content) == {"reference", "letter", "person", "record", "cause", "dues_paid_to"}
    assert set(content["record"]) <= set(sending.FURTHER)
    assert content["reference"] == str(transfer.uid)
    assert content["letter"]["number"] == letter.label
    assert content["person"] == {
        "name": "李思远",
        "id_number": leaver.unsealed_id_number(),
        "category": "1",
        "ethnicity": leaver.ethnicity,
        "phone": "",
        "joined_on": "2012-05-04",
        "confirmed_on": "2013-05-04",
    }


def test_the_message_lives_as_long_as_the_letter(transfer, peer):
    message = send(transfer, peer)
    assert timezone.localdate(message.expires_at) == Letter.objects.get(transfer=transfer).valid_until


def test_a_transfer_is_sent_once(transfer, peer):
    send(transfer, peer)
    with pytest.raises(ValidationError, match="不能重复发送"):
        send(transfer, peer)


def test_what_is_not_delivered_can_be_taken_back_and_sent_anew(transfer, peer):
    message = send(transfer, peer)
    sending.cancel(message, by=Acting(transfer.source_committee), version=message.version)
    assert send(transfer, peer).uid != message.uid


def test_a_branch_sends_nothing(transfer, peer, world):
    with pytest.raises(OutOfReach):
        send(transfer, peer, by=Acting(world.masters))


def test_a_transfer_without_a_letter_in_force_is_not_sent(desk, leaver, peer, world):
    transfer = desk.start(leaver)
    with pytest.raises(OutOfReach):
        send(transfer, peer)


def test_nothing_is_sent_to_an_installation_that_is_off_or_out_of_date(transfer, peer):
    peers.switch(peer, on=False, by=audit.SYSTEM, version=peer.version)
    peer.refresh_from_db()
    with pytest.raises(ValidationError, match="已停用"):
        send(transfer, peer)


def test_nothing_is_sent_while_the_exchange_is_off(transfer, peer, settings):
    settings.EXCHANGE_ID = ""
    with pytest.raises(ValidationError, match="没有启用"):
        send(transfer, peer)


def test_missing_items_are_named(desk, world, peer):
    member = MemberFactory(organization=world.masters, category="1")
    transfer = desk.passed(desk.start(member), 2)
    with pytest.raises(ValidationError, match="入党日期、转正日期"):
        send(transfer, peer)


def test_another_tab_was_faster(transfer, peer):
    with pytest.raises(Stale):
        sending.send(transfer, to=peer, way="file", by=Acting(transfer.source_committee), version=1)


def test_a_replaced_letter_ends_its_message(transfer, peer, desk):
    message = send(transfer, peer)
    desk.act(transfer, "replace", remark="遗失")
    message.refresh_from_db()
    assert message.state == OutState.CANCELLED
    assert send(transfer, peer).letter_number != message.letter_number


# ── the outbox ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def line(monkeypatch):
    """The network: what the other side says, one after the other."""
    answers, sent = [], []

    def deliver(message, **words):
        sent.append((message, words["address"]))
        said = answers.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said

    monkeypatch.setattr(wire, "deliver", deliver)
    return answers, sent


@pytest.fixture
def waiting(transfer, monkeypatch, world):
    monkeypatch.setattr(wire, "certificate_fault", lambda pem: "")
    return send(transfer, register(address=ADDRESS, certificates="-"), way="https")


def later(message, **words):
    OutMessage.objects.filter(pk=message.pk).update(next_try_at=timezone.now(), **words)


def test_a_message_waits_while_the_other_side_is_down_and_arrives_once(waiting, line):
    answers, sent = line
    answers += [wire.Unreachable("连接失败"), wire.Answer(True)]
    assert delivering.deliver_messages() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, waiting.remark) == (OutState.WAITING, 1, "连接失败")
    assert timezone.now() < waiting.next_try_at < timezone.now() + datetime.timedelta(minutes=2)
    assert delivering.deliver_messages() == 0
    later(waiting)
    assert delivering.deliver_messages() == 1
    assert delivering.deliver_messages() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, len(sent)) == (OutState.DELIVERED, 2, 2)
    assert sent[0] == sent[1] == (bytes(waiting.envelope), ADDRESS)


def test_a_message_the_other_platform_refuses_is_not_tried_again(waiting, line, transfer):
    line[0].append(wire.Answer(False, "介绍信已到期"))
    delivering.deliver_messages()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.remark) == (OutState.REJECTED, "介绍信已到期")
    assert list(OutMessage.objects.failed_for(Acting(transfer.source_committee))) == [waiting]


def test_a_message_nobody_ever_took_ends_with_its_time(waiting, line, transfer):
    later(waiting, expires_at=timezone.now())
    delivering.deliver_messages()
    waiting.refresh_from_db()
    assert (waiting.state, line[1]) == (OutState.EXPIRED, [])
    assert transfer.events.filter(sentence="转接过期未送达").exists()


def test_a_try_that_dies_is_only_a_try(waiting, line):
    line[0].append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        delivering.deliver_messages()
    waiting.refresh_from_db()
    assert waiting.state == OutState.WAITING


def test_what_was_cancelled_on_the_line_says_so(waiting, line, transfer, monkeypatch):
    def deliver(message, **words):
        sending.cancel(waiting, by=Acting(transfer.source_committee), version=waiting.version)
        return wire.Answer(True)

    monkeypatch.setattr(wire, "deliver", deliver)
    delivering.deliver_messages()
    waiting.refresh_from_db()
    assert (waiting.state, "已经收到" in waiting.remark) == (OutState.CANCELLED, True)


# ── receiving ───────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_from_another_platform_is_taken_in_and_the_receipt_goes_back(peer, world, desk):
    content = somebody(letter__heading=world.university.full_name)
    message = receive(written(content)).message
    assert (message.place, message.state, message.name) == (world.university, InState.NEW, "欧阳·𠮷")
    by = Acting(world.university)
    transfer = receiving.assign(message, world.masters, by=by, version=message.version)
    assert (transfer.type, transfer.heading, transfer.arrival.letter_number) == (
        "in",
        "中共邻市某单位委员会",
        "2026-000187",
    )
    desk.act(transfer, "pass")
    assert Member.objects.enrolled().filter(name="欧阳·𠮷", organization=world.masters).exists()
    message.refresh_from_db()
    assert message.state == InState.DONE
    answer = OutMessage.objects.get(answers=message)
    read = read_by_the_other(answer)
    assert (read.kind, read.content["answers"], read.content["reference"]) == (
        "receipt",
        str(message.uid),
        content["reference"],
    )


def test_without_a_known_committee_it_lies_before_the_top_which_hands_it_on(peer, world):
    message = receive(written(somebody())).message
    assert message.place == world.city
    receiving.hand_on(message, world.academy, by=Acting(world.city), version=message.version)
    message.refresh_from_db()
    assert list(InMessage.objects.waiting_for(Acting(world.academy))) == [message]
    with pytest.raises(ValidationError, match="另一个党委"):
        receiving.hand_on(message, world.clerks, by=Acting(world.city), version=message.version)


def test_another_committee_sees_nothing_of_it(peer, world):
    message = receive(written(somebody(letter__heading=world.university.full_name))).message
    assert not InMessage.objects.visible_to(Acting(world.academy)).exists()
    with pytest.raises(OutOfReach):
        receiving.refuse(message, reason="不接收", by=Acting(world.academy), version=message.version)


def test_a_refusal_goes_back_with_its_reason(peer, world):
    message = receive(written(somebody())).message
    answer = receiving.refuse(message, reason="单位有误", by=Acting(world.city), version=message.version)
    assert read_by_the_other(answer).content["reason"] == "单位有误"
    message.refresh_from_db()
    assert message.state == InState.REFUSED
    with pytest.raises(Stale):
        receiving.assign(message, world.masters, by=Acting(world.city), version=message.version)


def test_a_transfer_sent_back_inside_returns_to_the_inbox(peer, world, desk):
    message = receive(written(somebody())).message
    transfer = receiving.assign(message, world.masters, by=Acting(world.city), version=message.version)
    desk.act(transfer, "send_back", remark="支部不对")
    message.refresh_from_db()
    assert (message.state, "重新分派" in message.remark) == (InState.NEW, True)
    receiving.assign(message, world.direct, by=Acting(world.city), version=message.version)
    assert not OutMessage.objects.exists()


def test_what_was_received_can_be_received_again_without_any_effect(peer):
    data = written(somebody())
    first, again = receive(data), receive(data)
    assert (first.is_repeated, again.is_repeated, again.message) == (False, True, first.message)
    assert Record.objects.filter(action="transfers.receive_again", succeeded=False).count() == 1


def test_a_number_used_twice_is_an_alarm(peer):
    uid = uuid.uuid4()
    receive(written(somebody(), uid=uid))
    assert refused(written(somebody(), uid=uid)) == "repeated"
    assert Alarm.objects.get().record.action == "transfers.refuse_exchange"


def test_a_new_letter_replaces_the_one_nobody_has_begun_with(peer, world):
    content = somebody()
    old = receive(written(content)).message
    content["letter"]["number"] = "2026-000188"
    new = receive(written(content)).message
    old.refresh_from_db()
    assert (old.state, new.state) == (InState.REPLACED, InState.NEW)
    receiving.assign(new, world.masters, by=Acting(world.city), version=new.version)
    assert refused(written(content)) == "underway"


@pytest.mark.parametrize(
    ("changes", "code"),
    (
        ({"person__id_number": "99000019900101077X"}, "content"),
        ({"person__name": "王2"}, "content"),
        ({"person__phone": "123"}, "content"),
        ({"person__confirmed_on": "2013-02-30"}, "content"),
        ({"letter__issued_on": "2026-01-01", "letter__days": 30}, "content"),
        ({"letter__issued_on": "9999-12-31"}, "content"),
        ({"dues_paid_to": "0000-01"}, "content"),
        ({"dues_paid_to": "9999-12"}, "content"),
        ({"letter__committee": "中共\x00某委员会"}, "content"),
        ({"letter__destination": "示范大学\u202e"}, "content"),
    ),
)
def test_what_no_record_could_hold_is_refused_with_an_alarm(peer, changes, code):
    assert refused(written(somebody(**changes))) == code
    assert not InMessage.objects.exists()
    assert Alarm.objects.count() == 1


def test_a_stranger_leaves_a_record_and_no_alarm(world):
    assert refused(written(somebody())) == "sender"
    assert Record.objects.filter(action="transfers.refuse_exchange", succeeded=False).exists()
    assert not Alarm.objects.exists()


def test_a_forged_sender_is_an_alarm(peer):
    assert refused(written(somebody(), letter=b"x")) == "signature"
    assert Alarm.objects.count() == 1


def test_an_installation_that_is_off_is_refused(peer):
    peers.switch(peer, on=False, by=audit.SYSTEM, version=peer.version)
    assert refused(written(somebody())) == "sender"


def test_the_content_is_sealed_at_rest(peer):
    content = somebody()
    message = receive(written(content)).message
    assert content["person"]["id_number"].encode() not in bytes(message.content_sealed)
    assert receiving.content_of(message) == content


# ── what comes back ─────────────────────────────────────────────────────────────────────────────────────


def test_the_receipt_closes_the_transfer_and_says_where_it_came_from(transfer, peer, leaver):
    message = send(transfer, peer)
    assert receive(receipt_for(message)).message.state == InState.APPLIED
    for row in (transfer, message, leaver):
        row.refresh_from_db()
    assert (transfer.state, message.state) == (TransferState.DONE, OutState.ANSWERED)
    assert leaver.status == "6" or leaver.get_status_display() == "已转出"
    event = transfer.events.get(verb="answer")
    assert (event.sentence, "邻市党建平台" in event.remark, event.by_name) == (
        "收到对方回执，已转出",
        True,
        "中共邻市某单位委员会",
    )


def test_the_receipt_after_one_entered_by_hand_changes_nothing(transfer, peer, desk):
    message = send(transfer, peer)
    desk.act(transfer, "receipt", received_on=timezone.localdate())
    assert receive(receipt_for(message)).message.state == InState.APPLIED
    assert transfer.events.filter(verb="answer").count() == 0


def test_a_receipt_for_a_transfer_that_was_ended_is_put_before_people(transfer, peer, desk, world):
    message = send(transfer, peer)
    desk.act(transfer, "end", remark="不走了")
    held = receive(receipt_for(message)).message
    assert held.state == InState.HELD
    by = Acting(world.university)
    assert list(InMessage.objects.waiting_for(by)) == [held]
    receiving.settle(held, remark="已电话商定", by=by, version=held.version)
    assert not InMessage.objects.waiting_for(by).exists()


def test_a_receipt_with_an_impossible_day_is_put_before_people(transfer, peer):
    message = send(transfer, peer)
    held = receive(receipt_for(message, received_on="2020-01-01")).message
    assert (held.state, "不能早于" in held.remark) == (InState.HELD, True)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.LETTER


def test_a_receipt_that_answers_nothing_of_its_sender_is_refused(transfer, peer):
    message = send(transfer, peer)
    for wrong in ({"answers": str(uuid.uuid4())}, {"reference": str(uuid.uuid4())}, {"letter_number": "2026-000999"}):
        assert refused(receipt_for(message, **wrong)) == "answers"


def test_a_refusal_gives_the_transfer_back(transfer, peer, world):
    message = send(transfer, peer)
    receive(refusal_for(message))
    for row in (transfer, message):
        row.refresh_from_db()
    assert (transfer.state, message.state) == (TransferState.LETTER, OutState.RETURNED)
    assert "查无此人" in message.remark
    assert list(OutMessage.objects.failed_for(Acting(world.university))) == [message]
    send(transfer, peer)
    assert not OutMessage.objects.failed_for(Acting(world.university)).exists()


# ── who is known ────────────────────────────────────────────────────────────────────────────────────────


def test_an_installation_is_registered_by_its_file_and_renewed_by_the_next(world):
    first = register()
    again = register(valid_until=datetime.date(2098, 1, 1))
    assert (first.pk, again.version, again.valid_until.year) == (again.pk, 2, 2098)


def test_a_fingerprint_that_was_not_the_one_said_stops_the_registration(world):
    with other_platform():
        data = card()
    with pytest.raises(ValidationError, match="指纹不符"):
        peers.register(data, by=audit.SYSTEM, fingerprint="0000")


def test_the_own_file_and_odd_addresses_are_refused(world):
    with pytest.raises(ValidationError, match="本平台自己"):
        peers.register(card(), by=audit.SYSTEM)
    with other_platform():
        data = json.loads(card(address=ADDRESS, certificates="no certificate"))
    with pytest.raises(ValidationError, match="PEM"):
        peers.register(schemas.spelled(data), by=audit.SYSTEM)
