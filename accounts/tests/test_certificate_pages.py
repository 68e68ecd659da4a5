"""Registering and revoking on the pages of the superior. Source: security.md 13, 16, 24."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.codes import System
from accounts.models import Certificate
from accounts.services import authorities, certificates
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from accounts.tests.pki import DAY, Issuer, pem
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
LIST = "/info/certificates/"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def issuer(db):
    issuer = Issuer()
    issuer.row  # noqa: B018 (accepts the authority)
    return issuer


@pytest.fixture
def superior(db):
    return RoleGrantFactory(user=UserFactory(name="周敏"), organization=OrganizationFactory(short_name="示范大学党委"))


@pytest.fixture
def holder(superior):
    below = OrganizationFactory(parent=superior.organization, org_type="611", short_name="附属医院党委")
    return RoleGrantFactory(user=UserFactory(name="李思远"), organization=below).user


@pytest.fixture
def page(client, superior):
    return act_as(client, superior)


def upload(page, holder, certificate, *, name="a.cer", data=None, **fields):
    file = SimpleUploadedFile(name, data if data is not None else pem(certificate))
    return page.post(f"{LIST}register/{holder.uid}/", {"file": file, **fields})


def test_registering_a_certificate_for_an_administrator_below(page, superior, holder, issuer):
    assert "李思远" in page.get(LIST).text  # named as somebody without a certificate
    certificate, _ = issuer.client()
    answer = upload(page, holder, certificate)
    assert (answer.status_code, answer.url) == (302, LIST)
    row = Certificate.objects.get()
    assert (row.user, row.serial, row.registered_by_name) == (holder, f"{certificate.serial_number:X}", "周敏")
    [record] = Record.objects.filter(action="accounts.register_certificate")
    assert (record.actor_uid, record.object_id) == (str(superior.user.uid), str(holder.uid))
    text = page.get(LIST).text
    assert row.short_serial in text
    assert "没有有效证书的管理员" not in text


REFUSED = (
    ("expired", "证书已过期"),
    ("not_yet_valid", "证书尚未生效"),
    ("server", "证书的用途不含客户端身份验证"),
    ("intermediate", "这是发证机构的证书，不能用于登录"),
)


@pytest.mark.parametrize(("kind", "reason"), REFUSED)
def test_what_could_not_log_in_is_not_registered(page, holder, issuer, kind, reason):
    certificate, _ = getattr(issuer, kind)()
    answer = upload(page, holder, certificate)
    assert (answer.status_code, reason in answer.text) == (422, True)
    assert Certificate.objects.count() == 0


def test_a_certificate_of_an_unknown_authority_is_not_registered(page, holder, issuer):
    certificate, _ = Issuer(issuer.name).client()
    assert "不是受信任的机构签发的" in upload(page, holder, certificate).text


def test_what_the_issuer_has_revoked_is_not_registered(page, holder, issuer):
    certificate, _ = issuer.client()
    authorities.accept(issuer.name, pem(issuer.certificate), revocations=issuer.revocations(certificate))
    assert "已被发证机构吊销" in upload(page, holder, certificate).text


def test_a_list_that_comes_later_revokes(page, holder, issuer):
    row, certificate, _ = issuer.register(holder)
    other, _, _ = issuer.register(holder)
    authorities.accept(issuer.name, pem(issuer.certificate), revocations=issuer.revocations(certificate))
    assert dict(Certificate.objects.values_list("pk", "state")) == {row.pk: "revoked", other.pk: "active"}


def test_a_certificate_belongs_to_one_account(page, superior, holder, issuer):
    other = RoleGrantFactory(organization=OrganizationFactory(parent=superior.organization, org_type="611")).user
    _, certificate, _ = issuer.register(other)
    assert "该证书已登记过" in upload(page, holder, certificate).text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    (
        ("a.p12", b"0\x82", "只能上传"),
        ("a.cer", b"no certificate", "无法识别的证书文件"),
        ("a.cer", b"x" * 20_000, "超过 16 KB"),
        ("a.pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "无法识别的证书文件"),
    ),
)
def test_other_files_are_refused_with_the_reason(page, holder, issuer, name, data, reason):
    answer = upload(page, holder, None, name=name, data=data)
    assert (answer.status_code, reason in answer.text) == (422, True)
    assert Certificate.objects.count() == 0


def test_a_body_too_large_is_not_read(page, holder):
    assert upload(page, holder, None, data=b"x" * 200_000).status_code == 413


def test_renewing_on_the_page(page, holder, issuer):
    old, _, _ = issuer.register(holder)
    certificate, _ = issuer.client()
    assert upload(page, holder, certificate, replaces=old.pk).status_code == 302
    assert Certificate.objects.get(replaces=old).user == holder


def test_revoking_asks_for_the_reason_and_counts_at_once(page, holder, issuer):
    row, _, _ = issuer.register(holder)
    address = f"{LIST}{row.uid}/revoke/"
    assert "吊销不能撤回" in page.get(address).text
    assert "请填写吊销原因" in page.post(address, {"reason": ""}).text
    assert page.post(address, {"reason": "USBKey 遗失"}).url == LIST
    row.refresh_from_db()
    assert (row.state, row.reason) == ("revoked", "USBKey 遗失")
    [record] = Record.objects.filter(action="accounts.revoke_certificate")
    assert record.reason == "USBKey 遗失"
    page.post(address, {"reason": "又一次"})
    row.refresh_from_db()
    assert row.reason == "USBKey 遗失"


@pytest.mark.parametrize("path", ("register/{holder}/", "{certificate}/revoke/"))
def test_without_a_recent_proof_nothing_is_registered_or_revoked(page, holder, issuer, path):
    row, _, _ = issuer.register(holder)
    session = page.session
    session[sessions.PROVED] = 0
    session.save()
    address = LIST + path.format(holder=holder.uid, certificate=row.uid)
    assert page.post(address, {"reason": "遗失"}).url.startswith("/prove/")
    assert page.get(address).url.startswith("/prove/")
    row.refresh_from_db()
    assert row.is_active


def test_nobody_registers_a_certificate_for_themselves(page, superior, issuer):
    certificate, _ = issuer.client()
    assert upload(page, superior.user, certificate).status_code == 404


def test_nobody_touches_an_account_that_reaches_further(page, holder, issuer):
    """Whoever also administers a committee out of reach is somebody else's business."""
    RoleGrantFactory(user=holder, organization=OrganizationFactory(), system=System.INFO)
    certificate, _ = issuer.client()
    assert upload(page, holder, certificate).status_code == 404
    row, _, _ = issuer.register(holder)
    assert page.post(f"{LIST}{row.uid}/revoke/", {"reason": "遗失"}).status_code == 403
    assert Certificate.objects.get().is_active


def test_nobody_touches_a_colleague_also_at_the_top(page, superior, issuer):
    """Nobody stands above a top: there the operator's command registers and revokes. Source: security.md 36."""
    colleague = RoleGrantFactory(organization=superior.organization).user
    certificate, _ = issuer.client()
    assert upload(page, colleague, certificate).status_code == 404
    row, _, _ = issuer.register(colleague)
    assert page.post(f"{LIST}{row.uid}/revoke/", {"reason": "遗失"}).status_code == 403
    assert Certificate.objects.get() == row
    row.refresh_from_db()
    assert row.is_active


def test_a_colleague_at_the_top_is_not_offered(page, superior):
    RoleGrantFactory(organization=superior.organization)
    assert "没有有效证书的管理员" not in page.get(LIST).text


def test_ones_own_certificate_is_seen_but_not_revoked(page, superior, issuer):
    row, _, _ = issuer.register(superior.user)
    assert "由上级党组织的管理员维护" in page.get(f"{LIST}{row.uid}/").text
    assert page.get(f"{LIST}{row.uid}/revoke/").status_code == 403


def test_certificates_of_another_tree_are_not_there(page, holder, issuer):
    stranger = RoleGrantFactory(organization=OrganizationFactory()).user
    theirs, _, _ = issuer.register(stranger)
    mine, _, _ = issuer.register(holder)
    assert list(page.get(LIST).context["rows"]) == [mine]
    assert page.get(f"{LIST}{theirs.uid}/").status_code == 404


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_asks_a_fixed_number_of_questions(page, superior, issuer, count, django_assert_num_queries):
    for _ in range(count):
        below = OrganizationFactory(parent=superior.organization, org_type="611")
        issuer.register(RoleGrantFactory(organization=below).user)
        RoleGrantFactory(organization=OrganizationFactory(parent=superior.organization, org_type="611"))
    page.get(LIST)
    with django_assert_num_queries(7):
        page.get(LIST)


def test_what_ends_soon_waits_on_the_first_page(page, holder, issuer):
    row, _, _ = issuer.register(holder, days=61)
    assert "数字证书换新" not in page.get("/info/").text
    Certificate.objects.filter(pk=row.pk).update(not_after=timezone.now() + 30 * DAY)
    home = page.get("/info/").text
    assert "李思远：数字证书换新" in home
    assert "还有 30 天到期" in home
    certificate, _ = issuer.client()
    certificates.register(holder, pem(certificate), by=audit.SYSTEM, replaces=row)
    assert "数字证书换新" not in page.get("/info/").text  # its successor is there


def test_somebody_without_the_power_sees_nothing(holder, issuer, superior):
    row, _, _ = issuer.register(holder)
    branch = RoleGrantFactory(organization=OrganizationFactory(parent=superior.organization, org_type="631"))
    client = act_as(Client(), branch)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{row.uid}/").status_code == 403
