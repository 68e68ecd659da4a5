"""Reading certificates: which are accepted by their form, which are not, and why. Source: security.md 13, 18."""

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.exceptions import ValidationError

from accounts.models import Authority
from accounts.pki import algorithms, reading, revocations
from accounts.services import authorities
from accounts.tests.pki import Issuer, pem, rsa_key


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture(scope="module")
def sm2(tmp_path_factory):
    """A certificate signed with SM2 and SM3, as Chinese USBKeys carry them."""
    folder = tmp_path_factory.mktemp("sm2")
    key, certificate = folder / "key.pem", folder / "sm2.pem"
    subprocess.run(["openssl", "ecparam", "-genkey", "-name", "SM2", "-out", key], check=True, capture_output=True)
    request = [
        "openssl",
        "req",
        "-x509",
        "-new",
        "-key",
        key,
        "-sm3",
        "-subj",
        "/CN=sm2",
        "-days",
        "30",
        "-out",
        certificate,
    ]
    subprocess.run(request, check=True, capture_output=True)
    return certificate.read_bytes()


def test_good_certificates_are_good(issuer):
    certificate, _ = issuer.client()
    assert (reading.algorithm_fault(certificate), reading.purpose_fault(certificate)) == ("", "")


@pytest.mark.parametrize("key", (ec.generate_private_key(ec.SECP384R1()), rsa_key()))
def test_other_keys_of_the_table_are_good(issuer, key):
    certificate, _ = issuer.odd(key=key, digest=SHA384())
    assert (reading.algorithm_fault(certificate), reading.purpose_fault(certificate)) == ("", "")


@pytest.mark.parametrize(
    ("key", "reason"),
    (
        (rsa.generate_private_key(65537, 1024), "短于 2048 位"),
        (ec.generate_private_key(ec.SECP256K1()), "密钥类型"),
        (ed25519.Ed25519PrivateKey.generate(), "密钥类型"),
    ),
)
def test_keys_outside_the_table_are_refused(issuer, key, reason):
    certificate, _ = issuer.odd(key=key)
    assert reason in reading.algorithm_fault(certificate)


@pytest.mark.parametrize(
    ("odd", "reason"),
    (
        ({"usages": [ExtendedKeyUsageOID.SERVER_AUTH]}, "不含客户端身份验证"),
        ({"usages": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]}, "不含客户端身份验证"),
        ({"usages": ()}, "不含客户端身份验证"),
        ({"is_authority": True}, "发证机构的证书"),
        ({"extra": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")}, "关键扩展项"),
        ({"extra": x509.NameConstraints([x509.DNSName("example")], None)}, "关键扩展项"),
    ),
)
def test_certificates_for_something_else_are_refused(issuer, odd, reason):
    certificate, _ = issuer.odd(**odd)
    assert reason in reading.purpose_fault(certificate)


def test_an_authority_of_the_same_name_has_not_signed(issuer):
    certificate, _ = Issuer(issuer.name).client()
    assert not reading.is_issued_by(certificate, issuer.certificate)
    assert reading.is_issued_by(issuer.client()[0], issuer.certificate)


def test_the_table_names_each_algorithm_once():
    assert len({a.oid for a in algorithms.TABLE}) == len({a.name for a in algorithms.TABLE}) == len(algorithms.TABLE)
    accepted = {a.name for a in algorithms.TABLE if not a.refusal}
    assert accepted == {f"{kind}-SHA{size}" for kind in ("ECDSA", "RSA") for size in (256, 384, 512)}
    assert "不在允许的范围内" in algorithms.refusal_of("1.2.3")


@pytest.mark.django_db
def test_sm2_is_refused_with_its_reason(sm2):
    certificate = reading.read(sm2)
    assert "SM2" in reading.algorithm_fault(certificate)
    assert not reading.is_issued_by(certificate, certificate)
    with pytest.raises(ValidationError, match="SM2"):
        authorities.accept("SM2 机构", sm2)
    assert Authority.objects.count() == 0


@pytest.mark.parametrize("data", (b"", b"\x30\x03\x02\x01\x01", b"-----BEGIN CERTIFICATE-----\n", b"x" * 20_000))
def test_what_is_no_certificate_is_unreadable(data):
    with pytest.raises(reading.Unreadable):
        reading.read(data)


def test_a_file_holds_one_certificate_and_no_key(issuer):
    one = pem(issuer.certificate)
    assert reading.read(one) == reading.read(reading.der(issuer.certificate)) == issuer.certificate
    for data in (one + one, one + b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(reading.Unreadable):
            reading.read(data)


def test_lists_are_read_one_by_one(issuer):
    listed, _ = issuer.client()
    other, _ = issuer.client()
    text = (b"note\n" + Issuer("别处").revocations(other) + issuer.revocations(listed)).decode()
    assert len(revocations.split(text.encode())) == 2
    assert [revocations.names(text, c) for c in (listed, other)] == [True, False]


@pytest.mark.django_db
class TestAccepting:
    def test_a_chain_is_checked_link_by_link(self, issuer):
        with pytest.raises(ValidationError, match="不是由其后一张证书签发的"):
            authorities.accept("外部机构", pem(issuer.certificate) + pem(Issuer("别处").certificate))

    @pytest.mark.parametrize("kind", ("client", "server"))
    def test_only_authorities_are_accepted(self, issuer, kind):
        with pytest.raises(ValidationError, match="这不是发证机构的证书"):
            authorities.accept("外部机构", pem(getattr(issuer, kind)()[0]))

    def test_a_list_must_be_signed_by_the_chain(self, issuer):
        with pytest.raises(ValidationError, match="不是由证书链中的机构签发的"):
            authorities.accept("外部机构", pem(issuer.certificate), revocations=Issuer(issuer.name).revocations())

    @pytest.mark.parametrize("data", (b"no list", b"-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n"))
    def test_what_is_no_list_is_refused(self, issuer, data):
        with pytest.raises(ValidationError, match="无法识别"):
            authorities.accept("外部机构", pem(issuer.certificate), revocations=data)

    def test_an_old_list_is_refused(self, issuer):
        with pytest.raises(ValidationError, match="过期"):
            authorities.accept("外部机构", pem(issuer.certificate), revocations=_old_list(issuer))

    def test_accepting_again_renews(self, issuer):
        first = authorities.accept("外部机构", pem(issuer.certificate))
        again = authorities.accept("外部机构（新）", pem(issuer.certificate), revocations=issuer.revocations())
        assert (first.pk, Authority.objects.get().name) == (again.pk, "外部机构（新）")

    @pytest.mark.parametrize(
        "data", (b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
    )
    def test_a_file_without_certificates_is_refused(self, data):
        with pytest.raises(ValidationError, match="证书链文件无法识别"):
            authorities.accept("外部机构", data)


def _old_list(issuer):
    builder = x509.CertificateRevocationListBuilder(issuer.certificate.subject)
    builder = builder.last_update(issuer.now.replace(year=2024)).next_update(issuer.now.replace(year=2025))
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.PEM)
