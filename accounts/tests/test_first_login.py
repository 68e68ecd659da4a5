"""From the slip to the first page: what a one-time code opens, and what it never does. Source: security.md 4."""

import datetime
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import hashers
from accounts.models import AccountNote, ActivationCode, RoleGrant, User
from accounts.services import activations
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from orgs.codes import OrgType
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME = "99000019900101005X"
NOW = datetime.datetime(2026, 11, 27, 1, tzinfo=datetime.UTC)
FAILED = "用户名或密码错误"


@pytest.fixture
def grantor():
    return RoleGrantFactory()


@pytest.fixture
def newcomer(grantor):
    """The administrator of a committee below the grantor's who has never been here."""
    committee = OrganizationFactory(parent=grantor.organization, org_type=OrgType.COMMITTEE)
    return RoleGrantFactory(user=UserFactory(name="周敏", id_number=NAME), organization=committee).user


@pytest.fixture
def code(newcomer, grantor):
    return activations.issue(newcomer, by=grantor)


def log_in(client, password, name=NAME, **fields):
    return client.post("/login/", {"login_name": name, "password": password, **fields})


def set_password(client, password=PASSWORD, repeat=None):
    return client.post("/activate/", {"password": password, "repeat": password if repeat is None else repeat})


def recorded():
    return list(Record.objects.order_by("seq").values_list("action", flat=True))


def test_name_and_code_lead_to_the_page_of_the_new_password(client, code):
    answer = log_in(client, code, next="/info/")
    assert (answer.status_code, answer.url) == (302, "/activate/")
    page = client.get("/activate/")
    assert (page.status_code, page.wsgi_request.user.is_authenticated) == (200, False)
    assert page.text.count('autocomplete="new-password"') == 2
    assert "周敏" in page.text
    assert ("启用码随即作废" in page.text, "初始密码" in page.text.replace("公开的初始密码", "")) == (True, False)


def test_an_empty_form_says_what_to_do(client, code):
    log_in(client, code)
    page = set_password(client, "").text
    assert ("请填写新密码" in page, "请再次输入新密码" in page, "请填写再次" in page) == (True, True, False)


@pytest.mark.parametrize(
    "path", ("/", "/login/", "/info/", "/portal/", "/role/", "/account/", "/nowhere/", "/help/faq/")
)
def test_every_other_address_leads_back_to_it(client, code, path):
    log_in(client, code)
    assert client.get(path).url == "/activate/"
    assert client.post(path).url == "/activate/"


@pytest.mark.parametrize("path", ("/robots.txt", "/favicon.ico"))
def test_what_is_asked_for_unasked_is_not_led_there(client, code, path):
    log_in(client, code)
    assert client.get(path).status_code == 404


def test_htmx_is_led_back_too(client, code):
    log_in(client, code)
    assert client.get("/info/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/activate/"


def test_with_the_new_password_one_is_in_and_the_code_is_dead(client, code, newcomer, grantor):
    log_in(client, code)
    opened = client.cookies["session"].value
    answer = set_password(client)
    assert (answer.status_code, answer.url) == (302, "/")
    assert "密码已设置，启用码已作废" in client.get("/").text
    assert client.get("/info/").status_code == 200
    assert client.cookies["session"].value != opened
    assert not Session.objects.filter(session_key=opened).exists()
    assert not ActivationCode.objects.exists()
    assert log_in(Client(), code).status_code == 422
    assert log_in(Client(), PASSWORD).status_code == 302
    assert recorded()[:3] == ["accounts.issue_code", "accounts.activate", "accounts.login"]
    assert User.objects.get(pk=newcomer.pk).password_set_at is not None


def test_whoever_issued_the_code_is_told_at_the_next_login(code, grantor, settings):
    grantor.user.set_password(PASSWORD)
    grantor.user.save()
    client = Client()
    log_in(client, code)
    set_password(client)
    [note] = AccountNote.objects.of(grantor.user)
    assert note.text == "周敏已用您发放的启用码设置了密码。"
    other = Client()
    log_in(other, PASSWORD, name=grantor.user.unsealed_id_number())
    assert note.text in other.get("/").text
    assert note.text not in other.get("/").text


def test_the_session_id_is_new_when_the_page_opens(client, code):
    client.post("/text-size/", {"size": "large"})
    before = client.cookies["session"].value
    log_in(client, code)
    assert client.cookies["session"].value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert 'data-size="large"' in client.get("/activate/").text


def test_whoever_was_logged_in_here_no_longer_is(client, code):
    act_as(client, RoleGrantFactory())
    log_in(client, code)
    assert client.get("/info/").url == "/activate/"
    assert client.get("/activate/").wsgi_request.user.is_anonymous


@pytest.mark.parametrize(
    ("password", "repeat", "message"),
    (
        ("", "", "请填写新密码"),
        ("短", "短", "密码至少应有 12 个字符，现为 1 个"),
        (PASSWORD, PASSWORD + " ", "两次输入的密码不一致"),
        ("bj0701-bj0701-x", "bj0701-bj0701-x", "密码中不能含有公开的初始密码"),
        ("周敏的密码谁也猜不到的", "周敏的密码谁也猜不到的", "密码中不能含有本人姓名"),
        ("我的 19900101 和别的字", "我的 19900101 和别的字", "密码中不能含有本人身份证号"),
    ),
)
def test_a_refused_password_is_explained_at_its_field(client, code, password, repeat, message):
    log_in(client, code)
    answer = set_password(client, password, repeat)
    assert (answer.status_code, message in answer.text) == (422, True)
    assert password == "" or f'value="{password}"' not in answer.text
    assert ActivationCode.objects.exists()
    assert set_password(client).status_code == 302


def test_the_name_of_the_organisation_is_refused(client, code, newcomer):
    log_in(client, code)
    organization = newcomer.grants.get().organization
    answer = set_password(client, f"{organization.short_name}加上一些别的什么字")
    assert "密码中不能含有党组织名称" in answer.text


def test_a_password_is_taken_exactly_as_typed(client, code):
    log_in(client, code)
    set_password(client, f" {PASSWORD} ")
    assert log_in(Client(), PASSWORD).status_code == 422
    assert log_in(Client(), f" {PASSWORD} ").status_code == 302


def test_sent_twice_it_has_one_effect(client, code):
    log_in(client, code)
    twin = Client()
    twin.cookies = client.cookies.__class__(client.cookies.output(header=""))
    set_password(client)
    answer = set_password(twin, "另一个人想要的密码 也很长很长")
    assert answer.url == "/login/"
    assert log_in(Client(), PASSWORD).status_code == 302


def test_of_two_browsers_with_one_code_the_first_wins(client, code):
    other = Client()
    log_in(client, code)
    log_in(other, code)
    set_password(client)
    answer = set_password(other, "另一个人想要的密码 也很长很长")
    assert answer.url == "/login/"
    assert "启用码已使用、更换或过期" in other.get("/login/").text


def test_a_code_replaced_meanwhile_closes_the_page(client, code, newcomer, grantor):
    log_in(client, code)
    activations.issue(newcomer, by=grantor)
    assert set_password(client).url == "/login/"
    assert client.get("/login/").status_code == 200


def test_the_page_closes_after_a_quarter_of_an_hour_the_code_stays(client, newcomer, grantor):
    with time_machine.travel(NOW, tick=False) as clock:
        code = activations.issue(newcomer, by=grantor)
        log_in(client, code)
        clock.shift(15 * 60)
        assert client.get("/activate/").url == "/login/"
        assert log_in(client, code).url == "/activate/"


def test_one_can_leave_without_using_up_the_code(client, code):
    log_in(client, code)
    assert client.post("/activate/leave/").url == "/"
    assert client.get("/").status_code == 200
    assert log_in(client, code).url == "/activate/"


def test_without_a_code_there_is_nothing_to_set(client, newcomer):
    assert client.get("/activate/").url == "/login/"
    assert set_password(client).url == "/login/"
    assert client.post("/activate/leave/").url == "/"


def failing(case, code, newcomer, grantor):
    """Try to log in with a code that opens nothing, for one reason."""
    if case == "used":
        ActivationCode.objects.all().delete()
    if case == "expired":
        ActivationCode.objects.update(expires_at=timezone.now())
    if case == "tried too often":
        ActivationCode.objects.update(tries=activations.TRIES)
    if case == "foreign":
        code = activations.issue(UserFactory(), by=grantor)
    if case == "without a role":
        RoleGrant.objects.filter(user=newcomer).update(starts_on=timezone.localdate() + datetime.timedelta(days=1))
    if case == "disabled":
        User.objects.filter(pk=newcomer.pk).update(is_active=False)
    if case == "locked":
        for _ in range(5):
            log_in(Client(), "不是这个")
    return log_in(Client(), "7KQM-2XVB-9HTD" if case == "guessed" else code)


CASES = ("used", "expired", "tried too often", "foreign", "guessed", "without a role", "disabled", "locked")


@pytest.mark.parametrize("case", CASES)
def test_every_failure_looks_like_that_of_an_unknown_name(newcomer, grantor, code, case):
    unknown = log_in(Client(), code, name="990000199001010017")
    answer = failing(case, code, newcomer, grantor)
    varying = re.compile(r'value="[^"]*"|nonce="[^"]*"')
    assert (answer.status_code, len(answer.content)) == (422, len(unknown.content))
    assert varying.sub("", answer.text) == varying.sub("", unknown.text)
    assert FAILED in answer.text


@pytest.mark.parametrize("case", ("unknown", *CASES[:-1]))
def test_every_failure_costs_one_hash(newcomer, grantor, code, case, monkeypatch):
    hashes, turn = [], hashers._turn
    monkeypatch.setattr(hashers, "_turn", lambda: hashes.append(case) or turn())
    if case == "unknown":
        log_in(Client(), code, name="990000199001010017")
    else:
        failing(case, code, newcomer, grantor)
    assert hashes == [case]


def test_a_code_is_no_password_for_an_account_in_use(client, code):
    log_in(client, code)
    set_password(client)
    assert log_in(Client(), code).status_code == 422
    assert recorded()[-1] == "accounts.login_failed"
