"""The photograph of a member. Source: screens.md 2.5."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from members.models import Member, MemberPhoto
from members.services.locking import record_of
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.uploads.photos import PHOTOS, photograph


def photo_of(member: Member) -> MemberPhoto | None:
    """Return the photograph that is shown of a member the caller has found in reach."""
    return MemberPhoto.objects.of(member).first()


def set_photo(member: Member, *, upload: UploadedFile, by: audit.ActingRole) -> MemberPhoto:
    """Show a photograph instead of the one there is; that one stays stored, off the page.

    Raises ValidationError with the reason, `OutOfReach` as every change of a record does.
    """
    try:
        small = photograph(upload)  # seconds may pass; nobody waits for a lock meanwhile
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None
    return _replace(member, small, by=by)


@transaction.atomic
def remove_photo(member: Member, *, by: audit.ActingRole) -> None:
    """Take the photograph off the page. Doing it twice changes nothing."""
    member = record_of(member, by=by)
    photo = photo_of(member)
    if photo is None or not photo.take_off():
        return
    _record(by, "members.remove_photo", member, before="有", after="")


@transaction.atomic
def _replace(member: Member, small: ContentFile, *, by: audit.ActingRole) -> MemberPhoto:
    member = record_of(member, by=by)
    former = photo_of(member)
    if former is not None:
        former.take_off()
    photo = MemberPhoto(member=member, uploaded_by=signature(by))
    photo.hold(small, kinds=PHOTOS)
    photo.save(force_insert=True)
    _record(by, "members.set_photo", member, before="有" if former else "", after="有" if former is None else "已更换")
    return photo


def _record(by: audit.ActingRole, action: str, member: Member, *, before: str, after: str) -> None:
    changes = [["照片", before, after]]
    audit.record(by, action, member, organization=member.organization_id, changes=changes)
