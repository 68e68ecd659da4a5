"""Source: security.md 6, 7, 10."""

import datetime
from itertools import pairwise

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.codes import RoleKind
from accounts.models import FormerPassword, User
from accounts.services import notes
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.watchers import watchers
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME = "99000019900101005X"
NEW = "窗外 有一棵 歪脖子的 枣树"


@pytest.fixture
def person():
    return RoleGrantFactory(user=UserFactory(name="周敏", id_number=NAME, password=PASSWORD))


def change(client, current=PASSWORD, password=NEW, repeat=None):
    sent = {"current": current, "password": password, "repeat": password if repeat is None else repeat}
    return client.post("/account/password/", sent)


def log_in(client, password):
    return client.post("/login/", {"login_name": NAME, "password": password})


def test_the_new_password_counts_from_now_on(client, person):
    act_as(client, person)
    assert change(client).url == "/account/"
    assert "密码已修改" in client.get("/account/").text
    assert log_in(Client(), PASSWORD).status_code == 422
    assert log_in(Client(), NEW).status_code == 302
    assert "accounts.change_password" in Record.objects.values_list("action", flat=True)


def test_this_session_goes_on_with_a_new_id_the_others_end(client, person):
    act_as(client, person)
    before, twin = client.session.session_key, Client()
    twin.cookies["session"] = before
    change(client)
    assert client.get("/info/").status_code == 200
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert twin.get("/info/").url == "/login/?next=/info/"


def test_the_present_password_is_needed(client, person):
    act_as(client, person)
    answer = change(client, current="不是这个")
    assert (answer.status_code, "密码不正确" in answer.text) == (422, True)
    assert User.objects.get().check_password(PASSWORD)


def test_guessing_the_present_password_is_throttled(client, person):
    act_as(client, person)
    for _ in range(5):
        change(client, current="不是这个")
    answer = change(client)
    assert "尝试次数过多" in answer.text
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "reason"),
    (
        ("短", "密码至少应有 12 个字符"),
        ("长" * 129, "密码最多 128 个字符"),
        (PASSWORD, "不能使用最近 5 次用过的密码"),
        ("administrator2026!", "密码过于常见"),
        ("bj0701bj0701bj0701", "公开的初始密码"),
    ),
)
def test_each_reason_stands_at_the_field(client, person, password, reason):
    act_as(client, person)
    answer = change(client, password=password)
    assert answer.status_code == 422
    assert reason in answer.text.partition('id="id_password_error"')[2].partition("</p>")[0]


def test_the_last_five_are_refused_the_sixth_is_good_again(client, person):
    act_as(client, person)
    used = [PASSWORD, *(f"{NEW} 第{number}回" for number in "一二三四五")]
    for before, after in pairwise(used):
        assert change(client, current=before, password=after).status_code == 302
    for old in used[1:]:
        assert "最近 5 次" in change(client, current=used[-1], password=old).text
    assert change(client, current=used[-1], password=used[0]).status_code == 302
    assert FormerPassword.objects.count() == 5


def test_no_typed_password_comes_back(client, person):
    act_as(client, person)
    text = change(client, password=NEW, repeat="别的").text
    assert NEW not in text
    assert PASSWORD not in text
    assert "两次输入的密码不一致" in text


# ── the age of passwords ────────────────────────────────────────────────────────────────────────────────

SET = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def aged(role, days, client):
    User.objects.update(password_set_at=SET)
    clock = time_machine.travel(SET + datetime.timedelta(days=days), tick=False)
    clock.start()
    act_as(client, role)
    return clock


@pytest.mark.parametrize(("days", "is_due"), ((89, False), (90, True), (400, True)))
def test_an_administrator_has_to_change_an_old_password(client, person, days, is_due):
    clock = aged(person, days, client)
    try:
        assert client.get("/info/").status_code == (302 if is_due else 200)
    finally:
        clock.stop()


def test_nothing_else_opens_until_it_is_changed(client, person):
    clock = aged(person, 91, client)
    try:
        for path in ("/", "/portal/", "/account/", "/role/", "/jobs/", "/nowhere/"):
            assert client.get(path).url == "/account/password/"
        assert "密码已使用超过规定时间" in client.get("/account/password/").text
        assert change(client).status_code == 302
        assert client.get("/info/").status_code == 200
    finally:
        clock.stop()


def test_leaving_is_always_possible(client, person):
    clock = aged(person, 91, client)
    try:
        assert client.post("/logout/").url == "/?left=1"
    finally:
        clock.stop()


def test_members_and_installations_without_a_limit_keep_theirs(client, settings):
    branch = OrganizationFactory(parent=OrganizationFactory())
    member = RoleGrantFactory(user=UserFactory(password=PASSWORD), organization=branch, kind=RoleKind.MEMBER)
    clock = aged(member, 4000, client)
    try:
        assert client.get("/portal/").status_code == 200
        admin = RoleGrantFactory(user=UserFactory(password=PASSWORD), organization=branch)
        User.objects.update(password_set_at=SET)
        act_as(client, admin)
        assert client.get("/info/").status_code == 302
        settings.PASSWORD_DAYS_ADMIN = 0
        assert client.get("/info/").status_code == 200
    finally:
        clock.stop()


# ── signs of a takeover ─────────────────────────────────────────────────────────────────────────────────


def test_failures_before_a_success_are_shown(client, person):
    for _ in range(3):
        log_in(Client(), "不是这个")
    log_in(client, PASSWORD)
    assert "连续输错 3 次密码" in client.get("/").text
    assert "连续输错 3 次密码" in client.get("/account/").text


def test_two_failures_are_no_sign(client, person):
    for _ in range(2):
        log_in(Client(), "不是这个")
    log_in(client, PASSWORD)
    assert "连续输错" not in client.get("/").text


def test_a_network_never_seen_before_is_shown(client, person):
    log_in(client, PASSWORD)
    assert "首次从网络" not in client.get("/").text
    other = Client(REMOTE_ADDR="10.9.9.9")
    log_in(other, PASSWORD)
    assert "您的账号首次从网络 10.9.*.* 登录。如非本人操作" in other.get("/").text
    again = Client(REMOTE_ADDR="10.9.1.1")
    log_in(again, PASSWORD)
    assert "首次从网络" not in again.get("/").text


# ── 我的账号 ────────────────────────────────────────────────────────────────────────────────────────────


def test_other_logins_can_be_ended_this_one_goes_on(client, person):
    act_as(client, person)
    before, twin = client.session.session_key, Client()
    twin.cookies["session"] = before
    assert client.post("/account/close-others/").url == "/account/"
    assert client.get("/info/").status_code == 200
    assert client.session.session_key != before
    assert twin.get("/info/").status_code == 302
    assert Record.objects.filter(action="accounts.close_sessions", object_id=str(person.user.uid)).count() == 1


def test_the_way_of_a_login_is_listed(client, person):
    log_in(client, PASSWORD)
    [login] = client.get("/account/").context["logins"]
    assert (login.way, login.address) == ("密码", "127.0.*.*")


def test_everybody_above_is_named_with_the_number_of_administrators(person, django_assert_num_queries):
    top = OrganizationFactory(short_name="示大党委")
    general = OrganizationFactory(parent=top, org_type="621", short_name="信息学院党总支")
    branch = OrganizationFactory(parent=general, short_name="教工支部")
    member = RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER).user
    for place, count in ((top, 2), (branch, 1)):
        for _ in range(count):
            RoleGrantFactory(organization=place)
    RoleGrantFactory(organization=top, ends_on="2020-01-01")
    with django_assert_num_queries(2):
        found = watchers(member)
    assert [(watcher.organization, watcher.role, watcher.administrators) for watcher in found] == [
        ("示大党委", "市/区级管理员", 2),
        ("信息学院党总支", "区级管理员", 0),
        ("教工支部", "支部管理员", 1),
    ]


def test_without_any_role_nobody_sees_anything(client):
    client.force_login(UserFactory())
    assert "没有管理员能看到您的信息" in client.get("/account/").text


def test_notes_are_kept_to_twenty(person):
    for number in range(25):
        notes.tell(person.user, f"第{number}条")
    assert [note.text for note in notes.listed(person.user)] == [f"第{number}条" for number in range(24, 4, -1)]
