"""Scans handed in with acts on a transfer: kept with it, downloaded by whoever reaches it."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from orgs.services.parents import signature
from partyplatform import audit
from transfers.models import Transfer, TransferFile


def attach(transfer: Transfer, upload: UploadedFile, *, purpose: str, by: audit.ActingRole) -> TransferFile:
    """Keep a scan (pdf, jpg, png, at most 10 MB) inside the caller's transaction.

    Raises ValidationError at the field `scan` with the reason otherwise.
    """
    file = TransferFile(transfer=transfer, purpose=purpose, uploaded_by=signature(by))
    try:
        file.hold(upload)
    except ValidationError as refusal:
        raise ValidationError({"scan": refusal.messages}) from None
    file.save(force_insert=True)
    return file


@transaction.atomic
def note_opening(file: TransferFile, *, by: audit.ActingRole) -> None:
    """Record that a paper left the platform, before it does."""
    transfer = file.transfer
    changes = [[file.get_purpose_display(), "", file.original_name]]
    place = transfer.source_id or transfer.target_id
    audit.record(by, "transfers.open_file", transfer, organization=place, changes=changes)
