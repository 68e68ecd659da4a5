"""The pages between platforms: forms that come back with what was typed, one effect each, few statements."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.items import BY_FIELD
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.ui.form_keys import fresh
from transfers.models import InMessage, OutMessage, Transfer
from transfers.services import receiving, sending
from transfers.tests.exchanging import OWN, register, somebody, written
from transfers.tests.factories import InMessageFactory, OutMessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@pytest.fixture(autouse=True)
def exchanging(settings):
    settings.EXCHANGE_ID = OWN


@pytest.fixture
def peer(world):
    return register()


@pytest.fixture
def committee(client, world):
    return act_as(client, RoleGrantFactory(organization=world.university, system=System.PORTAL))


@pytest.fixture
def transfer(world, desk):
    member = MemberFactory(organization=world.masters, name="李思远", category="1", complete=True)
    return desk.passed(desk.start(member), 2)


@pytest.fixture
def came(world, peer):
    """Somebody whose letter names 示范大学党委."""
    data = written(somebody(letter__heading=world.university.full_name))
    return receiving.receive(data, way="file", by=audit.SYSTEM).message


def page(name, *args):
    return reverse(f"transfers:{name}", args=args)


def upload(data):
    return {"file": SimpleUploadedFile("转接.json", data, "application/json")}


def test_a_transfer_is_sent_once_and_taken_away_as_a_file(committee, transfer, peer):
    address = page("send", transfer.pk)
    assert address in committee.get(transfer.get_absolute_url()).text
    text = committee.get(address).text
    assert all(BY_FIELD[name].label in text for name in sending.FURTHER)
    wrong = committee.post(address, {"version": transfer.version, "peer": peer.pk, "way": "https"})
    assert (wrong.status_code, "没有登记网络地址" in wrong.text, "selected" in wrong.text) == (422, True, True)
    words = {"version": transfer.version, "peer": peer.pk, "way": "file", "form_key": fresh()}
    first, again = (committee.post(address, words) for _ in range(2))
    message = OutMessage.objects.get()
    assert first.url == again.url == message.get_absolute_url()
    assert "不能重复发送" in committee.post(address, words | {"form_key": fresh()}).text
    assert committee.post(address, words | {"form_key": fresh(), "version": 1}).status_code == 409
    file = committee.post(page("take_file", message.pk))
    assert b"".join(file.streaming_content) == bytes(message.envelope)
    assert Record.objects.filter(action="transfers.take_message").count() == 1


def test_a_transfer_that_goes_nowhere_says_nothing_of_other_platforms(committee, transfer, desk):
    desk.act(transfer, "end", remark="本人留任")
    assert "平台间交换</h2>" not in committee.get(transfer.get_absolute_url()).text


def test_what_is_not_delivered_is_taken_back_with_one_click_of_two(committee, transfer, peer):
    by = Acting(transfer.source_committee)
    message = sending.send(transfer, to=peer, way="file", by=by, version=transfer.version)
    cancel, words = page("outbox_act", message.pk, "cancel"), {"version": message.version}
    assert "无需再试" in committee.post(page("outbox_act", message.pk, "hurry"), words, follow=True).text
    assert "已取消发送" in committee.post(cancel, words | {"form_key": fresh()}, follow=True).text
    assert committee.post(cancel, words).status_code == 409
    assert "不能取消" in committee.post(cancel, {"version": "9" * 5000}, follow=True).text
    assert committee.post(page("outbox_act", message.pk, "destroy")).status_code == 404
    assert "不能再下载" in committee.post(page("take_file", message.pk), follow=True).text
    assert "下载交换文件" not in committee.get(message.get_absolute_url()).text


def test_a_file_is_taken_in_once_and_whoever_it_speaks_of_is_assigned(committee, world, peer, desk):
    assert "不是平台间交换文件" in committee.post(page("receive"), upload(b"{}")).text
    assert "请选择" in committee.post(page("receive"), {}).text
    data = written(somebody(letter__heading=world.university.full_name))
    assert "已收到转接：欧阳·𠮷" in committee.post(page("receive"), upload(data), follow=True).text
    assert "没有重复办理" in committee.post(page("receive"), upload(data), follow=True).text
    message = InMessage.objects.get()
    shown = committee.get(message.get_absolute_url()).text
    assert ("欧阳·𠮷" in shown, "180****0077" in shown, "18000000077" in shown) == (True, True, False)
    assert "汉族 01" in shown
    words = {"version": message.version, "target_code": world.masters.code, "target_name": "教工支部"}
    wrong = committee.post(message.get_absolute_url(), words)
    assert (wrong.status_code, "没有找到" in wrong.text, world.masters.code in wrong.text) == (422, True, True)
    words |= {"target_name": "硕士支部", "form_key": fresh()}
    first, again = (committee.post(message.get_absolute_url(), words) for _ in range(2))
    transfer = Transfer.objects.get()
    assert first.url == again.url == transfer.get_absolute_url()
    assert committee.post(message.get_absolute_url(), words | {"form_key": fresh()}).status_code == 409


def test_the_receipt_that_leaves_by_itself_is_noted_as_sent(committee, came, world, desk):
    by = Acting(world.university)
    transfer = desk.act(receiving.assign(came, world.masters, by=by, version=came.version), "pass")
    assert list(Transfer.objects.to_answer(by)) == [transfer]
    answer = OutMessage.objects.get(kind="receipt")
    committee.post(page("take_file", answer.pk))
    transfer.arrival.refresh_from_db()
    assert (transfer.arrival.receipt_sent_on, list(Transfer.objects.to_answer(by))) == (timezone.localdate(), [])


@pytest.mark.parametrize(
    ("verb", "typed", "state", "place"),
    (
        ("refuse_message", {"why": "单位有误"}, "refused", "示范大学党委"),
        ("hand_on", {"target": "考试院党委"}, "new", "考试院党委"),
    ),
)
def test_what_came_is_sent_back_or_handed_on(client, world, peer, verb, typed, state, place):
    top = act_as(client, RoleGrantFactory(organization=world.city, system=System.PORTAL))
    heading = world.university.full_name if verb == "refuse_message" else "中共某单位委员会"
    message = receiving.receive(written(somebody(letter__heading=heading)), way="file", by=audit.SYSTEM).message
    if "target" in typed:
        typed = {"target_code": world.academy.code, "target_name": world.academy.short_name}
    address, words = page(verb, message.pk), {"version": message.version}
    assert top.get(address).status_code == 200
    assert top.post(address, words).status_code == 422
    assert "已办理" in top.post(address, words | typed, follow=True).text
    assert top.post(address, words | typed).status_code == 409
    message.refresh_from_db()
    assert (message.state, message.place.short_name) == (state, place)


def test_an_answer_that_fits_nothing_is_settled_with_a_word(committee, world):
    held = InMessageFactory(place=world.university, kind="receipt", state="held", remark="该转接已撤回，请核对")
    assert "登记处理情况" in committee.get(held.get_absolute_url()).text
    address = page("settle_message", held.pk)
    assert committee.post(address, {"version": held.version, "why": " "}).status_code == 422
    committee.post(address, {"version": held.version, "why": "已电话商定"})
    held.refresh_from_db()
    assert (held.state, "已电话商定" in held.remark) == ("applied", True)


def test_the_pages_cost_the_same_for_one_message_and_for_three(committee, world, transfer, peer, came):
    asked = {}
    for number in (1, 2):
        for _ in range(number):
            OutMessageFactory(place=world.university, peer=peer)
        for name, *args in (("inbox",), ("outbox",), ("peers",), ("receive",), ("send", transfer.pk)):
            asked.setdefault(name, []).append(_statements(committee, page(name, *args)))
    sent = OutMessage.objects.first()
    asked |= {row: [_statements(committee, row.get_absolute_url())] for row in (came, sent)}
    for name, counts in asked.items():
        assert len(set(counts)) == 1, (name, counts)
        assert counts[0] <= 12, (name, counts)


def _statements(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
