"""Reading a certificate somebody gave us, and saying what is wrong with it. Source: security.md 13, 18.

The checks are our own and in a fixed order, because the reader is told the reason: the profile the library brings
for web sites would also refuse certificates that Chinese authorities really issue (docs/decisions/0014).
"""

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from accounts.pki.algorithms import CURVES, SHORTEST_RSA, refusal_of

LARGEST = 16 * 1024  # bytes; a certificate of ours has about 700, one of RSA-4096 about 2,000
UNREADABLE = "无法识别的证书文件，请上传一张 .cer、.crt 或 .pem 格式的证书"
_MALFORMED = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_KNOWN_CRITICAL = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}


class Unreadable(Exception):
    """These bytes are no certificate."""


@dataclass(frozen=True, slots=True)
class Validity:
    """The days of a certificate, by its own word."""

    not_before: datetime.datetime
    not_after: datetime.datetime

    def fault(self, now: datetime.datetime) -> str:
        if now < self.not_before:
            return "证书尚未生效"
        return "证书已过期" if now >= self.not_after else ""


def read(data: bytes) -> x509.Certificate:
    """Return the one certificate in a DER or PEM file; raises `Unreadable` for everything else, private keys too."""
    if not data or len(data) > LARGEST:
        raise Unreadable
    try:
        if b"-----BEGIN" not in data:
            return x509.load_der_x509_certificate(data)
        [certificate] = x509.load_pem_x509_certificates(data) if b"PRIVATE KEY" not in data else []
    except (ValueError, TypeError):
        raise Unreadable from None
    return certificate


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex()


def validity(certificate: x509.Certificate) -> Validity:
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `issuer` signed the certificate: same name and a true signature; its purpose is not looked at."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_MALFORMED):
        return False
    return True


def public_key(certificate: x509.Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """Return the key of a certificate, of a kind that is accepted; ValueError for another."""
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        raise ValueError("unsupported key") from None
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("unsupported key")
    return key


def algorithm_fault(certificate: x509.Certificate) -> str:
    """Return why the signature or the key of a certificate is not accepted, "" when both are."""
    if refusal := refusal_of(certificate.signature_algorithm_oid.dotted_string):
        return refusal
    try:
        key = public_key(certificate)
    except ValueError:
        return "证书的密钥类型不在允许的范围内"
    if isinstance(key, rsa.RSAPublicKey):
        return "" if key.key_size >= SHORTEST_RSA else f"证书的 RSA 密钥短于 {SHORTEST_RSA} 位"
    return "" if key.curve.name in CURVES else "证书的密钥类型不在允许的范围内"


def purpose_fault(certificate: x509.Certificate) -> str:
    """Return why a certificate is not one for logging in, "" when it is: client authentication, no authority."""
    if fault := extension_fault(certificate):
        return fault
    if is_authority(certificate):
        return "这是发证机构的证书，不能用于登录"
    extensions = certificate.extensions
    usages = _value(extensions, x509.ExtendedKeyUsage)
    if usages is None or ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
        return "证书的用途不含客户端身份验证"
    key_usage = _value(extensions, x509.KeyUsage)
    return "" if key_usage is None or key_usage.digital_signature else "证书的密钥用途不含数字签名"


def extension_fault(certificate: x509.Certificate) -> str:
    """Return why the extensions cannot be judged: malformed, or critical and unknown to the checks here."""
    try:
        extensions = certificate.extensions
    except _MALFORMED:
        return "证书的扩展项无法识别"
    is_strange = any(extension.critical and extension.oid not in _KNOWN_CRITICAL for extension in extensions)
    return "证书含有无法识别的关键扩展项" if is_strange else ""


def is_authority(certificate: x509.Certificate) -> bool:
    constraints = _value(certificate.extensions, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def urn_of(certificate: x509.Certificate) -> str:
    """Return the URN a certificate of ours names its account by, "" when it has none."""
    names = _value(certificate.extensions, x509.SubjectAlternativeName)
    uris = names.get_values_for_type(x509.UniformResourceIdentifier) if names is not None else []
    return next((uri for uri in uris if uri.startswith("urn:uuid:")), "")


def _value(extensions, kind):
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
