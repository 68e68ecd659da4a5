"""A certificate proves a person once more before a dangerous act, when the request presents it. Security.md 24."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import possession
from accounts.services import certificates
from accounts.services.proofs import NOT_PRESENTED
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.tests.pki import SECRET, Issuer, forwarded
from accounts.throttle import proof_counter
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME = "99000019900101005X"
FORM = "/info/dangerous/"
BUTTON = "用数字证书验证"


@pytest.fixture(autouse=True)
def required(settings):
    settings.CERTIFICATES_REQUIRED = True
    settings.CERTIFICATE_PROXY_SECRET = SECRET
    cache.clear()


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def person():
    user = UserFactory(name="周敏", id_number=NAME, password=PASSWORD)
    return RoleGrantFactory(user=user, organization=OrganizationFactory())


@pytest.fixture
def certificate(issuer, person):
    return issuer.register(person.user)


@pytest.fixture
def late(certificate):
    """The browser of somebody who came in with certificate and password, more than ten minutes ago."""
    client = Client(headers=forwarded(certificate[1]))
    assert client.post("/login/", {"login_name": NAME, "password": PASSWORD}).status_code == 302
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(600)
        yield client


def by_certificate(client, **headers):
    return client.post("/prove/", {"next": FORM, "certificate": "1"}, headers=headers)


def test_one_click_leads_to_a_fresh_form_in_a_new_session(late):
    page = late.get(f"/prove/?next={FORM}")
    assert BUTTON in page.text
    old_session, old_token = late.cookies["session"].value, late.cookies["csrf"].value
    assert by_certificate(late).url == FORM
    assert late.get(FORM).text == "fresh form"
    assert late.cookies["session"].value != old_session
    assert late.cookies["csrf"].value != old_token


def test_the_record_says_which_certificate(late, certificate, person):
    by_certificate(late)
    record = Record.objects.get(action="accounts.prove")
    assert (record.role_label, record.succeeded) == (person.label, True)
    assert record.changes == [["方式", "", f"数字证书 {certificate[0].short_serial}"]]


def test_a_session_opened_by_certificate_proves_nothing_by_itself(late):
    """The browser presents the certificate with every request; only the click on the page is the proof."""
    assert late.get(FORM).url == "/prove/?next=%2Finfo%2Fdangerous%2F"
    assert late.post(FORM).url.startswith("/prove/")
    assert late.get(f"/prove/?next={FORM}&certificate=1").status_code == 200
    assert late.get(FORM).status_code == 302


def test_a_session_opened_by_a_signature_is_asked_for_the_password(person, certificate):
    """Its certificate is carried on by the session, no request presents it."""
    client = Client(headers=forwarded(certificate[1]))
    client.post("/login/", {"login_name": NAME, "password": PASSWORD})
    session = client.session
    session[possession.BY_SIGNATURE], session["proved_at"] = True, 0
    session.save()
    bare = Client()
    bare.cookies = client.cookies
    page = bare.get(f"/prove/?next={FORM}")
    assert (page.status_code, BUTTON in page.text) == (200, False)
    answer = by_certificate(bare)
    assert (answer.status_code, NOT_PRESENTED in answer.text) == (422, True)
    assert bare.get(FORM).status_code == 302


def test_without_a_certificate_the_click_counts_nothing(client, person, settings):
    settings.CERTIFICATES_REQUIRED = False
    client.force_login(person.user)
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert BUTTON not in client.get("/prove/").text
    answer = by_certificate(client)
    assert (answer.status_code, NOT_PRESENTED in answer.text) == (422, True)
    assert client.get(FORM).status_code == 302
    assert not Record.objects.filter(action="accounts.prove").exists()


def test_the_certificate_of_somebody_else_proves_nothing(client, person, issuer, settings):
    settings.CERTIFICATES_REQUIRED = False
    _, foreign, _ = issuer.register(RoleGrantFactory(organization=person.organization).user)
    client.force_login(person.user)
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert by_certificate(client, **forwarded(foreign)).status_code == 403
    assert client.get(FORM).status_code == 302


def test_a_revoked_one_proves_nothing(late, certificate):
    certificates.revoke(certificate[0], by=audit.SYSTEM, reason="USBKey 遗失")
    assert by_certificate(late).url.startswith("/login/")
    assert not Record.objects.filter(action="accounts.prove").exists()


def test_too_many_wrong_passwords_do_not_lock_the_certificate_out(late, person):
    """Security.md 8: whoever guesses passwords in a stolen session cannot keep the holder of the key from working."""
    for _ in range(7):
        proof_counter(person.user.uid).count()
    assert "尝试次数过多" in late.post("/prove/", {"password": PASSWORD}).text
    assert by_certificate(late).url == FORM
