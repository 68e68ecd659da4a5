"""附件: scans kept with an organisation. Removing one hides it; the file stays for the record."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from orgs.models import Attachment, Organization, Term
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit


@transaction.atomic
def attach(
    organization: Organization,
    *,
    upload: UploadedFile,
    purpose: str = Attachment.Purpose.OTHER,
    term: Term | None = None,
    by: audit.ActingRole,
) -> Attachment:
    """Keep an uploaded scan (pdf, jpg, png, at most 10 MB). Raises ValidationError with the reason otherwise."""
    organization = hold_in_reach(organization.pk, by=by)
    attachment = Attachment(organization=organization, term=term, purpose=purpose, uploaded_by=signature(by))
    attachment.hold(upload)
    attachment.save(force_insert=True)
    changes = [[attachment.get_purpose_display(), "", attachment.original_name]]
    audit.record(by, "orgs.attach", organization, organization=organization.pk, changes=changes)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by: audit.ActingRole) -> None:
    """Take an attachment off the page."""
    organization = hold_in_reach(attachment.organization_id, by=by)
    if not attachment.take_off():
        return
    changes = [[attachment.get_purpose_display(), attachment.original_name, ""]]
    audit.record(by, "orgs.detach", organization, organization=organization.pk, changes=changes)
