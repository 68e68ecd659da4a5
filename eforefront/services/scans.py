"""Pictures handed in as papers, kept without what the camera noted: place, time, device. Source: security.md 50."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from partyplatform.pictures import Unreadable, small_jpeg
from partyplatform.uploads.kinds import DAMAGED
from partyplatform.uploads.storing import checked_kind

PICTURE = (2400, 2400)  # pixels


def harmless(upload: UploadedFile) -> UploadedFile:
    """Return a picture as a JPEG without metadata, anything else as it is. Seconds may pass: hold no lock."""
    if checked_kind(upload).ending not in ("jpg", "png"):
        return upload
    upload.seek(0)
    try:
        content = small_jpeg(upload.read(), within=PICTURE)
    except Unreadable:
        raise ValidationError(DAMAGED, code="damaged") from None
    stem = (upload.name or "").rpartition(".")[0]
    return SimpleUploadedFile(f"{stem}.jpg", content, "image/jpeg")
