"""What check_integrity says of the exchange: nothing of a sound one, a sentence for each breach."""

import pytest
from django.db import transaction

from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform import audit
from partyplatform.integrity import invariants
from transfers.models import InMessage, Letter, OutMessage, Peer, Transfer
from transfers.services import receiving, sending
from transfers.tests.exchanging import OWN, register, somebody, written

pytestmark = pytest.mark.django_db


def problems():
    return [text for each in invariants() if each.title.startswith("平台间交换") for text in each.problems()]


def _in(**words):
    return InMessage.objects.filter(kind="transfer").update(**words)


def _out(kind, **words):
    return OutMessage.objects.filter(kind=kind).update(**words)


def _transfer(kind, **words):
    return Transfer.objects.filter(type=kind).update(**words)


# fmt: off
BREACHES = (
    (lambda: Peer.objects.update(sealing_keys=[{"id": "k1", "key": "A" * 43 + "="}]), "登记的密钥与指纹不符"),
    (lambda: _in(state="taken"),                                     "办理中，但没有办理中的转入"),
    (lambda: _in(state="refused"),                                   "已退回对方，但没有退回消息"),
    (lambda: _in(state="replaced"),                                  "已被代替，但没有新的转接"),
    (lambda: _in(state="applied"),                                   "状态与类型不符"),
    (lambda: _transfer("in", state="withdrawn"),                     "没有办结或没有回执"),
    (lambda: _in(kind="receipt", state="applied", transfer=None),    "已登记回执，但转接没有办结"),
    (lambda: _out("receipt", answers=None),                          "没有所答复的转接"),
    (lambda: _out("transfer", state="answered"),                     "已收到回执，但转接没有办结"),
    (lambda: _transfer("out", state="withdrawn", holder=None, due_on=None, finished_on="2026-11-27"), "但转接已撤回"),
    (lambda: Letter.objects.update(number=999),                      "消息没有随之取消"),
    (lambda: _out("transfer", envelope=b"{}"),                       "登记的内容与消息本身不符"),
)
# fmt: on


def test_every_breach_is_told_and_a_sound_exchange_is_not(world, desk, settings):
    settings.EXCHANGE_ID = OWN
    peer, by = register(), Acting(world.university)
    data = written(somebody(letter__heading=world.university.full_name))
    came = receiving.receive(data, way="file", by=audit.SYSTEM).message
    desk.act(receiving.assign(came, world.masters, by=by, version=came.version), "pass")
    leaver = desk.passed(desk.start(MemberFactory(organization=world.masters, category="1", complete=True)), 2)
    sending.send(leaver, to=peer, way="file", by=by, version=leaver.version)
    assert problems() == []
    for breach, sentence in BREACHES:
        with transaction.atomic():
            breach()
            found = problems()
            transaction.set_rollback(True)
        assert any(sentence in text for text in found), (sentence, found)
    assert problems() == []
