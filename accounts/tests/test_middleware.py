"""From a session to an acting role, request by request. Source: security.md 20–23, 64."""

import datetime

import pytest
import time_machine
from django.urls import get_resolver
from django.utils import timezone

from accounts import acting
from accounts.codes import RoleKind, System
from accounts.middleware import PUBLIC, ROLELESS
from accounts.models import RoleGrant, User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from partyplatform.ui.menu import SYSTEMS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

START = datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC)
IDLE = "您长时间未操作，请重新登录。"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def branch():
    return OrganizationFactory(parent=OrganizationFactory(), short_name="示大信息学院教工第一党支部")


def role_at(client, path):
    return client.get(path).json()["role"]


def notice_after(client, response):
    """The sentence on the login page a request was sent to."""
    assert response.status_code == 302
    assert response.url.startswith("/login/")
    page = client.get(response.url)
    return [str(message) for message in page.context["messages"]]


# ── nobody else ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_forgot_to_ask_is_not_public(client):
    assert client.get("/info/branches/?page=2").url == "/login/?next=/info/branches/%3Fpage%3D2"
    assert client.post("/info/branches/").url == "/login/?next=/"


def test_a_form_sent_too_late_leads_back_to_its_page(client):
    form = "http://testserver/info/branches/?page=2"
    assert client.post("/poll/", headers={"Referer": form}).url == "/login/?next=/info/branches/%3Fpage%3D2"
    elsewhere = {"Referer": "https://example.org/info/"}
    assert client.post("/poll/", headers=elsewhere).url == "/login/?next=/"


def test_a_fragment_sends_the_whole_page_to_the_login(client):
    page = {"HX-Request": "true", "Referer": "http://testserver/info/branches/?page=2"}
    response = client.get("/poll/", headers=page)
    assert response.headers["HX-Redirect"] == "/login/?next=/info/branches/%3Fpage%3D2"


@pytest.mark.parametrize("path", ("/", "/login/", "/help/faq/", "/health/live", "/health/ready", "/style-guide/"))
def test_the_public_pages_are_open(client, path):
    assert client.get(path).status_code == 200


def test_the_lists_name_existing_pages():
    names = {
        f"{namespace}:{name}"
        for namespace, (_, resolver) in get_resolver("accounts.tests.urls").namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert {name for name in PUBLIC | ROLELESS if name not in names} == set()


def test_an_unknown_page_is_404_for_anybody(client):
    assert client.get("/nothing/").status_code == 404


# ── the acting role ─────────────────────────────────────────────────────────────────────────────────────


def test_each_system_has_its_role(client, branch):
    user = UserFactory()
    member = RoleGrantFactory(user=user, organization=branch, kind=RoleKind.MEMBER)
    info = RoleGrantFactory(user=user, organization=branch)
    client.force_login(user)
    assert client.get("/info/").json()["role"] == info.pk
    assert client.get("/jobs/").json() | {"left": 0} == {"role": info.pk, "system": "info", "left": 0}
    assert client.get("/portal/").json()["role"] == member.pk
    assert client.get("/jobs/").json() | {"left": 0} == {"role": member.pk, "system": "portal", "left": 0}


def test_a_chosen_role_stays_chosen(client, branch):
    user = UserFactory()
    RoleGrantFactory(user=user, organization=branch, is_default=True)
    other = RoleGrantFactory(user=user)
    assert role_at(act_as(client, other), "/info/") == other.pk


def test_a_withdrawn_role_counts_from_the_next_request_on(client, branch):
    user = UserFactory()
    default = RoleGrantFactory(user=user, organization=branch, is_default=True)
    chosen = RoleGrantFactory(user=user)
    act_as(client, chosen)
    RoleGrant.objects.filter(pk=chosen.pk).update(ends_on=timezone.localdate())
    assert role_at(client, "/info/") == default.pk
    RoleGrant.objects.update(ends_on=timezone.localdate())
    refused = client.get("/info/")
    assert refused.status_code == 403
    assert "您的账号目前没有可用的角色，请联系上级党组织的管理员授权。" in refused.text


def test_who_lost_a_role_is_told_and_goes_on_in_a_session_with_a_new_id(client, branch):
    user = UserFactory()
    left, chosen = RoleGrantFactory(user=user, organization=branch, is_default=True), RoleGrantFactory(user=user)
    act_as(client, chosen)
    before = client.session.session_key
    RoleGrant.objects.filter(pk=chosen.pk).update(ends_on=timezone.localdate())
    assert role_at(client, "/info/") == left.pk
    assert client.session.session_key != before
    assert f"您原来的角色已被解除。当前角色：{left.label}。" in client.get("/account/").text
    assert "您原来的角色已被解除" not in client.get("/account/").text


@pytest.mark.parametrize("headers", ({}, {"HX-Request": "true"}))
def test_what_was_sent_as_a_lost_role_is_not_carried_out_as_another(client, branch, headers):
    user = UserFactory()
    RoleGrantFactory(user=user, organization=branch, is_default=True)
    chosen = RoleGrantFactory(user=user)
    act_as(client, chosen)
    RoleGrant.objects.filter(pk=chosen.pk).update(ends_on=timezone.localdate())
    sent = client.post("/info/", headers=headers)
    assert sent.headers["HX-Redirect" if headers else "Location"] == "/info/"
    assert "刚才提交的内容没有办理。" in client.get("/account/").text
    RoleGrant.objects.update(ends_on=timezone.localdate())
    assert client.post("/logout/").url.endswith("?left=1")


def test_a_new_default_counts_from_the_next_login_on(client, branch):
    user = UserFactory()
    first = RoleGrantFactory(user=user, organization=branch, is_default=True)
    client.force_login(user)
    assert role_at(client, "/info/") == first.pk
    RoleGrant.objects.filter(pk=first.pk).update(is_default=False)
    later = RoleGrantFactory(user=user, is_default=True)
    assert role_at(client, "/info/") == first.pk
    client.logout()
    client.force_login(user)
    assert role_at(client, "/info/") == later.pk


def test_a_role_of_somebody_else_cannot_be_chosen(client, branch):
    mine, foreign = RoleGrantFactory(organization=branch), RoleGrantFactory(organization=branch)
    act_as(client, mine)
    session = client.session
    session["role:info"] = foreign.pk
    session.save()
    assert role_at(client, "/info/") == mine.pk


def test_a_role_on_a_dissolved_organisation_gives_nothing(client, branch):
    act_as(client, RoleGrantFactory(organization=branch))
    Organization.objects.filter(pk=branch.pk).update(dissolved_on=timezone.localdate())
    assert client.get("/info/").status_code == 403


def test_a_role_in_one_system_opens_only_that(client, branch):
    act_as(client, RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER))
    refused = client.get("/info/")
    assert refused.status_code == 403
    assert "您在党内信息管理系统没有可用的角色。" in refused.text
    assert client.get("/portal/").status_code == 200


@pytest.mark.parametrize("path", ("/", "/role/", "/account/"))
def test_without_a_role_one_can_still_see_why(client, path):
    client.force_login(UserFactory())
    assert "没有可用的角色" in client.get(path).text


def test_a_disabled_account_is_out_at_the_next_request(client):
    act_as(client, RoleGrantFactory())
    User.objects.update(is_active=False)
    assert client.get("/info/").url == "/login/?next=/info/"


def test_a_request_costs_three_statements(client, branch, django_assert_num_queries):
    act_as(client, RoleGrantFactory(organization=branch))
    for _ in range(2):
        with django_assert_num_queries(3):  # session, person, role with its organisation
            client.get("/info/")


def test_the_role_arrives_with_its_organisation_and_person(rf, branch, django_assert_num_queries):
    request = rf.get("/info/")
    request.user, request.session = RoleGrantFactory(organization=branch).user, {}
    with django_assert_num_queries(1):
        role, roles = acting.current(request)
        assert roles == [role]
        assert role.label == "支部管理员 · 示大信息学院教工第一党支部"
        assert role.user_name == request.user.name


# ── how long a session lives ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "minutes"), ((RoleKind.CITY, 15), (RoleKind.MEMBER, 30)))
def test_a_session_ends_when_nobody_is_there(client, clock, kind, minutes):
    home = "/portal/" if kind == RoleKind.MEMBER else "/info/"
    act_as(client, RoleGrantFactory(kind=kind))
    assert client.get(home).json()["left"] == minutes * 60
    clock.shift(minutes * 60 - 1)
    assert client.get(home).json()["left"] == minutes * 60
    clock.shift(minutes * 60)
    assert notice_after(client, client.get(home)) == [IDLE]
    assert client.get(home).url == f"/login/?next={home}"


def test_who_acts_as_administrator_has_the_shorter_limit(client, clock):
    user = UserFactory()
    RoleGrantFactory(user=user, kind=RoleKind.MEMBER)
    RoleGrantFactory(user=user)
    client.force_login(user)
    client.get("/portal/")
    clock.shift(20 * 60)
    assert client.get("/info/").json()["left"] == 15 * 60
    clock.shift(20 * 60)
    assert notice_after(client, client.get("/portal/")) == [IDLE]


def test_what_a_page_asks_by_itself_keeps_nothing_alive(client, clock):
    act_as(client, RoleGrantFactory())
    for _ in range(14):
        clock.shift(60)
        assert client.get("/poll/").status_code == 200
    clock.shift(60)
    assert notice_after(client, client.get("/poll/")) == [IDLE]


def test_stay_keeps_a_session_alive(client, clock):
    act_as(client, RoleGrantFactory())
    clock.shift(14 * 60)
    assert client.post("/stay/").headers["Idle-Seconds"] == str(15 * 60)
    clock.shift(14 * 60)
    assert client.get("/info/").status_code == 200


def test_no_session_outlives_a_working_day(client, clock):
    act_as(client, RoleGrantFactory())
    for _ in range(8 * 6 - 1):
        clock.shift(600)
        assert client.get("/info/").status_code == 200
    assert client.get("/info/").json()["left"] == 600
    clock.shift(600)
    assert notice_after(client, client.get("/info/")) == ["本次登录已达 8 小时，请重新登录。"]


def test_staying_does_not_reach_beyond_the_working_day(client, clock):
    act_as(client, RoleGrantFactory())
    for _ in range(48 - 1):
        clock.shift(600)
        client.get("/info/")
    clock.shift(9 * 60)
    assert client.post("/stay/").headers["Idle-Seconds"] == "60"


def test_a_session_in_use_is_written_once_a_minute(client, clock, django_assert_num_queries):
    act_as(client, RoleGrantFactory())
    client.get("/info/")
    clock.shift(59)
    with django_assert_num_queries(3):
        client.get("/info/")
    clock.shift(1)
    client.get("/info/")
    clock.shift(30)
    assert client.get("/info/").json()["left"] == 15 * 60 - 30


@pytest.mark.parametrize("days", (-400, -1, 1, 400))
def test_a_clock_that_jumps_ends_sessions_and_breaks_nothing(client, clock, days):
    act_as(client, RoleGrantFactory())
    clock.shift(datetime.timedelta(days=days))
    assert client.get("/info/").url == "/login/?next=/info/"


def test_a_second_login_ends_the_first_session(client, clock):
    role = RoleGrantFactory()
    act_as(client, role)
    clock.shift(120)
    act_as(type(client)(), role)
    assert notice_after(client, client.get("/info/")) == [
        "您的账号已于 2026-11-20 16:02 在别处登录（地址不详），本次登录已结束。"
        "如非本人操作，请立即联系上级党组织的管理员。"
    ]


def test_a_session_can_be_ended_from_outside(client):
    role = RoleGrantFactory()
    act_as(client, role)
    User.objects.filter(pk=role.user_id).update(session_mark="")
    assert notice_after(client, client.get("/info/")) == ["本次登录已结束，请重新登录。"]


def test_a_new_password_ends_the_sessions_of_before(client):
    role = RoleGrantFactory()
    act_as(client, role)
    role.user.set_password("沙发上的三只猫在晒太阳")
    role.user.save()
    assert client.get("/info/").url == "/login/?next=/info/"


def test_systems_of_the_menus_are_those_of_the_grants():
    assert dict(System.choices) == SYSTEMS
