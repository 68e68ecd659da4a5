"""附件 and 照片 of a gathering: encrypted files, photographs without what the camera noted. Source: screens.md 3.3."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from eforefront.gatherings import STEPS, State
from eforefront.models import Gathering, GatheringFile
from eforefront.services.scans import harmless
from eforefront.services.stepping import led_group, record, refuse_strangers
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.pictures import Unreadable, small_jpeg
from partyplatform.uploads.kinds import DAMAGED
from partyplatform.uploads.photos import PHOTOS
from partyplatform.uploads.storing import checked_kind

MOST = 30  # of one gathering
WITHIN, THUMBNAIL = (1600, 1600), (320, 320)  # pixels


def attach(gathering: Gathering, *, upload: UploadedFile, is_photo: bool, by: audit.ActingRole) -> GatheringFile:
    """Keep a scan or a photograph with a gathering, until its record was reviewed; of pictures nothing stays that the
    camera noted.

    Raises ValidationError with the reason, `OutOfReach`, PermissionDenied for another organisation's.
    """
    try:
        return _keep(gathering, _small(upload) if is_photo else [harmless(upload)], is_photo=is_photo, by=by)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None


@transaction.atomic
def take_off(file: GatheringFile, *, by: audit.ActingRole) -> None:
    """Take a file off the page; it stays for the record. Doing it twice changes nothing."""
    gathering = _taken(file.gathering, by=by)
    if file.take_off():
        record(gathering, "detach", by=by, changes=[[_noun(file), file.original_name, ""]])


@transaction.atomic
def note_opening(file: GatheringFile, *, by: audit.ActingRole) -> None:
    """Record that a file left the platform, before it does."""
    record(file.gathering, "open_file", by=by, changes=[[_noun(file), "", file.original_name]])


@transaction.atomic
def _keep(gathering: Gathering, uploads: list[Any], *, is_photo: bool, by: audit.ActingRole) -> GatheringFile:
    gathering = _taken(gathering, by=by)
    if GatheringFile.objects.of(gathering).count() >= MOST:
        raise ValidationError(f"已有 {MOST} 个附件和照片，请先移除不再需要的")
    kept: GatheringFile | None = None
    for upload in uploads:  # the picture, then its thumbnail
        file = GatheringFile(gathering=gathering, is_photo=is_photo, thumbnail_of=kept, uploaded_by=signature(by))
        file.hold(upload)
        file.save(force_insert=True)
        kept = kept or file
    assert kept is not None
    record(gathering, "attach", by=by, changes=[[_noun(kept), "", kept.original_name]])
    return kept


def _taken(gathering: Gathering, *, by: audit.ActingRole) -> Gathering:
    hold_in_reach(gathering.organization_id, by=by)
    refuse_strangers(STEPS["mark"], gathering.organization_id, by, group=led_group(gathering))
    stored = Gathering.objects.select_for_update(of=("self",), no_key=True).get(pk=gathering.pk)
    if stored.state in (State.REVIEWED, State.CANCELLED):
        raise ValidationError(f"{stored.get_state_display()}，不能再增减附件")
    return stored


def _small(upload: UploadedFile) -> list[Any]:
    """Return the photograph and its thumbnail; seconds may pass, so nobody waits for a lock meanwhile."""
    checked_kind(upload, kinds=PHOTOS)
    upload.seek(0)
    stem = (upload.name or "照片").rpartition(".")[0] or "照片"
    try:
        picture = small_jpeg(upload.read(), within=WITHIN)
        thumbnail = small_jpeg(picture, within=THUMBNAIL)
    except Unreadable:
        raise ValidationError(DAMAGED, code="damaged") from None
    return [ContentFile(picture, name=f"{stem}.jpg"), ContentFile(thumbnail, name=f"{stem}.jpg")]


def _noun(file: GatheringFile) -> str:
    return "照片" if file.is_photo else "附件"
