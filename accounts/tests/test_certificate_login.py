"""Committee administrators need certificate and password. Source: security.md 8, 11, 13, 15, 16."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts import certification
from accounts.codes import RoleKind, System
from accounts.models import Certificate
from accounts.services import certificates
from accounts.services.grants import grant_role
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.tests.pki import DAY, SECRET, Issuer, forwarded
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

NAME, OTHER_NAME = "99000019900101005X", "990000199001010076"
FAILED = "用户名或密码错误"


@pytest.fixture(autouse=True)
def required(settings):
    settings.CERTIFICATES_REQUIRED = True
    settings.CERTIFICATE_PROXY_SECRET = SECRET
    cache.clear()


@pytest.fixture
def issuer(db):
    return Issuer()


@pytest.fixture
def committee(db):
    return OrganizationFactory()


@pytest.fixture
def person(committee):
    """The administrator of a committee, who may log in as NAME with PASSWORD and a certificate."""
    user = UserFactory(name="周敏", id_number=NAME, password=PASSWORD)
    return RoleGrantFactory(user=user, organization=committee)


@pytest.fixture
def branch_person(committee):
    user = UserFactory(name="李思远", id_number=OTHER_NAME, password=PASSWORD)
    return RoleGrantFactory(user=user, organization=OrganizationFactory(parent=committee))


def with_certificate(certificate, secret=SECRET):
    return Client(headers=forwarded(certificate, secret))


def log_in(client, name=NAME, password=PASSWORD, **fields):
    return client.post("/login/", {"login_name": name, "password": password, **fields})


def is_inside(client):
    return client.get("/info/").status_code == 200


# ── both, or nothing ────────────────────────────────────────────────────────────────────────────────────


def test_certificate_and_password_open_the_platform(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    assert log_in(client).status_code == 302
    assert is_inside(client)


def test_the_right_password_alone_is_told_what_is_missing(client, person):
    answer = log_in(client)
    assert answer.status_code == 422
    assert "该账号须使用数字证书登录" in answer.text
    assert not is_inside(client)
    [record] = Record.objects.filter(action="accounts.login_failed")
    assert (record.object_id, record.reason) == (str(person.user.uid), "该账号须使用数字证书登录")


def test_the_wrong_password_gets_the_ordinary_answer(client, person):
    answer = log_in(client, password="another one entirely")
    assert FAILED in answer.text
    assert "数字证书" not in answer.text


def test_the_certificate_alone_opens_nothing(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    assert client.get("/info/").url == "/login/?next=/info/"
    assert FAILED in log_in(client, password="another one entirely").text


@pytest.mark.parametrize("method", ("get", "head", "post"))
@pytest.mark.parametrize("path", ("/info/", "/portal/", "/jobs/", "/account/", "/role/", "/poll/"))
def test_a_session_without_certificate_ends_at_any_address(client, person, method, path):
    """The session is one from before the certificate was asked for; tests/test_permissions.py has every address."""
    act_as(client, person)
    answer = getattr(client, method)(path, headers={"X-Ssl-Client-Verify": "SUCCESS"})
    assert (answer.status_code, answer.url[:7]) == (302, "/login/")
    assert "_auth_user_id" not in client.session


def test_the_setting_turns_the_rule_off(client, person, settings):
    settings.CERTIFICATES_REQUIRED = False
    assert log_in(client).status_code == 302
    assert is_inside(client)


def test_others_log_in_without_a_certificate(client, branch_person):
    assert log_in(client, OTHER_NAME).status_code == 302
    assert is_inside(client)


def test_the_account_needs_it_whatever_role_it_begins_with(client, person, branch_person):
    RoleGrantFactory(user=branch_person.user, organization=person.organization, system=System.PORTAL)
    assert "该账号须使用数字证书登录" in log_in(client, OTHER_NAME).text


# ── a session goes on only with its certificate ────────────────────────────────────────────────────────


def test_becoming_administrator_of_a_committee_ends_a_session_without_certificate(client, branch_person, committee):
    log_in(client, OTHER_NAME)
    role = grant_role(
        branch_person.user, organization=committee, kind=RoleKind.CITY, system=System.INFO, by=audit.SYSTEM
    )
    answer = client.post("/role/switch/", {"role": role.pk})
    assert answer.url.startswith("/login/")
    assert [str(m) for m in client.get(answer.url).context["messages"]] == ["该账号须使用数字证书登录"]


def test_a_session_opened_with_a_certificate_ends_without_it(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    log_in(client)
    bare = Client()
    bare.cookies = client.cookies
    assert bare.get("/info/").url == "/login/?next=/info/"
    assert not is_inside(client)  # and does not come back with it


def test_revoking_counts_at_the_next_request(person, issuer):
    row, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    log_in(client)
    assert is_inside(client)
    certificates.revoke(row, by=audit.SYSTEM, reason="USBKey 遗失")
    answer = client.get("/info/")
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 403
    assert "该证书已被吊销" in client.get("/").text


def test_a_certificate_that_expires_meanwhile_ends_the_session(person, issuer):
    _, certificate, _ = issuer.register(person.user, days=1)
    with time_machine.travel(certificate.not_valid_after_utc - datetime.timedelta(minutes=1), tick=False) as clock:
        client = with_certificate(certificate)
        log_in(client)
        assert is_inside(client)
        clock.shift(61)
        assert client.get("/info/").status_code == 302
        assert "证书已过期" in client.get("/").text


def test_another_certificate_of_the_same_account_does_not_carry_the_session_on(person, issuer):
    _, first, _ = issuer.register(person.user)
    _, second, _ = issuer.register(person.user)
    client = with_certificate(first)
    log_in(client)
    assert client.get("/info/", headers=forwarded(second)).status_code == 302


def test_the_new_certificate_retires_the_old_at_its_first_use(person, issuer):
    old, first, _ = issuer.register(person.user)
    second, _ = issuer.client()
    new = certificates.register(person.user, certification.reading.der(second), by=audit.SYSTEM, replaces=old)
    assert log_in(with_certificate(first)).status_code == 302  # both are good until then
    assert log_in(with_certificate(second)).status_code == 302
    states = dict(Certificate.objects.values_list("pk", "state"))
    assert states == {old.pk: "retired", new.pk: "active"}
    assert "该证书已由新证书接替" in with_certificate(first).get("/login/").text


# ── the table of security.md 13 ────────────────────────────────────────────────────────────────────────

PLAIN = certification.PLAIN
# fmt: off
REFUSED = (
    # certificate presented        what the page says
    ("expired",                    "证书已过期"),
    ("not_yet_valid",              "证书尚未生效"),
    ("server",                     "证书的用途不含客户端身份验证"),
    ("intermediate",               "这是发证机构的证书，不能用于登录"),
    ("client",                     "该证书尚未登记"),
)
# fmt: on


@pytest.mark.parametrize(("kind", "sentence"), REFUSED)
def test_a_certificate_of_ours_is_refused_with_the_reason(person, issuer, kind, sentence):
    issuer.register(person.user)
    certificate, _ = getattr(issuer, kind)()
    answer = log_in(with_certificate(certificate))
    assert (answer.status_code, sentence in answer.text) == (403, True)


def test_a_foreign_authority_of_the_same_name_gets_the_plain_page(person, issuer):
    issuer.register(person.user)
    certificate, _ = Issuer(issuer.name).client()
    answer = log_in(with_certificate(certificate))
    assert (answer.status_code, PLAIN in answer.text) == (403, True)
    expired, _ = Issuer(issuer.name).expired()
    assert PLAIN in with_certificate(expired).get("/").text
    assert "请关闭浏览器，重新打开后再选" in with_certificate(expired).get("/").text
    assert "过期" not in with_certificate(expired).get("/").text


def test_what_is_no_certificate_gets_the_plain_page(client):
    headers = {"X-Client-Certificate": "nonsense%00%ff", "X-Client-Certificate-Secret": SECRET}
    assert PLAIN in client.get("/", headers=headers).text


def test_another_persons_certificate_is_refused_after_the_right_password_only(person, branch_person, issuer):
    other = RoleGrantFactory(organization=person.organization)
    _, certificate, _ = issuer.register(other.user)
    client = with_certificate(certificate)
    assert FAILED in log_in(client, password="another one entirely").text
    assert "该证书登记在其他账号名下" in log_in(client).text
    assert "该证书登记在其他账号名下" in log_in(client, OTHER_NAME).text
    assert not is_inside(client)


def test_another_persons_certificate_does_not_go_with_a_session(branch_person, person, issuer):
    _, certificate, _ = issuer.register(person.user)
    client = Client()
    log_in(client, OTHER_NAME)
    answer = client.get("/info/", headers=forwarded(certificate))
    assert (answer.status_code, "该证书登记在其他账号名下" in answer.text) == (403, True)


def test_a_disabled_account_is_not_named(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    person.user.is_active = False
    person.user.save()
    assert "该证书尚未登记" in with_certificate(certificate).get("/").text


def test_an_authority_put_out_of_use_is_nobody(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    issuer.row.is_active = False
    issuer.row.save()
    assert PLAIN in with_certificate(certificate).get("/").text


def test_an_authority_that_has_expired_lets_nobody_in(person, issuer):
    _, certificate, _ = issuer.register(person.user, days=365 * 20)
    with time_machine.travel(
        issuer.certificate.not_valid_after_utc - datetime.timedelta(seconds=1), tick=False
    ) as clock:
        assert with_certificate(certificate).get("/").status_code == 302
        clock.shift(2)
        assert with_certificate(certificate).get("/").status_code == 403


def test_a_refused_certificate_is_written_down_once_in_a_while(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    certificates.revoke(Certificate.objects.get(), by=audit.SYSTEM, reason="遗失")
    for _ in range(3):
        with_certificate(certificate).get("/")
    [record] = Record.objects.filter(action="accounts.refuse_certificate")
    assert (record.object_id, record.succeeded) == (str(person.user.uid), False)
    assert record.reason.startswith("该证书已被吊销")


# ── headers nobody sends but the proxy ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("secret", ("", "wrong", SECRET.upper(), f"{SECRET},{SECRET}", f" {SECRET}"))
def test_without_the_secret_the_headers_are_not_read(person, issuer, secret):
    _, certificate, _ = issuer.register(person.user)
    assert "该账号须使用数字证书登录" in log_in(with_certificate(certificate, secret)).text


def test_without_a_configured_secret_no_header_counts(person, issuer, settings):
    _, certificate, _ = issuer.register(person.user)
    settings.CERTIFICATE_PROXY_SECRET = ""
    assert "该账号须使用数字证书登录" in log_in(with_certificate(certificate, "")).text


def test_look_alikes_change_nothing(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    escaped = forwarded(certificate)["X-Client-Certificate"]
    alike = {"X-Ssl-Client-Cert": escaped, "X-Ssl-Client-Verify": "SUCCESS", "X-Forwarded-Client-Cert": escaped}
    client = Client(headers={**alike, "X-Client-Certificate-Secret": SECRET})
    assert "该账号须使用数字证书登录" in log_in(client).text


# ── tries ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_locked_account_still_opens_with_its_certificate(person, issuer, settings):
    settings.LOGIN_TRIES_PER_ACCOUNT = 2
    for _ in range(3):
        log_in(Client(REMOTE_ADDR="203.0.113.9"), password="another one entirely")
    assert FAILED in log_in(Client()).text
    _, certificate, _ = issuer.register(person.user)
    assert log_in(with_certificate(certificate)).status_code == 302


def test_tries_with_a_certificate_are_counted_too(person, issuer, settings):
    settings.LOGIN_TRIES_PER_ACCOUNT = 2
    _, certificate, _ = issuer.register(person.user)
    for _ in range(2):
        log_in(with_certificate(certificate), password="another one entirely")
    assert FAILED in log_in(with_certificate(certificate)).text


def test_a_certificate_gives_no_further_tries_at_other_accounts(person, branch_person, issuer, settings):
    settings.LOGIN_TRIES_PER_ACCOUNT = 2
    _, certificate, _ = issuer.register(person.user)
    for _ in range(2):
        log_in(Client(), OTHER_NAME, password="another one entirely")
    assert FAILED in log_in(with_certificate(certificate), OTHER_NAME).text


# ── what it costs ───────────────────────────────────────────────────────────────────────────────────────


def test_a_request_with_a_certificate_costs_one_statement_more(
    person, branch_person, issuer, django_assert_num_queries
):
    _, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    log_in(client)
    client.get("/info/")
    with django_assert_num_queries(4):  # session, person, certificate, role
        client.get("/info/")
    other = Client()
    log_in(other, OTHER_NAME)
    other.get("/info/")
    with django_assert_num_queries(3):
        other.get("/info/")


def test_reminders_are_shown_at_the_login(person, issuer):
    _, certificate, _ = issuer.register(person.user, days=40)
    client = with_certificate(certificate)
    log_in(client)
    assert "您的数字证书还有 40 天到期" in client.get("/").text


@pytest.mark.parametrize(
    ("left", "reached"), ((61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1))
)
def test_reminders_come_at_60_30_7_and_1_days(person, issuer, left, reached):
    row, _, _ = issuer.register(person.user)
    with time_machine.travel(row.not_after - left * DAY, tick=False):
        assert row.reminder() == reached


# ── the pages around it ─────────────────────────────────────────────────────────────────────────────────


def test_after_the_certificate_come_the_two_entrances(person, issuer):
    _, certificate, _ = issuer.register(person.user)
    client = with_certificate(certificate)
    assert client.get("/").url == "/certificate/"
    page = client.get("/certificate/").text
    assert "资源组列表" in page
    assert page.index("党内信息管理系统") < page.index("党员E先锋")
    assert page.count("类型：HTTP") == 2
    assert "已验证数字证书" in client.get("/login/").text


def test_without_a_certificate_the_page_says_how_to_come_back(client, settings):
    settings.CERTIFICATE_ORIGIN = "https://platform.example:8443"
    page = client.get("/certificate/").text
    assert "没有收到数字证书" in page
    assert 'href="https://platform.example:8443"' in page
    assert "资源组列表</h1>" not in page
