import datetime
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import hashers
from accounts.codes import RoleKind
from accounts.models import RoleGrant, User
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit import triggers
from partyplatform.audit.models import ChainHead, Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME = "99000019900101005X"
FAILED = "用户名或密码错误"


@pytest.fixture
def person():
    """Somebody who may log in as NAME with PASSWORD."""
    return RoleGrantFactory(user=UserFactory(name="周敏", id_number=NAME, password=PASSWORD))


def log_in(client, name=NAME, password=PASSWORD, **fields):
    return client.post("/login/", {"login_name": name, "password": password, **fields})


def session_keys():
    return set(Session.objects.values_list("session_key", flat=True))


# ── entrance ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_entrance_shows_both_systems_and_the_announcement(client, settings):
    settings.ANNOUNCEMENT = "本次发版对身份证号等信息进行了安全加密。"
    page = client.get("/").text
    assert re.findall(r'class="tile" href="([^"]+)"', page) == ["/info/", "/portal/"]
    assert "本次发版对身份证号等信息进行了安全加密。" in page
    settings.ANNOUNCEMENT = ""
    assert "公告" not in client.get("/").text


def test_after_the_login_it_shows_the_systems_of_the_account(client):
    act_as(client, RoleGrantFactory(kind=RoleKind.MEMBER))
    assert re.findall(r'class="tile" href="([^"]+)"', client.get("/").text) == ["/portal/"]


def test_it_shows_when_and_where_the_account_was_used_before(client, person):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC), tick=False) as clock:
        log_in(client)
        assert "上次登录" not in client.get("/").text
        clock.shift(3600)
        other = Client(REMOTE_ADDR="10.9.9.9")
        log_in(other)
        assert re.search(r"上次登录 2026-11-20 16:00(:00)?，来自 127\.0\.\*\.\*", other.get("/").text)


# ── login ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_login_page_lets_password_managers_help(client):
    page = client.get("/login/").text
    assert re.search(r'<input type="text" name="login_name" [^>]*autocomplete="username"', page)
    assert re.search(r'<input type="password" name="password" [^>]*autocomplete="current-password"', page)
    assert "登录名（身份证号）" in page


def test_logging_in_begins_a_session_and_is_recorded(client, person):
    response = log_in(client)
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/info/").json()["role"] == person.pk
    record = Record.objects.get()
    assert (record.action, record.actor_uid, record.role_label) == ("accounts.login", person.user_uid, person.label)
    assert (record.organization_id, record.address_masked) == (person.organization_id, "127.0.*.*")


def test_the_session_id_is_new_after_the_login(client, person):
    client.post("/text-size/", {"size": "large"})
    before = client.cookies["session"].value
    log_in(client)
    assert client.cookies["session"].value != before
    assert before not in session_keys()
    assert User.objects.get().text_size == "large"


@pytest.mark.parametrize(
    ("target", "lands"),
    (
        ("/info/", "/info/"),
        ("/portal/?tab=2", "/portal/?tab=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/info/", "http://testserver/info/"),
    ),
)
def test_the_login_leads_only_to_addresses_of_ours(client, person, target, lands):
    assert log_in(client, next=target).url == lands
    assert client.get("/login/", {"next": target}).url == lands


def test_the_role_fits_the_system_one_comes_from(client, person):
    portal = RoleGrantFactory(user=person.user, system="portal")
    log_in(client, next="/portal/")
    assert Record.objects.get().object_label == "周敏"
    assert client.get("/jobs/").json()["role"] == portal.pk


def failing(client, person, case):
    """Fail to log in for one reason; the name is as long as the right one each time."""
    if case == "unknown":
        return log_in(client, "990000199001010017")
    if case == "misspelt":
        return log_in(client, "99000019900101O05X")
    if case == "disabled":
        User.objects.update(is_active=False)
    if case == "without a grant":
        RoleGrant.objects.update(ends_on=timezone.localdate())
    if case == "locked":
        for _ in range(5):
            log_in(client, password="不是这个密码也不是那个")
    return log_in(client, password="不是这个密码也不是那个" if case == "wrong password" else PASSWORD)


def test_every_failure_looks_the_same(person):
    answers = {}
    for case in ("unknown", "misspelt", "wrong password", "without a grant", "disabled", "locked"):
        RoleGrant.objects.update(ends_on=None)
        User.objects.update(is_active=True)
        answers[case] = failing(Client(), person, case)
    assert {case: answer.status_code for case, answer in answers.items()} == dict.fromkeys(answers, 422)
    assert {len(answer.content) for answer in answers.values()} == {len(answers["unknown"].content)}
    varying = re.compile(r'value="[^"]*"|nonce="[^"]*"')
    assert len({varying.sub("", answer.text) for answer in answers.values()}) == 1
    assert FAILED in answers["locked"].text
    assert not any(answer.wsgi_request.user.is_authenticated for answer in answers.values())


def test_what_was_typed_as_password_does_not_come_back(client, person):
    answer = log_in(client, password="不是这个密码也不是那个")
    assert "不是这个密码也不是那个" not in answer.text
    assert f'value="{NAME}"' in answer.text
    assert "<title>错误：登录" in answer.text


@pytest.mark.parametrize(
    ("name", "password", "message"), (("", "x", "请填写登录名（身份证号）"), (NAME, "", "请填写密码"))
)
def test_an_empty_field_is_named_and_not_counted(client, person, name, password, message):
    for _ in range(6):
        answer = log_in(client, name, password)
        assert (answer.status_code, message in answer.text, FAILED in answer.text) == (422, True, False)
    assert log_in(client).status_code == 302


def test_strange_characters_get_the_ordinary_answer(client, person):
    answer = log_in(client, f"{NAME}\x00", f"{PASSWORD}\x00")
    assert (answer.status_code, FAILED in answer.text) == (422, True)


def test_too_many_at_once_are_asked_to_come_back(client, person, settings, monkeypatch):
    settings.HASH_PARALLEL = 1
    monkeypatch.setattr(hashers, "PATIENCE", 0.01)
    with hashers._turn():
        answer = log_in(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_the_login_needs_its_token(person):
    answer = Client(enforce_csrf_checks=True).post("/login/", {"login_name": NAME, "password": PASSWORD})
    assert answer.status_code == 403
    assert not Record.objects.exists()


def test_if_the_login_cannot_be_recorded_nobody_is_logged_in(client, person):
    log_in(client)
    triggers.remove(connection)
    ChainHead.objects.all().delete()  # from here on the audit refuses to write
    other = Client(raise_request_exception=False)
    assert log_in(other).status_code == 500
    assert other.get("/info/").status_code == 302


# ── logout ──────────────────────────────────────────────────────────────────────────────────────────────


def test_logging_out_ends_the_session_and_clears_the_browser(client, person):
    log_in(client)
    answer = client.post("/logout/")
    assert (answer.status_code, answer.url) == (302, "/?left=1")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert session_keys() == set()
    assert "您已退出登录" in client.get(answer.url).text
    assert client.get("/info/").url == "/login/?next=/info/"
    record = Record.objects.latest("seq")
    assert (record.action, record.role_label) == ("accounts.logout", person.label)


def test_logging_out_by_a_link_is_refused(client, person):
    log_in(client)
    assert client.get("/logout/").status_code == 405
    assert client.get("/info/").status_code == 200


def test_without_a_role_one_can_leave(client):
    client.force_login(UserFactory())
    assert client.post("/logout/").status_code == 302
    assert Record.objects.get().actor_name == "系统"


# ── 角色切换 ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_roles():
    branch = OrganizationFactory(parent=OrganizationFactory(), short_name="示大信息学院教工第一党支部")
    user = UserFactory()
    info = RoleGrantFactory(user=user, organization=branch, is_default=True)
    return info, RoleGrantFactory(user=user, organization=branch, kind=RoleKind.MEMBER, duty="宣传委员")


def test_the_roles_of_a_person_are_listed_by_system(client, two_roles):
    info, member = two_roles
    RoleGrantFactory()
    page = act_as(client, info).get("/role/")
    assert page.context["by_system"] == [("info", [info]), ("portal", [member])]
    assert re.findall(r'name="role" value="(\d+)">切换', page.text) == [str(member.pk)]


def test_switching_takes_effect_in_a_session_with_a_new_id(client, two_roles):
    info, member = two_roles
    act_as(client, info)
    before, token = client.session.session_key, client.get("/role/").cookies["csrf"].value
    answer = client.post("/role/switch/", {"role": member.pk})
    assert answer.url == "/portal/"
    assert client.session.session_key != before
    assert before not in session_keys()
    assert answer.cookies["csrf"].value != token
    assert client.get("/jobs/").json()["role"] == member.pk
    record = Record.objects.get()
    assert (record.action, record.role_label) == ("accounts.switch_role", member.label)


@pytest.mark.parametrize("posted", ("", "0", "x", "٣", "9" * 5000, "-1"))
def test_what_is_no_role_of_ones_own_is_404(client, two_roles, posted):
    act_as(client, two_roles[0])
    assert client.post("/role/switch/", {"role": posted}).status_code == 404


def test_roles_of_others_and_ended_ones_are_404(client, two_roles):
    info, member = two_roles
    RoleGrant.objects.filter(pk=member.pk).update(ends_on=timezone.localdate())
    act_as(client, info)
    for foreign in (RoleGrantFactory().pk, member.pk):
        assert client.post("/role/switch/", {"role": foreign}).status_code == 404
    assert client.get("/role/switch/").status_code == 405
    assert not Record.objects.exists()


# ── 我的账号 ────────────────────────────────────────────────────────────────────────────────────────────


def test_ones_own_account_shows_roles_and_logins_but_no_number(client, person):
    for _ in range(2):
        log_in(client)
    page = client.get("/account/")
    assert "**************005X" in page.text
    assert NAME not in page.text
    assert list(page.context["roles"]) == [person]
    assert [login.address for login in page.context["logins"]] == ["127.0.*.*"] * 2
