"""The manual's initial password behind its fence. Source: security.md 5."""

import datetime
import runpy
from ipaddress import ip_address, ip_network

import pytest
import time_machine
from django.conf import settings as platform
from django.core import checks
from django.test import Client
from django.utils import timezone

from accounts.models import ActivationCode, InitialTry, RoleGrant, User
from accounts.passwords import problems
from accounts.services.logins import enter
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory, id_number
from accounts.tests.pki import Issuer
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Level, Record
from partyplatform.chores import run_chores

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

SCRIPTS = platform.BASE_DIR / "scripts"
NAME = "99000019900101005X"
INSIDE, OUTSIDE = "10.1.2.3", "192.0.2.7"


@pytest.fixture(autouse=True)
def mode(settings):
    settings.INITIAL_PASSWORD_AS_IN_MANUAL = True
    settings.INITIAL_PASSWORD_NETWORKS = ["10.1.0.0/16"]


@pytest.fixture
def newcomer():
    """The administrator of a branch, granted just now, who has never been here."""
    branch = OrganizationFactory(parent=OrganizationFactory())
    return RoleGrantFactory(user=UserFactory(name="周敏", id_number=NAME), organization=branch).user


def tried(name=NAME, password="bj0701", address=INSIDE, **fields):
    return enter(name, password, address=address, **fields)


def test_it_opens_the_page_of_the_new_password_once(newcomer):
    client = Client(REMOTE_ADDR=INSIDE)
    assert client.post("/login/", {"login_name": NAME, "password": "bj0701"}).url == "/activate/"
    assert client.get("/info/").url == "/activate/"
    client.post("/activate/", {"password": PASSWORD, "repeat": PASSWORD})
    assert client.get("/info/").status_code == 200
    assert tried() is None


def test_it_works_beside_a_code_that_was_issued(newcomer):
    ActivationCode.objects.create(user=newcomer, code_hash="x", expires_at=timezone.now() + datetime.timedelta(hours=1))
    assert tried() == ActivationCode.objects.get()


def test_off_it_opens_nothing(newcomer, settings):
    settings.INITIAL_PASSWORD_AS_IN_MANUAL = False
    assert tried() is None
    assert not InitialTry.objects.exists()


@pytest.mark.parametrize("password", ("BJ0701", "bj0701 ", "bj-0701", "bj07010"))
def test_nothing_like_it_opens(newcomer, password):
    assert tried(password=password) is None


@pytest.mark.parametrize("address", (OUTSIDE, "", "kein Netz", "::1"))
def test_outside_the_networks_it_opens_nothing(newcomer, address):
    assert tried(address=address) is None


def test_72_hours_after_the_grant_it_is_over(newcomer):
    granted = newcomer.grants.get().created_at
    with time_machine.travel(granted + datetime.timedelta(hours=72, seconds=-1), tick=False) as clock:
        assert tried()
        clock.shift(1)
        assert tried() is None


def test_an_account_that_was_used_is_not_opened(newcomer):
    User.objects.update(last_login=timezone.now())
    assert tried() is None


def test_after_a_reset_it_opens_nothing(newcomer):
    newcomer.former_passwords.create(password="x")
    assert tried() is None


@pytest.mark.parametrize("broken", ("disabled", "without a role"))
def test_who_may_not_come_in_does_not(newcomer, broken):
    if broken == "disabled":
        User.objects.update(is_active=False)
    else:
        RoleGrant.objects.update(ends_on=timezone.localdate())
    assert tried() is None


def test_an_administrator_of_a_committee_needs_the_own_certificate(newcomer):
    RoleGrantFactory(user=newcomer)
    issuer = Issuer()
    own, theirs = (issuer.register(user)[0] for user in (newcomer, RoleGrantFactory().user))
    assert tried() is None
    assert tried(certificate=own)
    assert tried(certificate=theirs) is None


def test_a_fourth_account_within_an_hour_turns_it_off_for_a_day(newcomer, settings):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert tried()
        for serial in range(1, 3):
            assert tried(id_number(serial)) is None
        assert tried()
        assert not Record.objects.filter(level=Level.ALARM).exists()
        assert tried(id_number(3)) is None
        assert tried() is None
        alarm = Record.objects.get(level=Level.ALARM)
        assert (alarm.action, "10.1.*.*" in alarm.reason) == ("accounts.initial_password_off", True)
        assert tried(address="10.1.3.3")
        clock.shift(23 * 3600)
        assert tried() is None
        clock.shift(3601)
        assert tried()


def test_accounts_tried_on_different_hours_do_not_add_up(newcomer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for serial in range(5):
            tried(id_number(serial))
            clock.shift(1801)
        assert tried()


def test_old_tries_are_forgotten(newcomer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tried()
        run_chores()
        assert InitialTry.objects.exists()
        clock.shift(86401)
        run_chores()
        assert not InitialTry.objects.exists()


def test_every_page_carries_the_banner(client, settings):
    assert "演练模式已打开" in client.get("/login/").text
    assert "演练模式已打开" in client.get("/nowhere/", follow=True).text
    settings.INITIAL_PASSWORD_AS_IN_MANUAL = False
    assert "演练模式" not in client.get("/login/").text


def test_the_deploy_check_warns(settings):
    def found():
        return [message.id for message in checks.run_checks(include_deployment_checks=True, tags=["security"])]

    assert "accounts.W001" in found()
    settings.INITIAL_PASSWORD_AS_IN_MANUAL = False
    assert "accounts.W001" not in found()


def test_a_misspelt_network_stops_the_start(settings):
    settings.INITIAL_PASSWORD_NETWORKS = ["10.1.0.0/16", "10.1"]
    errors = [message for message in checks.run_checks(tags=["security"]) if message.id == "accounts.E001"]
    assert ["“10.1”" in error.msg for error in errors] == [True]


@pytest.mark.parametrize("password", ("bj0701", "BJ0701 und noch mehr", "xx-bj0701-yy-zz"))
def test_it_is_refused_as_a_password_of_ones_own(password):
    assert "密码中不能含有公开的初始密码" in problems(password)


def test_the_demonstration_of_this_machine_has_it_on_for_this_machine_only():
    """`make run` writes these lines and serves loopback; no other installation gets them."""
    demo = dict(line.split("=", 1) for line in runpy.run_path(str(SCRIPTS / "make-env"))["DEMO"] if "=" in line)
    assert (demo["DEMO"], demo["INITIAL_PASSWORD_AS_IN_MANUAL"]) == ("1", "1")
    assert all(ip_network(net).is_loopback for net in demo["INITIAL_PASSWORD_NETWORKS"].split(","))
    assert ip_address(runpy.run_path(str(SCRIPTS / "run"))["HOST"]).is_loopback
