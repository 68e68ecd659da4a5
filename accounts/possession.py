"""Which certificate a request proves, and whether its session may go on without one. Source: security.md 11, 16.

A session opened with a certificate is bound to it. One opened over mutual TLS asks for the certificate with every
request; one opened with a signature asks that the certificate is still good.
"""

import logging
from dataclasses import replace

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from accounts import certification
from accounts.certification import SOMEBODY_ELSES, Verdict
from accounts.models import Certificate, RoleGrant
from accounts.models.users import home_of
from accounts.transport import presented
from partyplatform import audit

logger = logging.getLogger(__name__)

NEEDED = "该账号须使用数字证书登录"
GONE = "登录时使用的数字证书已失效或未出示，请重新登录。"
BOUND, BY_SIGNATURE = "certificate", "certificate_by_signature"
NOTED_EVERY = 15 * 60  # seconds between two records of the same refused certificate


def verdict_on(request) -> Verdict:
    """Judge what the connection presents, else what the session was opened with by a signature: one statement."""
    data = presented(request.META)
    if data is not None:
        return _for_this_account(certification.judge(data), request.user)
    if request.session.get(BY_SIGNATURE):
        bound = Certificate.objects.filter(pk=request.session.get(BOUND)).select_related("authority", "user").first()
        return replace(certification.judge_registered(bound), by_signature=True) if bound is not None else Verdict()
    return Verdict()


def bind(session, certificate, *, by_signature=False):
    """Let the session live only as long as this certificate is proved."""
    session[BOUND] = certificate.pk
    if by_signature:
        session[BY_SIGNATURE] = True


def presented_now(request):
    """Return the good certificate of this account that the connection itself presented with this very request.

    A session that was opened by a signature carries its certificate on, but presents nothing. Source: security.md 24.
    """
    return None if request.certificate_by_signature else request.certificate


def is_lost(request) -> bool:
    """Whether the session was opened with a certificate that this request does not prove."""
    bound = request.session.get(BOUND)
    return bound is not None and (request.certificate is None or request.certificate.pk != bound)


def is_missing(request) -> bool:
    """Whether the account needs a certificate and this request proves none; no statement beside that of the role."""
    if not settings.CERTIFICATES_REQUIRED or request.certificate is not None:
        return False
    if request.role is not None:
        return request.role.needs_certificate
    return RoleGrant.objects.of(request.user).with_certificate_need().filter(needs_certificate=True).exists()


def note_refusal(verdict: Verdict) -> None:
    """Log a refused certificate; one of ours also in the audit, but not at every request of an insistent browser."""
    logger.warning("certificate refused: %s, ours: %s", verdict.fingerprint[:16] or "unreadable", verdict.is_ours)
    if verdict.is_ours and cache.add(f"certificate-refused:{verdict.fingerprint}", True, NOTED_EVERY):
        holder = verdict.registered.user if verdict.registered is not None else None
        reason = f"{verdict.reason}。证书指纹 {verdict.fingerprint[:16]}"
        with transaction.atomic():
            home = home_of(holder) if holder is not None else None
            audit.record(
                audit.SYSTEM, "accounts.refuse_certificate", holder, organization=home, reason=reason, succeeded=False
            )


def _for_this_account(verdict: Verdict, user) -> Verdict:
    """Refuse a good certificate that comes with the session of somebody else."""
    certificate = verdict.certificate
    if certificate is None or not user.is_authenticated or certificate.user_id == user.pk:
        return verdict
    return Verdict(certificate, reason=SOMEBODY_ELSES, is_ours=True, fingerprint=verdict.fingerprint)
