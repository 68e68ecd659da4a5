"""The address other installations deliver to, the operator's command, and the client side of the line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from accounts.models import LoginCounter
from accounts.tests.pki import Issuer, pem
from partyplatform.audit.models import Record
from tests.server.processes import free_port
from transfers.exchange import identity, wire
from transfers.exchange.envelope import LARGEST
from transfers.models import InMessage, Peer
from transfers.tests.exchanging import OTHER, OWN, other_platform, register, somebody, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exchanging(settings):
    settings.EXCHANGE_ID = OWN


def post(client, data, **words):
    return client.post(reverse("exchange:take"), data, content_type="application/json", **words)


def test_a_message_is_taken_once_however_often_it_comes(client, world):
    register()
    data = written(somebody())
    answers = [post(client, data) for _ in range(2)]
    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "taken")] * 2
    assert InMessage.objects.get().way == "https"
    assert not LoginCounter.objects.filter(tries__gt=0).exists()


def test_a_refused_message_is_told_why(client, world):
    register()
    data = written(somebody())
    answer = post(client, data.replace(b"2", b"3", 1))
    assert (answer.status_code, answer.json()["code"]) == (422, "signature")
    assert "签名不符" in answer.json()["reason"]
    assert not InMessage.objects.exists()


def test_an_oversized_message_is_refused(client, world):
    for size in (LARGEST + 1, 3 * LARGEST):
        assert post(client, b"x" * size).json()["code"] == "size"
    assert Record.objects.filter(action="transfers.refuse_exchange").count() == 2


def test_whoever_sends_rubbish_all_the_time_waits(client, world, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 2
    assert [post(client, b"{}").status_code for _ in range(3)] == [422, 422, 429]


def test_nothing_is_there_while_the_exchange_is_off(client, world, settings):
    data = written(somebody())
    settings.EXCHANGE_ID = ""
    assert post(client, data).status_code == 404


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────


def said(*arguments):
    out, err = StringIO(), StringIO()
    call_command("exchange", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_operator_registers_another_installation_by_its_file_and_fingerprint(tmp_path, world):
    with other_platform():
        text, told = said("card")
        fingerprint = identity.fingerprint(json.loads(text))
    assert fingerprint in told
    file = tmp_path / "card.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="指纹不符"):
        said("register", str(file), "--fingerprint", "1234")
    assert OTHER in said("register", str(file), "--fingerprint", fingerprint)[0]
    assert "已停用" in said("off", OTHER)[0]
    assert "启用" in said("on", OTHER)[0]
    assert fingerprint in said("list")[0]
    assert "送达 0 件" in said("deliver")[0]


def test_the_command_says_what_is_wrong(tmp_path, settings):
    for arguments in (
        ("off", "nobody.example.org"),
        ("card", "--address", "http://x"),
        ("register", str(tmp_path), "--fingerprint", "1"),
    ):
        with pytest.raises(CommandError):
            said(*arguments)
    settings.EXCHANGE_ID = ""
    with pytest.raises(CommandError, match="EXCHANGE_ID"):
        said("list")


def test_a_peer_says_what_stands_against_it(world):
    assert [Peer(is_on=False, valid_until="2099-01-01").refusal(), register().refusal()] == ["与该平台的交换已停用", ""]


# ── the line ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    (
        "http://dj.example.org",
        "https://dj.example.org/path",
        "https://user@dj.example.org",
        "https://dj.example.org?x",
        "https://dj.example.org#x",
        "https://[::1]",
        "https://dj.example.org:99999",
        "https://dj..example.org",
        "https://",
        "file:///etc/passwd",
        "",
    ),
)
def test_only_a_bare_https_address_is_one(address):
    assert wire.address_fault(address)


@pytest.mark.parametrize(
    "address", ("https://127.0.0.1", "https://localhost", "https://10.0.0.1", "https://169.254.169.254")
)
def test_an_inner_address_is_not_connected_to_unless_it_is_registered_as_one(address):
    with pytest.raises(wire.Unreachable, match="内部网络"):
        wire.deliver(b"", address=address, certificates=pem(Issuer().certificate).decode(), inside=False)


def test_people_are_told_in_their_words_that_nobody_answers():
    trusted = pem(Issuer().certificate).decode()
    with pytest.raises(wire.Unreachable, match="连接失败：对方服务器没有运行"):
        wire.deliver(b"", address=f"https://localhost:{free_port()}", certificates=trusted, inside=True)
