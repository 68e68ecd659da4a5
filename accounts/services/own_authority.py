"""Our own authority at work: founding it, issuing and renewing certificates, signing the list of the revoked.

Source: security.md 14, 16, 17. The key never leaves its folder; the key of a person leaves in a protected file and is
kept nowhere.
"""

import datetime
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Authority, Certificate, User
from accounts.pki import issuing, reading
from accounts.pki.folder import CLIENTS, REVOKED, Folder
from accounts.services import authorities, certificates
from partyplatform import audit

LIST_DAYS = 90  # how long a signed list counts; a proxy that checks it refuses everybody once it has run out
REMEMBERED = datetime.timedelta(days=30)  # a certificate stays on the list so long after its own end


@dataclass(frozen=True)
class Issued:
    """A certificate with its key in a protected file; the passphrase is known here and nowhere else."""

    certificate: Certificate
    file: bytes
    passphrase: str


def create(name: str, *, folder: Folder, passphrase: str, by: audit.ActingRole = audit.SYSTEM) -> Authority:
    """Found the authority: its key goes into the folder, its certificate is accepted from now on."""
    key = issuing.new_key()
    certificate = issuing.authority_certificate(name, key, organization=settings.PLATFORM_NAME, now=timezone.now())
    folder.keep_key(key, certificate, passphrase)
    authority = authorities.accept(name, certificate.public_bytes(Encoding.PEM), is_own=True, by=by)
    sign_list(folder=folder, passphrase=passphrase)
    return authority


def issue(
    user: User,
    *,
    folder: Folder,
    passphrase: str,
    file_passphrase: str = "",
    replaces: Certificate | None = None,
    by: audit.ActingRole = audit.SYSTEM,
) -> Issued:
    """Make a key and a certificate of one year for an account, registered at once; ValidationError as `register`.

    `replaces` is the certificate it renews: both are good until the new one is used.
    """
    file_passphrase = file_passphrase or issuing.new_passphrase()
    if fault := issuing.passphrase_fault(file_passphrase):
        raise ValidationError(fault)
    authority_key, authority = folder.key(passphrase), folder.certificate()
    key = issuing.new_key()
    certificate = issuing.client_certificate(
        key.public_key(),
        authority=authority,
        authority_key=authority_key,
        organization=settings.PLATFORM_NAME,
        now=timezone.now(),
    )
    file = issuing.bundle(key, certificate, authority, file_passphrase)
    registered = certificates.register(user, reading.der(certificate), by=by, replaces=replaces)
    return Issued(registered, file, file_passphrase)


@transaction.atomic
def sign_list(*, folder: Folder, passphrase: str, days: int = LIST_DAYS) -> int:
    """Sign the list of certificates that are out of use and publish it; return how many it names."""
    key, certificate, now = folder.key(passphrase), folder.certificate(), timezone.now()
    authority = Authority.objects.get(fingerprint=reading.fingerprint(certificate))
    ended = Certificate.objects.filter(authority=authority, not_after__gt=now - REMEMBERED, ended_at__isnull=False)
    listed = [(int(serial, 16), ended_at or now) for serial, ended_at in ended.values_list("serial", "ended_at")]
    made = issuing.revocation_list(certificate, key, listed, now=now, days=days, number=int(now.timestamp()))
    authorities.keep_list(authority, made.public_bytes(Encoding.PEM))
    publish(folder)
    return len(listed)


def publish(folder: Folder) -> None:
    """Write the files a proxy reads: whose certificates it accepts, and which of them are revoked."""
    active = Authority.objects.filter(is_active=True).order_by("pk")
    folder.publish(CLIENTS, "".join(authority.chain for authority in active).encode())
    folder.publish(REVOKED, "".join(authority.revocations for authority in active).encode())
