"""A small certificate authority: its own certificate, client certificates, the list of the revoked.

Everything here is computed; nothing is stored. Keys are P-256, signatures ECDSA with SHA-256.
"""

import datetime
import secrets
import uuid
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEAR = datetime.timedelta(days=365)
AUTHORITY_YEARS = 10
LEEWAY = datetime.timedelta(minutes=5)  # a certificate made now is good on a machine whose clock is a little behind
SHORTEST_PASSPHRASE = 12
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what looks alike on paper
_GROUPS, _LETTERS = 5, 4


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def new_passphrase() -> str:
    """Return a passphrase of 20 random characters (99 bits) in groups, good to be read from paper."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def passphrase_fault(passphrase: str) -> str:
    """Return why a passphrase cannot protect a file, "" when it can. A PIN is for hardware that locks itself."""
    if passphrase.isdigit():
        return "证书文件不能用纯数字的 PIN 保护：拿到文件的人可以不限次数地试"
    if len(passphrase) < SHORTEST_PASSPHRASE:
        return f"口令至少 {SHORTEST_PASSPHRASE} 个字符，现为 {len(passphrase)} 个"
    return ""


def authority_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, organization: str, now: datetime.datetime
) -> x509.Certificate:
    """Return the self-signed certificate of a new authority, which signs people and no further authorities."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = _builder(subject, subject, key.public_key(), now, now + YEAR * AUTHORITY_YEARS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return builder.add_extension(identifier, critical=False).sign(key, SHA256())


def client_certificate(
    public_key: ec.EllipticCurvePublicKey,
    *,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    organization: str,
    now: datetime.datetime,
    urn: str = "",
    days: int = YEAR.days,
) -> x509.Certificate:
    """Return a certificate for logging in; it names the account by a random URN and by nothing else."""
    urn = urn or uuid.uuid4().urn
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, urn)]
    )
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    last = min(now + datetime.timedelta(days=days), authority.not_valid_after_utc)
    builder = _builder(subject, authority.subject, public_key, now, last)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(urn)]), critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    return builder.add_extension(issuer_key, critical=False).sign(authority_key, SHA256())


def bundle(
    key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, authority: x509.Certificate, passphrase: str
) -> bytes:
    """Return key and certificate as PKCS#12; ValueError for a passphrase that protects nothing."""
    if fault := passphrase_fault(passphrase):
        raise ValueError(fault)
    encryption = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"usbkey", key, certificate, [authority], encryption)


def revocation_list(
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    revoked: Iterable[tuple[int, datetime.datetime]],
    *,
    now: datetime.datetime,
    days: int,
    number: int,
) -> x509.CertificateRevocationList:
    """Return the list of (serial number, moment) signed by the authority, good for `days`."""
    builder = x509.CertificateRevocationListBuilder(issuer_name=authority.subject)
    builder = builder.last_update(now - LEEWAY).next_update(now + datetime.timedelta(days=days))
    for serial, moment in revoked:
        entry = x509.RevokedCertificateBuilder(serial_number=serial, revocation_date=moment)
        builder = builder.add_revoked_certificate(entry.build())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    return builder.add_extension(identifier, critical=False).sign(key, SHA256())


def _builder(subject, issuer, public_key, now, last):
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public_key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - LEEWAY).not_valid_after(last)


def _usage(*, digital_signature=False, key_cert_sign=False, crl_sign=False):
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
