"""Whether a presented certificate is good, and for whom. Source: security.md 13, 16.

All must hold: signed by an authority of ours that is itself in date, an accepted algorithm, for client authentication,
no authority, in date by the server's clock, registered, active. A reason is named only when one of our authorities
signed it; to everybody else the answer is the same.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.core.cache import caches
from django.utils import timezone

from accounts.models import Authority, Certificate
from accounts.pki import reading

logger = logging.getLogger(__name__)

CACHED = 60  # seconds the signatures of a certificate are not computed again; its state is read each time
PLAIN = "出示的证书不能用于登录本平台。"
FOREIGN = "不是受信任的机构签发的"
UNREGISTERED = "该证书尚未登记，请联系上级党组织的管理员登记"
SOMEBODY_ELSES = "该证书登记在其他账号名下"
_STATES = {
    Certificate.State.REVOKED: "该证书已被吊销",
    Certificate.State.RETIRED: "该证书已由新证书接替，请使用新证书",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a certificate. `registered` is its row, `reason` says why it is refused, "" when it is not.

    `is_ours`: one of our authorities signed it. Without a fingerprint nothing readable was presented.
    `by_signature`: it was not presented with the request, the session was opened by its signature.
    """

    registered: Certificate | None = None
    reason: str = ""
    is_ours: bool = False
    fingerprint: str = ""
    by_signature: bool = False

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that is accepted, None for any other."""
        return None if self.reason else self.registered

    @property
    def sentence(self) -> str:
        """What may be told to whoever presented it."""
        return f"{self.reason}。" if self.is_ours else PLAIN


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says for ever: why its form is not accepted, and between which days it and its chain hold."""

    fault: str
    validity: reading.Validity
    chain: tuple[reading.Validity, ...]

    def refusal(self, now: datetime) -> str:
        if self.fault or (own := self.validity.fault(now)):
            return self.fault or own
        return "发证机构的证书不在有效期内" if any(above.fault(now) for above in self.chain) else ""


def judge(data: bytes, *, now: datetime | None = None) -> Verdict:
    """Judge what was presented: one statement for a certificate that is registered."""
    try:
        certificate = reading.read(data)
    except reading.Unreadable:
        return Verdict(reason="无法识别")
    print_ = reading.fingerprint(certificate)
    registered = Certificate.objects.filter(fingerprint=print_).select_related("authority", "user").first()
    if registered is not None:
        return _registered(certificate, registered, now or timezone.now())
    authority = issuing_authority(certificate)
    if authority is None:
        return Verdict(reason=FOREIGN, fingerprint=print_)
    facts = facts_of(certificate, authority)
    reason = (facts and facts.refusal(now or timezone.now())) or UNREGISTERED
    return Verdict(reason=reason, is_ours=True, fingerprint=print_)


def judge_registered(registered: Certificate, *, now: datetime | None = None) -> Verdict:
    """Judge a certificate that was found by its row; its authority and its account are loaded with it."""
    return _registered(reading.read(bytes(registered.der)), registered, now or timezone.now())


def issuing_authority(certificate: x509.Certificate) -> Authority | None:
    """Return the authority in use that signed a certificate, None when none did."""
    return next((a for a in Authority.objects.filter(is_active=True) if facts_of(certificate, a) is not None), None)


def facts_of(certificate: x509.Certificate, authority: Authority) -> Facts | None:
    """Return what holds of a certificate for ever, None when this authority did not sign it."""
    key = f"certificate:{reading.fingerprint(certificate)}:{authority.fingerprint}"
    facts = caches["process"].get(key)
    if facts is None:
        facts = _facts(certificate, authority)
        caches["process"].set(key, facts or "", CACHED)
    return facts or None


def _registered(certificate: x509.Certificate, registered: Certificate, now: datetime) -> Verdict:
    facts = facts_of(certificate, registered.authority)
    print_ = registered.fingerprint
    if facts is None or not registered.authority.is_active or print_ != reading.fingerprint(certificate):
        return Verdict(reason=FOREIGN, fingerprint=print_)
    reason = _STATES.get(registered.state, "") or facts.refusal(now)
    if not reason and not registered.user.is_active:
        reason = UNREGISTERED
    return Verdict(registered, reason=reason, is_ours=True, fingerprint=print_)


def _facts(certificate: x509.Certificate, authority: Authority) -> Facts | None:
    chain = x509.load_pem_x509_certificates(authority.chain.encode())
    if not reading.is_issued_by(certificate, chain[0]):
        return None
    fault = reading.algorithm_fault(certificate) or reading.purpose_fault(certificate)
    return Facts(fault, reading.validity(certificate), tuple(reading.validity(above) for above in chain))
