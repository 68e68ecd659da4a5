"""Logging in by a signature: what is accepted, and everything that is not. Source: security.md 12."""

import base64
import datetime
import re

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.integrity import certificates_match_their_rows
from accounts.models import Certificate, Challenge
from accounts.services import activations, certificates, challenges
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.tests.pki import Issuer, pem, rsa_key
from orgs.codes import OrgType
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME, OTHER_NAME = "99000019900101005X", "990000199001010076"
BURNT, LATE = "本次挑战已作废", "已超过 120 秒或已使用过"


@pytest.fixture(autouse=True)
def required(settings):
    settings.CERTIFICATES_REQUIRED = True
    cache.clear()


@pytest.fixture
def issuer(db):
    return Issuer()


@pytest.fixture
def user(db):
    user = UserFactory(name="周敏", id_number=NAME, password=PASSWORD)
    return RoleGrantFactory(user=user, organization=OrganizationFactory()).user


@pytest.fixture
def other(db):
    user = UserFactory(name="李思远", id_number=OTHER_NAME, password=PASSWORD)
    return RoleGrantFactory(user=user, organization=OrganizationFactory()).user


@pytest.fixture
def key(user, issuer):
    return issuer.register(user)[2]


@pytest.fixture
def visitor(user):
    """Somebody who has given the right password and holds no challenge yet."""
    return after_password(Client(), NAME)


def after_password(client, name, **extra):
    client.post("/login/?next=/info/", {"login_name": name, "password": PASSWORD, "next": "/info/"}, **extra)
    return client


def challenge_of(client, **extra):
    """Ask for a challenge; return its number and the bytes to be signed."""
    client.post("/login/sign/challenge/", **extra)
    number = re.search(r'name="challenge" value="([0-9a-f-]{36})"', client.get("/login/sign/", **extra).text)[1]
    return number, client.get("/login/sign/challenge.txt", **extra).content


def signed(key, text):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(text, ec.ECDSA(SHA256()))
    return key.sign(text, padding.PKCS1v15(), SHA256())


def send(client, number, signature, **extra):
    return client.post("/login/sign/", {"challenge": number, "text": base64.b64encode(signature).decode()}, **extra)


def is_refused(answer, sentence):
    return (answer.status_code, sentence in answer.text) == (422, True)


def why():
    """What the audit says of the refused signatures, oldest first."""
    return list(
        Record.objects.filter(action="accounts.refuse_signature").order_by("seq").values_list("reason", flat=True)
    )


# ── what is accepted ────────────────────────────────────────────────────────────────────────────────────


def test_a_signature_opens_the_platform(visitor, key):
    number, text = challenge_of(visitor)
    answer = send(visitor, number, signed(key, text))
    assert (answer.status_code, answer.url) == (302, "/info/")
    assert visitor.get("/info/").status_code == 200


@pytest.mark.parametrize("as_file", (True, False))
def test_rsa_and_files_are_accepted_too(visitor, user, issuer, as_file):
    _, _, key = issuer.register(user, key=rsa_key())
    number, text = challenge_of(visitor)
    signature = signed(key, text)
    data = signature if as_file else base64.encodebytes(signature)
    file = SimpleUploadedFile("signature.bin", data)
    assert visitor.post("/login/sign/", {"challenge": number, "file": file}).status_code == 302


def test_the_text_says_what_where_for_whom_and_until_when(visitor, user, key):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC), tick=False):
        visitor = after_password(Client(), NAME)
        _, text = challenge_of(visitor)
    lines = text.decode().splitlines()
    assert lines[:3] == ["party-platform-login-v1", "origin: http://testserver", f"account: {user.uid}"]
    assert len(bytes.fromhex(lines[3].removeprefix("nonce: "))) == 32
    assert lines[4] == "expires: 2026-11-20T08:02:00Z"
    assert NAME not in text.decode()


def test_the_session_lives_as_long_as_the_certificate_is_good(visitor, user, issuer):
    row, _, key = issuer.register(user)
    number, text = challenge_of(visitor)
    send(visitor, number, signed(key, text))
    certificates.revoke(row, by=audit.SYSTEM, reason="遗失")
    answer = visitor.get("/info/")
    assert answer.url.startswith("/login/")
    assert "该证书已被吊销" in visitor.get(answer.url).text


def test_its_first_use_retires_the_one_before(visitor, user, issuer):
    old, _, _ = issuer.register(user)
    certificate, key = issuer.client()
    certificates.register(user, pem(certificate), by=audit.SYSTEM, replaces=old)
    number, text = challenge_of(visitor)
    send(visitor, number, signed(key, text))
    old.refresh_from_db()
    assert old.state == "retired"


# ── what is not ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_replay_is_refused(visitor, key):
    number, text = challenge_of(visitor)
    send(visitor, number, signed(key, text))
    again = after_password(Client(), NAME)
    challenge_of(again)
    assert is_refused(send(again, number, signed(key, text)), LATE)
    assert why() == ["重复使用"]


def test_a_wrong_answer_burns_the_challenge(visitor, key):
    number, text = challenge_of(visitor)
    assert is_refused(send(visitor, number, signed(key, b"something else")), BURNT)
    assert is_refused(send(visitor, number, signed(key, text)), LATE)
    assert why() == ["签名不是由本账号的证书作出的", "重复使用"]
    assert visitor.get("/login/sign/challenge.txt").status_code == 404


def test_another_session_cannot_answer(visitor, key):
    number, text = challenge_of(visitor)
    thief = after_password(Client(), NAME)
    assert is_refused(send(thief, number, signed(key, text)), BURNT)
    assert is_refused(send(visitor, number, signed(key, text)), LATE)
    assert why() == ["来自其他会话", "重复使用"]


def soon():
    """A moment at which the certificates of this run are good."""
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)


@pytest.mark.parametrize(("seconds", "is_late"), ((119, False), (120, True), (-1, True)))
def test_it_lives_for_120_seconds_of_the_servers_clock(user, key, seconds, is_late):
    with time_machine.travel(soon(), tick=False) as clock:
        Challenge.objects.all().delete()
        visitor = after_password(Client(), NAME)
        number, text = challenge_of(visitor)
        clock.shift(seconds)
        answer = challenges_answer(number, signed(key, text), user)
    assert answer == ("逾期" if is_late else "")


def challenges_answer(number, signature, user):
    found = Challenge.objects.get(uid=number)
    try:
        challenges.answer(number, signature, user=user, session_mark=found.session_mark, origin=found.origin)
    except ValidationError:
        return why()[-1]
    return ""


def test_another_origin_cannot_answer(visitor, user, key, settings):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    number, text = challenge_of(visitor)
    assert is_refused(send(visitor, number, signed(key, text), headers={"Host": "evil.example"}), BURNT)
    assert why() == ["来自其他地址"]


def test_another_account_cannot_answer(visitor, other, key, issuer):
    _, _, their_key = issuer.register(other)
    number, text = challenge_of(visitor)
    assert is_refused(send(visitor, number, signed(their_key, text)), BURNT)
    assert why() == ["签名不是由本账号的证书作出的"]


@pytest.mark.parametrize("kind", ("another key", "another digest", "shortened", "empty certificate list"))
def test_other_signatures_are_refused(visitor, user, issuer, kind):
    row, _, key = issuer.register(user)
    number, text = challenge_of(visitor)
    signature = signed(key, text)
    if kind == "another key":
        signature = signed(issuer.key, text)
    elif kind == "another digest":
        signature = key.sign(text, ec.ECDSA(SHA384()))
    elif kind == "shortened":
        signature = signature[:-1]
    else:
        certificates.revoke(row, by=audit.SYSTEM, reason="遗失")
    assert is_refused(send(visitor, number, signature), BURNT)
    assert visitor.get("/info/").status_code == 302


def test_an_expired_certificate_signs_in_vain(user, issuer):
    _, certificate, key = issuer.register(user, days=1)
    with time_machine.travel(certificate.not_valid_after_utc + datetime.timedelta(seconds=1), tick=False):
        visitor = after_password(Client(), NAME)
        number, text = challenge_of(visitor)
        assert is_refused(send(visitor, number, signed(key, text)), "证书已过期")


def test_a_new_challenge_takes_the_place_of_the_old(visitor, key):
    number, text = challenge_of(visitor)
    challenge_of(visitor)
    assert is_refused(send(visitor, number, signed(key, text)), LATE)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    (
        ({}, "请粘贴签名，或上传签名文件"),
        ({"text": "不是签名"}, "签名应为 base64 文本"),
        ({"text": base64.b64encode(b"x" * 3000).decode()}, "签名的长度不正确"),
    ),
)
def test_what_is_no_signature_is_said_and_burns_nothing(visitor, key, fields, sentence):
    number, text = challenge_of(visitor)
    assert is_refused(visitor.post("/login/sign/", {"challenge": number, **fields}), sentence)
    assert send(visitor, number, signed(key, text)).status_code == 302


# ── who gets here ───────────────────────────────────────────────────────────────────────────────────────


def test_without_the_password_there_is_no_challenge(client, user, key):
    client.post("/login/", {"login_name": NAME, "password": "another one entirely"})
    assert client.get("/login/sign/").url == "/login/"
    assert client.post("/login/sign/challenge/").status_code == 404
    assert Challenge.objects.count() == 0


def test_the_password_alone_opens_nothing_else(visitor):
    assert visitor.get("/login/sign/").status_code == 200
    assert visitor.get("/info/").url.startswith("/login/")


def test_the_password_is_remembered_for_ten_minutes(user, key):
    with time_machine.travel(soon(), tick=False) as clock:
        visitor = after_password(Client(), NAME)
        clock.shift(599)
        assert visitor.get("/login/sign/").status_code == 200
        clock.shift(1)
        assert visitor.get("/login/sign/").url == "/login/"


def test_reading_makes_no_challenge(visitor):
    visitor.get("/login/sign/")
    assert visitor.get("/login/sign/challenge.txt").status_code == 404
    assert Challenge.objects.count() == 0


def test_old_challenges_are_forgotten(visitor):
    challenge_of(visitor)
    challenges.forget_challenges()
    assert Challenge.objects.count() == 1
    Challenge.objects.update(expires_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    challenges.forget_challenges()
    assert Challenge.objects.count() == 0


# ── with a one-time code in place of the password ───────────────────────────────────────────────────────


@pytest.fixture
def newcomer(db):
    """The administrator of a committee who has no password yet, and the one-time code."""
    superior = RoleGrantFactory()
    committee = OrganizationFactory(parent=superior.organization, org_type=OrgType.COMMITTEE)
    role = RoleGrantFactory(user=UserFactory(name="王晓华", id_number=OTHER_NAME), organization=committee)
    return role.user, activations.issue(role.user, by=superior)


def come_with(client, code):
    return client.post("/login/", {"login_name": OTHER_NAME, "password": code})


def test_a_one_time_code_alone_opens_no_page(client, newcomer):
    assert "该账号须使用数字证书登录" in come_with(client, newcomer[1]).text
    assert client.get("/activate/").url == "/login/"
    assert client.get("/info/").url.startswith("/login/")


def test_code_and_signature_lead_to_the_first_password_and_in(client, newcomer, issuer):
    user, code = newcomer
    row, _, key = issuer.register(user)
    come_with(client, code)
    number, text = challenge_of(client)
    page = send(client, number, signed(key, text)).url
    assert client.get("/info/").url == page
    assert client.post(page, {"password": PASSWORD, "repeat": PASSWORD}).status_code == 302
    assert client.get("/info/").status_code == 200
    certificates.revoke(row, by=audit.SYSTEM, reason="遗失")
    assert client.get("/info/").url.startswith("/login/")


def test_the_holder_is_told_of_a_new_certificate(client, user, issuer):
    row, _, key = issuer.register(user)
    visitor = after_password(Client(), NAME)
    number, text = challenge_of(visitor)
    send(visitor, number, signed(key, text))
    page = visitor.get("/account/").text
    assert f"为您登记了数字证书 {row.short_serial}" in page
    assert "还没有登记" not in page
    assert f"<b>{row.short_serial}</b>" in page


def test_integrity_finds_a_certificate_whose_row_was_changed(user, issuer):
    row, _, _ = issuer.register(user)
    assert list(certificates_match_their_rows()) == []
    Certificate.objects.filter(pk=row.pk).update(not_after=row.not_after + datetime.timedelta(days=365))
    assert list(certificates_match_their_rows()) == [f"数字证书 {row.pk}：登记的内容与证书不一致"]
    Certificate.objects.filter(pk=row.pk).update(der=b"nothing")
    assert list(certificates_match_their_rows()) == [f"数字证书 {row.pk}：内容无法识别"]
