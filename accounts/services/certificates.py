"""Registering certificates for accounts, renewing and revoking them. Source: security.md 13, 14, 16."""

from cryptography import x509
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import certification
from accounts.models import Authority, Certificate, User
from accounts.models.users import home_of
from accounts.pki import algorithms, reading
from accounts.pki.revocations import names
from accounts.services import notes
from partyplatform import audit


@transaction.atomic
def register(user: User, data: bytes, *, by: audit.ActingRole, replaces: Certificate | None = None) -> Certificate:
    """Register the certificate in a DER or PEM file for an account; it opens the way in from now on.

    `replaces` is the certificate it renews: both are good until the new one is used. Raises ValidationError, with the
    reason, for a file that is no certificate and for a certificate that could not be used to log in.
    """
    try:
        certificate = reading.read(data)
    except reading.Unreadable:
        raise ValidationError(reading.UNREADABLE) from None
    authority = _checked_issuer(certificate)
    if Certificate.objects.filter(fingerprint=reading.fingerprint(certificate)).exists():
        raise ValidationError("该证书已登记过，不能重复登记")
    if replaces is not None and (replaces.user_id != user.pk or hasattr(replaces, "renewal")):
        raise ValidationError("要接替的证书不属于该账号，或已有接替它的证书")
    registered = Certificate.objects.create(
        user=user, authority=authority, replaces=replaces, registered_by_name=by.user_name, **_copied(certificate)
    )
    notes.tell(user, f"{by.user_name}为您登记了数字证书 {registered.short_serial}。", is_warning=True)
    changes = _described(registered)
    audit.record(by, "accounts.register_certificate", user, organization=home_of(user), changes=changes)
    return registered


@transaction.atomic
def revoke(certificate: Certificate, *, by: audit.ActingRole, reason: str) -> None:
    """Take a certificate out of use for good; it counts from the very next request. Doing it twice changes nothing."""
    held = Certificate.objects.select_for_update(of=("self",)).select_related("user").get(pk=certificate.pk)
    if held.state != Certificate.State.REVOKED:
        end(held, Certificate.State.REVOKED, by=by, reason=reason)


@transaction.atomic
def note_use(certificate: Certificate, *, by: audit.ActingRole) -> None:
    """Note the first login with a certificate: the one it renews retires in that moment."""
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if held.first_used_at is not None:
        return
    held.first_used_at = timezone.now()
    held.save(update_fields=["first_used_at"])
    older = held.replaces
    if older is not None and older.is_active:
        end(older, Certificate.State.RETIRED, by=by, reason="新证书已启用")


def end(certificate: Certificate, state: Certificate.State, *, by: audit.ActingRole, reason: str) -> None:
    """Write a certificate's end down; part of a transaction that runs already and holds its row."""
    before = certificate.get_state_display()
    if state == Certificate.State.REVOKED:
        notes.tell(certificate.user, f"数字证书 {certificate.short_serial} 已吊销：{reason}", is_warning=True)
    certificate.state, certificate.ended_at, certificate.reason = state, timezone.now(), reason[:200]
    certificate.save(update_fields=["state", "ended_at", "reason"])
    action = "accounts.revoke_certificate" if state == Certificate.State.REVOKED else "accounts.retire_certificate"
    changes = [("数字证书", certificate.short_serial, ""), ("状态", before, certificate.get_state_display())]
    holder = certificate.user
    audit.record(by, action, holder, organization=home_of(holder), changes=changes, reason=reason)


def _checked_issuer(certificate: x509.Certificate) -> Authority:
    if fault := reading.algorithm_fault(certificate):  # first of all: a signature of SM2 is one nobody can look into
        raise ValidationError(fault)
    authority = certification.issuing_authority(certificate)
    if authority is None:
        raise ValidationError("该证书不是受信任的机构签发的，请先由运维人员导入其发证机构")
    facts = certification.facts_of(certificate, authority)
    if reason := facts.refusal(timezone.now()) if facts else certification.PLAIN:
        raise ValidationError(reason)
    if names(authority.revocations, certificate):
        raise ValidationError("该证书已被发证机构吊销")
    return authority


def _copied(certificate: x509.Certificate) -> dict[str, object]:
    dates = reading.validity(certificate)
    return {
        "der": reading.der(certificate),
        "fingerprint": reading.fingerprint(certificate),
        "serial": f"{certificate.serial_number:X}",
        "urn": reading.urn_of(certificate),
        "algorithm": algorithms.name_of(certificate.signature_algorithm_oid.dotted_string),
        "not_before": dates.not_before,
        "not_after": dates.not_after,
    }


def _described(registered: Certificate) -> list[tuple[str, str, object]]:
    return [
        ("数字证书", "", registered.short_serial),
        ("发证机构", "", registered.authority.name),
        ("到期时间", "", timezone.localtime(registered.not_after)),
    ]
