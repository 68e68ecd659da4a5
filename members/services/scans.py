"""Files handed in with proposals and applications: kept with them, downloaded by whoever reaches them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from members.models import Scan
from orgs.services.parents import signature
from partyplatform import audit, uploads


def attach(upload: UploadedFile, *, by: audit.ActingRole, **belongs_to: Any) -> Scan:
    """Keep an uploaded scan (pdf, jpg, png, at most 10 MB) inside the caller's transaction.

    `belongs_to` names what it was handed in with. Raises ValidationError with the reason otherwise.
    """
    stored = uploads.store(upload)
    return Scan.objects.create(
        original_name=stored.original_name,
        stored_name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=signature(by),
        **belongs_to,
    )


@uploads.owns_files
def scans_in_use(names: Collection[str]) -> Iterable[str]:
    return Scan.objects.filter(stored_name__in=names).values_list("stored_name", flat=True)
