"""Proving a certificate by a signature, where the browser cannot present it. Source: security.md 12.

The text to be signed names what it is for, where, for whom and until when; its 32 random bytes are good once, for one
session, and are burnt by the first answer, right or wrong.
"""

import base64
import binascii
import datetime
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import certification
from accounts.models import Certificate, Challenge, User
from accounts.models.users import home_of
from accounts.pki import reading
from partyplatform import audit
from partyplatform.chores import chore

SECONDS = 120
NONCE = 32  # bytes
LONGEST = 2048  # bytes of a signature as file; one of RSA-4096 has 512, in base64 700
REFUSED = "签名未通过验证，本次挑战已作废，请重新获取"
LATE = f"挑战已超过 {SECONDS} 秒或已使用过，请重新获取"


def issue(user: User, *, session_mark: str, origin: str, now: datetime.datetime | None = None) -> Challenge:
    """Make a fresh challenge for one session and account at our origin; older ones of the session are void."""
    now = now or timezone.now()
    Challenge.objects.filter(session_mark=session_mark, used_at__isnull=True).update(used_at=now)
    return Challenge.objects.create(
        user=user,
        nonce=secrets.token_hex(NONCE),
        session_mark=session_mark,
        origin=origin,
        created_at=now,
        expires_at=now + datetime.timedelta(seconds=SECONDS),
    )


def text_of(challenge: Challenge) -> bytes:
    """Return the bytes to be signed; they are plain text, so that people see what they sign."""
    lines = (
        "party-platform-login-v1",
        f"origin: {challenge.origin}",
        f"account: {challenge.user.uid}",
        f"nonce: {challenge.nonce}",
        f"expires: {challenge.expires_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    return ("\n".join(lines) + "\n").encode()


def open_for(session_mark: str, now: datetime.datetime | None = None) -> Challenge | None:
    """Return the challenge a session can still answer, None without any."""
    found = Challenge.objects.filter(session_mark=session_mark, used_at__isnull=True).select_related("user")
    return found.filter(expires_at__gt=now or timezone.now()).order_by("-pk").first()


def answer(
    uid: str, signature: bytes, *, user: User, session_mark: str, origin: str, now: datetime.datetime | None = None
) -> Certificate:
    """Return the certificate of `user` whose key made the signature; the challenge is burnt whatever comes of it.

    Raises ValidationError for a replay, another session, account or origin, a late answer, another key, a certificate
    that is not good any more; each is written down.
    """
    now = now or timezone.now()
    challenge = _burnt(uid, now)
    reason = _fault(challenge, user, session_mark, origin, now)
    if challenge is None or reason:
        raise _refused(user, reason, LATE if reason in ("重复使用", "逾期") else REFUSED)
    for registered in Certificate.objects.active().of(user).select_related("authority", "user"):
        if _is_signed_by(registered, text_of(challenge), signature):
            verdict = certification.judge_registered(registered, now=now)
            if verdict.certificate is None:
                raise _refused(user, verdict.reason, verdict.sentence.rstrip("。"))
            return registered
    raise _refused(user, "签名不是由本账号的证书作出的", REFUSED)


def decoded(typed: str) -> bytes:
    """Return the signature in a pasted base64 text, with or without line breaks; ValidationError for anything else."""
    try:
        signature = base64.b64decode("".join(typed.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError("签名应为 base64 文本") from None
    if not 0 < len(signature) <= LONGEST:
        raise ValidationError("签名的长度不正确")
    return signature


@chore
def forget_challenges() -> None:
    """Delete challenges nobody can answer any more."""
    Challenge.objects.filter(expires_at__lt=timezone.now() - datetime.timedelta(days=1)).delete()


@transaction.atomic
def _burnt(uid: str, now: datetime.datetime) -> Challenge | None:
    """Return the challenge, used from now on; `used_at` of what is returned says whether it was used before."""
    found = Challenge.objects.select_related("user").filter(uid=uid).first()
    if found is not None and not Challenge.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=now):
        found.used_at = now
    return found


def _fault(challenge: Challenge | None, user: User, session_mark: str, origin: str, now: datetime.datetime) -> str:
    if challenge is None:
        return "没有这样的挑战"
    checks = (
        (challenge.used_at is not None, "重复使用"),
        (not secrets.compare_digest(challenge.session_mark, session_mark), "来自其他会话"),
        (challenge.user_id != user.pk, "属于其他账号"),
        (challenge.origin != origin, "来自其他地址"),
        (not challenge.created_at <= now < challenge.expires_at, "逾期"),
    )
    return next((reason for failed, reason in checks if failed), "")


def _is_signed_by(registered: Certificate, text: bytes, signature: bytes) -> bool:
    try:
        key = reading.public_key(reading.read(bytes(registered.der)))
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(SHA256()))
        else:
            key.verify(signature, text, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _refused(user: User, reason: str, sentence: str) -> ValidationError:
    with transaction.atomic():
        home = home_of(user)
        audit.record(audit.SYSTEM, "accounts.refuse_signature", user, organization=home, reason=reason, succeeded=False)
    return ValidationError(sentence)
