"""身份验证 before dangerous acts. Source: security.md 20, 24."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections

from accounts import hashers
from accounts.models import LoginCounter, User
from accounts.services.proofs import LOCKED, WRONG, prove
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from partyplatform.audit.models import Record
from partyplatform.locks import Busy

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

START = datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC)
FORM = "/info/dangerous/"
VERB = "/info/dangerous/end/"
ASK = "/prove/?next=%2Finfo%2Fdangerous%2F"


@pytest.fixture
def role():
    return RoleGrantFactory(user=UserFactory(name="周敏", password=PASSWORD))


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def late(client, role, clock):
    """A browser whose person logged in ten minutes ago."""
    act_as(client, role)
    clock.shift(600)
    return client


def results():
    return list(Record.objects.order_by("seq").values_list("action", "succeeded", "reason"))


# ── when it is asked for ────────────────────────────────────────────────────────────────────────────────


def test_a_login_is_proof_for_ten_minutes(client, role, clock):
    act_as(client, role)
    clock.shift(599)
    assert client.get(FORM).text == "fresh form"
    assert client.post(FORM).text == "done"
    clock.shift(1)
    answer = client.get(FORM)
    assert (answer.status_code, answer.url) == (302, ASK)


def test_the_minutes_are_a_setting(client, role, clock, settings):
    settings.PROOF_MINUTES = 1
    act_as(client, role)
    clock.shift(60)
    assert client.get(FORM).url == ASK
    assert "1 分钟内办理" in client.get(ASK).text


@pytest.mark.parametrize("days", (-400, -1, 1, 400))
def test_a_clock_that_jumps_makes_no_proof_younger(rf, clock, days):
    from accounts import sessions

    session = {}
    sessions.prove(session)
    clock.shift(datetime.timedelta(days=days))
    assert not sessions.is_proved(session)


def test_the_way_leads_through_the_password_to_a_fresh_form(late):
    page = late.get(ASK)
    assert "请再次输入本人的登录密码" in page.text
    answer = late.post("/prove/", {"next": FORM, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, FORM)
    assert late.get(FORM).text == "fresh form"


def test_what_was_sent_too_late_is_not_sent_again_and_not_kept(late):
    answer = late.post(FORM, {"reason": "机构调整"})
    assert answer.url == ASK + "&expired=1"
    assert "刚才的内容没有提交" in late.get(answer.url).text
    answer = late.post("/prove/", {"next": FORM, "expired": "1", "password": PASSWORD})
    assert late.get(answer.url).text == "fresh form"
    assert "身份已验证，请重新填写" in late.get("/account/").text
    assert "机构调整" not in str(dict(late.session))


def test_the_way_back_from_a_verb_is_the_page_it_stands_on(late):
    back = late.post(VERB, headers={"Referer": "http://testserver/info/?page=2"})
    assert back.url == "/prove/?next=%2Finfo%2F%3Fpage%3D2&expired=1"
    assert late.post(VERB).url == "/prove/?next=%2F&expired=1"
    assert late.post(VERB, headers={"Referer": "https://evil.example/x"}).url == "/prove/?next=%2F&expired=1"


def test_a_fragment_sends_the_whole_page_to_the_proof(late):
    for answer in (late.get(FORM, headers={"HX-Request": "true"}), late.get(FORM, headers={"HX-Request": "true"})):
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, ASK)


def test_who_proved_is_not_asked_again(client, role):
    act_as(client, role)
    assert client.get(ASK).url == FORM


@pytest.mark.parametrize("target", ("https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""))
def test_the_way_back_stays_on_this_host(late, target):
    """security.md 27"""
    assert late.post("/prove/", {"next": target, "password": PASSWORD}).url == "/"


def test_nobody_proves_for_somebody_who_is_not_logged_in(client):
    assert client.post("/prove/", {"password": PASSWORD}).url == "/login/?next=/"


# ── the proof ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_proof_gives_a_new_session_and_a_new_token(late):
    late.get(ASK)
    old_session, old_token = late.cookies["session"].value, late.cookies["csrf"].value
    late.post("/prove/", {"next": FORM, "password": PASSWORD})
    assert late.cookies["session"].value != old_session
    assert late.cookies["csrf"].value != old_token
    late.cookies["session"] = old_session
    assert late.get("/info/").url == "/login/?next=/info/"


def test_it_is_recorded_with_the_role(late, role):
    late.post("/prove/", {"password": PASSWORD})
    record = Record.objects.get()
    assert (record.action, record.succeeded, record.role_label) == ("accounts.prove", True, role.label)


@pytest.mark.parametrize("password", ("", "falsch", PASSWORD + " ", "\x00", "x" * 100_000))
def test_no_other_password_proves_anything(late, password):
    page = late.post("/prove/", {"next": FORM, "password": password})
    assert page.status_code == 422
    assert ("密码不正确" if password else "请填写登录密码") in page.text
    assert "<title>错误：身份验证" in page.text
    assert len(password) == 0 or f'value="{password}"' not in page.text
    assert late.get(FORM).url == ASK


def test_after_five_wrong_ones_the_right_one_is_not_looked_at(late, role, monkeypatch):
    for _ in range(5):
        late.post("/prove/", {"password": "falsch"})
    monkeypatch.setattr(User, "check_password", lambda *a: pytest.fail("the password was looked at"))
    for _ in range(3):
        page = late.post("/prove/", {"password": PASSWORD})
        assert (page.status_code, "尝试次数过多" in page.text) == (422, True)
    assert results() == [("accounts.prove", False, "")] * 5 + [("accounts.prove", False, "尝试次数过多，暂时锁定。")]
    assert late.get("/info/").status_code == 200


def test_the_lock_ends_with_its_window(role, clock):
    for _ in range(6):
        with pytest.raises(ValidationError):
            prove(role.user, "falsch", by=role)
    clock.shift(15 * 60)
    prove(role.user, PASSWORD, by=role)
    assert LoginCounter.objects.count() == 0


def test_wrong_logins_do_not_lock_it_and_it_locks_no_login(role):
    for _ in range(6):
        with pytest.raises(ValidationError):
            prove(role.user, "falsch", by=role)
    with pytest.raises(ValidationError, match=LOCKED):
        prove(role.user, PASSWORD, by=role)
    other = RoleGrantFactory(user=UserFactory(password=PASSWORD))
    prove(other.user, PASSWORD, by=other)


def test_a_busy_processor_is_no_wrong_password(late, monkeypatch):
    def busy(*_):
        raise Busy

    monkeypatch.setattr(User, "check_password", busy)
    assert late.post("/prove/", {"password": PASSWORD}).status_code == 503
    assert LoginCounter.objects.get().tries == 0


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_five_are_looked_at(role, monkeypatch):
    looked = []
    monkeypatch.setattr(User, "check_password", lambda self, password: looked.append(password))
    monkeypatch.setattr(hashers, "PATIENCE", 60)

    def attempt(_):
        try:
            prove(role.user, "falsch", by=role)
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as threads:
        answers = sorted(threads.map(attempt, range(40)))
    assert len(looked) == 5
    assert answers == sorted([WRONG] * 5 + [LOCKED] * 35)
