"""Files handed in with proposals and applications: kept with them, downloaded by whoever reaches them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from members.models import Scan
from orgs.services.parents import signature
from partyplatform import audit


def attach(upload: UploadedFile, *, by: audit.ActingRole, **belongs_to: Any) -> Scan:
    """Keep an uploaded scan (pdf, jpg, png, at most 10 MB) inside the caller's transaction.

    `belongs_to` names what it was handed in with. Raises ValidationError with the reason otherwise.
    """
    scan = Scan(uploaded_by=signature(by), **belongs_to)
    try:
        scan.hold(upload)
    except ValidationError as refusal:
        raise ValidationError({"scan": refusal.messages}) from None
    scan.save(force_insert=True)
    return scan


@transaction.atomic
def note_opening(scan: Scan, *, by: audit.ActingRole) -> None:
    """Record that a paper left the platform, before it does."""
    correction: Any = scan.correction
    subject = scan.admission or correction.member
    changes = [["证明材料", "", scan.original_name]]
    audit.record(by, "members.open_file", subject, organization=subject.organization_id, changes=changes)
