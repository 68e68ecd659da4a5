"""An uploaded photograph: checked like every picture, then made small and anonymous before it is stored."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from partyplatform.pictures import Unreadable, small_jpeg

from .kinds import DAMAGED
from .storing import checked_kind

PHOTOS = ("jpg", "png")
WITHIN = (480, 640)  # pixels; a photograph of 2 inches in print needs no more


def photograph(upload: UploadedFile) -> ContentFile:
    """Return an uploaded photograph as a small JPEG. Raises ValidationError with the reason for anything else."""
    checked_kind(upload, kinds=PHOTOS)
    upload.seek(0)
    try:
        return ContentFile(small_jpeg(upload.read(), within=WITHIN), name="照片.jpg")
    except Unreadable:
        raise ValidationError(DAMAGED, code="damaged") from None
