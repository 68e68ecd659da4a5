"""Authorities whose certificates are accepted, and their lists of revoked certificates. Source: security.md 13, 16."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Authority, Certificate
from accounts.pki import reading
from accounts.pki.revocations import names, split
from accounts.services.certificates import end
from partyplatform import audit

REVOKED_BY_ISSUER = "发证机构已吊销"


@transaction.atomic
def accept(
    name: str, chain: bytes, *, revocations: bytes = b"", is_own: bool = False, by: audit.ActingRole = audit.SYSTEM
) -> Authority:
    """Accept client certificates of an authority from now on; renew its chain and lists when it is known already.

    `chain` is PEM: the certificate that signs people first, then those above it. Raises ValidationError for a chain
    that does not hold together, an algorithm not on the list, and a list nobody of the chain has signed.
    """
    certificates = _checked_chain(chain)
    lists = _checked_lists(revocations, certificates)
    text = "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates)
    defaults = {"name": name, "chain": text, "revocations": lists, "is_own": is_own, "is_active": True}
    authority, _ = Authority.objects.update_or_create(
        fingerprint=reading.fingerprint(certificates[0]), defaults=defaults
    )
    ended = _apply_lists(authority, by=by)
    changes = [("发证机构", "", name), ("吊销的证书", "", ended)]
    audit.record(by, "accounts.accept_authority", authority, changes=changes)
    return authority


@transaction.atomic
def keep_list(authority: Authority, revocations: bytes) -> None:
    """Keep the list our own authority has just signed; what it says was decided here before."""
    authority.revocations = revocations.decode()
    authority.save(update_fields=["revocations"])
    audit.record(audit.SYSTEM, "accounts.sign_revocations", authority)


def _checked_chain(data: bytes) -> list[x509.Certificate]:
    try:
        chain = x509.load_pem_x509_certificates(data)
    except ValueError:
        raise ValidationError("证书链文件无法识别：应为 PEM 格式，签发用户证书的机构在前，其上级在后") from None
    for certificate, above in zip(chain, [*chain[1:], None], strict=True):
        if fault := reading.algorithm_fault(certificate) or _authority_fault(certificate):
            raise ValidationError(f"{certificate.subject.rfc4514_string()}：{fault}")
        if above is not None and not reading.is_issued_by(certificate, above):
            raise ValidationError(f"{certificate.subject.rfc4514_string()} 不是由其后一张证书签发的")
        if fault := reading.validity(certificate).fault(timezone.now()):
            raise ValidationError(f"{certificate.subject.rfc4514_string()}：{fault}")
    return chain


def _authority_fault(certificate: x509.Certificate) -> str:
    if fault := reading.extension_fault(certificate):
        return fault
    return "" if reading.is_authority(certificate) else "这不是发证机构的证书"


def _checked_lists(data: bytes, chain: list[x509.Certificate]) -> str:
    for part in split(data):
        try:
            each = x509.load_pem_x509_crl(part)
            signers = [c for c in chain if c.subject == each.issuer and each.is_signature_valid(reading.public_key(c))]
        except (ValueError, TypeError):
            raise ValidationError("吊销列表无法识别：应为 PEM 格式") from None
        if not signers:
            raise ValidationError("吊销列表不是由证书链中的机构签发的")
        if each.next_update_utc is not None and each.next_update_utc < timezone.now():
            raise ValidationError(f"吊销列表已于 {each.next_update_utc:%Y-%m-%d} 过期，请取得最新的列表")
    if data.strip() and not split(data):
        raise ValidationError("吊销列表无法识别：应为 PEM 格式")
    return b"".join(split(data)).decode()


def _apply_lists(authority: Authority, *, by: audit.ActingRole) -> int:
    """Revoke what the lists name; return how many that were."""
    revoked = [
        registered
        for registered in Certificate.objects.active().filter(authority=authority).select_for_update()
        if names(authority.revocations, reading.read(bytes(registered.der)))
    ]
    for registered in revoked:
        end(registered, Certificate.State.REVOKED, by=by, reason=REVOKED_BY_ISSUER)
    return len(revoked)
