"""What must hold of accounts at any moment; `manage.py check_integrity` asks."""

from collections.abc import Iterator

from accounts.marks import is_genuine
from accounts.models import Certificate, RoleGrant
from accounts.pki import reading
from partyplatform.integrity import invariant


@invariant("撤销的党组织没有有效授权")
def closed_organizations_have_no_roles() -> Iterator[str]:
    left = RoleGrant.objects.open().filter(organization__dissolved_on__isnull=False).select_related("organization")
    for grant in left.iterator(chunk_size=2000):
        yield f"授权 {grant.pk}：“{grant.organization_name}”已撤销，授权未解除"


@invariant("授权防篡改标记")
def grants_carry_their_marks() -> Iterator[str]:
    """Ended rows included: what was changed in them tells of somebody who writes into the database."""
    rows = RoleGrant.objects.select_related("organization").order_by("pk")
    for grant in rows.iterator(chunk_size=2000):
        if not is_genuine(grant):
            yield f"授权 {grant.pk}：{grant.label}的标记不符，该授权不起作用"


@invariant("登记的数字证书与其内容一致")
def certificates_match_their_rows() -> Iterator[str]:
    for row in Certificate.objects.order_by("pk").iterator(chunk_size=2000):
        try:
            certificate = reading.read(bytes(row.der))
        except reading.Unreadable:
            yield f"数字证书 {row.pk}：内容无法识别"
            continue
        dates = reading.validity(certificate)
        held = (row.fingerprint, row.serial, row.not_before, row.not_after)
        if held != (
            reading.fingerprint(certificate),
            f"{certificate.serial_number:X}",
            dates.not_before,
            dates.not_after,
        ):
            yield f"数字证书 {row.pk}：登记的内容与证书不一致"
