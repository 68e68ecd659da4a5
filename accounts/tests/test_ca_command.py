"""manage.py ca: the authority from the terminal. Source: security.md 14, 16, 17, 66."""

import io
import stat
import uuid

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.management import CommandError, call_command

from accounts import certification
from accounts.models import Authority, Certificate
from accounts.pki import issuing, reading
from accounts.tests.factories import RoleGrantFactory, UserFactory
from accounts.tests.pki import Issuer, pem
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db

NAME = "99000019900101005X"
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.CA_DIR = tmp_path / "ca"
    monkeypatch.setenv("CA_PASSPHRASE", PASSPHRASE)
    return settings.CA_DIR


@pytest.fixture
def type_in(monkeypatch):
    def enter(*lines):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return enter


@pytest.fixture
def person():
    return RoleGrantFactory(user=UserFactory(name="周敏", id_number=NAME)).user


def ca(*arguments):
    out = io.StringIO()
    call_command("ca", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def authority(folder):
    ca("create", "--name", "示例平台证书")
    return Authority.objects.get()


def issue(tmp_path, type_in, name="a.p12"):
    type_in(NAME)
    out = ca("issue", "--out", tmp_path / name)
    return (tmp_path / name).read_bytes(), out.rsplit("：", 1)[1].strip()


def test_the_key_lies_in_a_file_of_its_own_that_only_the_owner_reads(authority, folder):
    key = folder / "ca.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"ENCRYPTED PRIVATE KEY" in key.read_bytes()
    assert "PRIVATE" not in authority.chain


def test_the_authority_signs_people_and_nothing_else(authority, folder):
    certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert reading.algorithm_fault(certificate) == ""


def test_a_second_authority_does_not_take_the_place_of_the_first(authority, folder):
    before = (folder / "ca.key").read_bytes()
    with pytest.raises(CommandError, match="已存在"):
        ca("create", "--name", "另一个")
    assert (folder / "ca.key").read_bytes() == before
    assert Authority.objects.count() == 1


@pytest.mark.parametrize(
    ("passphrase", "reason"), (("123456", "纯数字"), ("eleven char", "至少 12 个字符"), ("123456789012", "纯数字"))
)
def test_a_weak_passphrase_founds_nothing(folder, monkeypatch, passphrase, reason):
    monkeypatch.setenv("CA_PASSPHRASE", passphrase)
    with pytest.raises(CommandError, match=reason):
        ca("create", "--name", "示例")
    assert Authority.objects.count() == 0
    assert not (folder / "ca.key").exists()


def test_without_a_folder_it_says_so(settings):
    settings.CA_DIR = None
    with pytest.raises(CommandError, match="没有设置 CA_DIR"):
        ca("create", "--name", "示例")


def test_a_folder_inside_the_code_is_refused_in_production(settings, folder):
    settings.CA_DIR, settings.DEMO = settings.BASE_DIR / "ca", False
    with pytest.raises(CommandError, match="代码目录之内"):
        ca("create", "--name", "示例")
    assert not settings.CA_DIR.exists()


def test_a_key_others_can_read_is_not_used(authority, folder, person, tmp_path, type_in):
    (folder / "ca.key").chmod(0o640)
    type_in(NAME)
    with pytest.raises(CommandError, match="chmod 600"):
        ca("issue", "--out", tmp_path / "a.p12")
    assert Certificate.objects.count() == 0


def test_the_wrong_passphrase_issues_nothing(authority, person, tmp_path, type_in, monkeypatch):
    monkeypatch.setenv("CA_PASSPHRASE", "not the right one at all")
    type_in(NAME)
    with pytest.raises(CommandError, match="口令不正确"):
        ca("issue", "--out", tmp_path / "a.p12")


def test_a_certificate_of_one_year_in_a_protected_file(authority, person, tmp_path, type_in):
    data, passphrase = issue(tmp_path, type_in)
    assert len(passphrase) >= 12
    assert stat.S_IMODE((tmp_path / "a.p12").stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="Invalid password"):
        pkcs12.load_key_and_certificates(data, b"123456")
    key, certificate, [above] = pkcs12.load_key_and_certificates(data, passphrase.encode())
    assert reading.is_issued_by(certificate, above)
    dates = reading.validity(certificate)
    assert 365 <= (dates.not_after - dates.not_before).total_seconds() / 86400 < 365.1
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert isinstance(key.curve, ec.SECP256R1)
    row = Certificate.objects.get()
    assert (row.user, row.fingerprint) == (person, reading.fingerprint(certificate))


def test_it_names_the_account_by_a_random_urn(authority, person, tmp_path, type_in):
    data, passphrase = issue(tmp_path, type_in)
    _, certificate, _ = pkcs12.load_key_and_certificates(data, passphrase.encode())
    [name] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == reading.urn_of(certificate) == Certificate.objects.get().urn
    assert uuid.UUID(name.value).version == 4
    der = reading.der(certificate)
    assert NAME.encode() not in der
    assert person.name.encode() not in der
    assert str(person.uid).encode() not in der


def test_a_pin_of_six_digits_protects_no_file(authority, person, tmp_path, type_in):
    type_in(NAME, "123456")
    with pytest.raises(CommandError, match="PIN"):
        ca("issue", "--out", tmp_path / "a.p12", "--ask-passphrase")
    assert not (tmp_path / "a.p12").exists()
    assert Certificate.objects.count() == 0


def test_passphrases_are_long_and_never_the_same():
    made = {issuing.new_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert {issuing.passphrase_fault(passphrase) for passphrase in made} == {""}


def test_no_file_is_overwritten(authority, person, tmp_path, type_in):
    (tmp_path / "a.p12").write_bytes(b"mine")
    type_in(NAME)
    with pytest.raises(CommandError, match="已存在"):
        ca("issue", "--out", tmp_path / "a.p12")
    assert Certificate.objects.count() == 0


def test_renewing_overlaps(authority, person, tmp_path, type_in):
    issue(tmp_path, type_in)
    old = Certificate.objects.get()
    ca("renew", old.serial[-8:], "--out", tmp_path / "b.p12")
    new = Certificate.objects.exclude(pk=old.pk).get()
    assert (new.replaces, new.user, {old.state, new.state}) == (old, person, {"active"})
    with pytest.raises(CommandError, match="已有接替"):
        ca("renew", old.serial, "--out", tmp_path / "c.p12")


def test_revoking_writes_the_list_for_the_proxy(authority, folder, person, tmp_path, type_in):
    issue(tmp_path, type_in)
    issue(tmp_path, type_in, "b.p12")
    row = Certificate.objects.earliest("pk")
    ca("revoke", row.serial, "--reason", "USBKey 遗失")
    made = x509.load_pem_x509_crl((folder / "revoked.pem").read_bytes())
    assert [entry.serial_number for entry in made] == [int(row.serial, 16)]
    assert made.is_signature_valid(x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()).public_key())
    row.refresh_from_db()
    assert (row.state, row.reason) == ("revoked", "USBKey 遗失")
    assert "已吊销" in ca("list")
    assert Record.objects.filter(action="accounts.revoke_certificate").count() == 1


def test_the_files_of_the_proxy_name_every_authority(authority, folder, tmp_path):
    outside = Issuer("外部机构")
    (tmp_path / "chain.pem").write_bytes(pem(outside.certificate))
    (tmp_path / "crl.pem").write_bytes(outside.revocations())
    said = ca("import", "--name", "外部机构", "--chain", tmp_path / "chain.pem", "--crl", tmp_path / "crl.pem")
    assert "注意" not in said
    bundle = (folder / "clients.pem").read_bytes()
    assert bundle == (folder / "ca.pem").read_bytes() + pem(outside.certificate)
    assert (folder / "revoked.pem").read_bytes().count(b"BEGIN X509 CRL") == 2
    assert "注意" in ca("import", "--name", "外部机构", "--chain", tmp_path / "chain.pem")


def test_a_certificate_from_outside_is_registered_by_its_file(authority, person, tmp_path, type_in):
    outside = Issuer("外部机构")
    certificate, _ = outside.client()
    (tmp_path / "outside.cer").write_bytes(reading.der(certificate))
    type_in(NAME)
    with pytest.raises(CommandError, match="不是受信任的机构签发的"):
        ca("register", tmp_path / "outside.cer")
    outside.row  # noqa: B018 (accepts the authority)
    type_in(NAME)
    assert reading.fingerprint(certificate) in ca("register", tmp_path / "outside.cer")
    assert certification.judge(reading.der(certificate)).certificate.user == person


def test_an_unknown_person_gets_no_certificate(authority, tmp_path, type_in):
    type_in(NAME)
    with pytest.raises(CommandError, match="没有这个身份证号的账号"):
        ca("issue", "--out", tmp_path / "a.p12")


@pytest.mark.parametrize("serial", ("AB", "0" * 8))
def test_a_serial_that_names_no_certificate(authority, serial):
    with pytest.raises(CommandError):
        ca("revoke", serial, "--reason", "遗失")
