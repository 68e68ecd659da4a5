"""附件: scans kept with an organisation. Removing one hides it; the file stays for the record."""

from collections.abc import Collection, Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from orgs.models import Attachment, Organization, Term
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit, uploads


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
    stored = uploads.store(upload)
    attachment = Attachment.objects.create(
        organization=organization,
        term=term,
        purpose=purpose,
        original_name=stored.original_name,
        stored_name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=signature(by),
    )
    changes = [[attachment.get_purpose_display(), "", stored.original_name]]
    audit.record(by, "orgs.attach", organization, organization=organization.pk, changes=changes)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by: audit.ActingRole) -> None:
    """Take an attachment off the page."""
    organization = hold_in_reach(attachment.organization_id, by=by)
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.removed_at is not None:
        return
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    changes = [[attachment.get_purpose_display(), attachment.original_name, ""]]
    audit.record(by, "orgs.detach", organization, organization=organization.pk, changes=changes)


@uploads.owns_files
def scans_in_use(names: Collection[str]) -> Iterable[str]:
    """Return which stored files belong to an attachment, removed ones included: they stay for the record."""
    return Attachment.objects.filter(stored_name__in=names).values_list("stored_name", flat=True)
