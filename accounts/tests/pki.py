"""An authority for tests, and certificates of every kind it could issue, good and bad."""

import datetime
from functools import cached_property
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils import timezone

from accounts.models import Certificate
from accounts.pki import issuing
from accounts.services import authorities, certificates
from partyplatform import audit

SECRET = "a-secret-of-the-proxy-in-the-tests"
DAY = datetime.timedelta(days=1)
ORGANIZATION = "示例平台"


class Issuer:
    """One authority with its key; two of the same name are still two."""

    def __init__(self, name="示例发证机构", *, now=None):
        self.name, self.key, self.now = name, issuing.new_key(), now or timezone.now()
        self.certificate = issuing.authority_certificate(name, self.key, organization=ORGANIZATION, now=self.now)

    @cached_property
    def row(self):
        return authorities.accept(self.name, pem(self.certificate), is_own=True)

    def client(self, *, now=None, days=365, key=None):
        """Return (certificate, key) of a good client certificate."""
        key = key or issuing.new_key()
        certificate = issuing.client_certificate(
            key.public_key(),
            authority=self.certificate,
            authority_key=self.key,
            organization=ORGANIZATION,
            now=now or self.now,
            days=days,
        )
        return certificate, key

    def expired(self):
        return self.client(now=self.now - 3 * DAY, days=2)

    def not_yet_valid(self):
        return self.client(now=self.now + 2 * DAY)

    def server(self):
        return self.odd(usages=[ExtendedKeyUsageOID.SERVER_AUTH])

    def intermediate(self):
        return self.odd(is_authority=True)

    def odd(self, *, usages=(ExtendedKeyUsageOID.CLIENT_AUTH,), is_authority=False, key=None, digest=None, extra=None):
        """Return (certificate, key) of a certificate that differs in one thing from a good one."""
        key = key or issuing.new_key()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd")])
        builder = x509.CertificateBuilder(self.certificate.subject, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(self.now - DAY).not_valid_after(self.now + 30 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        if extra is not None:
            builder = builder.add_extension(extra, critical=True)
        return builder.sign(self.key, digest or SHA256()), key

    def register(self, user, **given):
        """Issue a certificate for an account and register it; return (row, certificate, key)."""
        self.row  # noqa: B018 (the authority is accepted first)
        certificate, key = self.client(**given)
        row = certificates.register(user, pem(certificate), by=audit.SYSTEM)
        return Certificate.objects.get(pk=row.pk), certificate, key

    def revocations(self, *certs, days=30):
        listed = [(certificate.serial_number, self.now) for certificate in certs]
        made = issuing.revocation_list(self.certificate, self.key, listed, now=self.now, days=days, number=1)
        return made.public_bytes(Encoding.PEM)


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


def pem(certificate):
    return certificate.public_bytes(Encoding.PEM)


def forwarded(certificate, secret=SECRET):
    """Return the headers our proxy sends for a client with this certificate."""
    return {"X-Client-Certificate": quote(pem(certificate).decode()), "X-Client-Certificate-Secret": secret}
