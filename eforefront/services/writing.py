"""What acts on notices and on news have in common: the lock, the answer to the slower of two, the reason, the files."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from eforefront.models import News, Notice, NoticeFile
from eforefront.notice_workflow import Step
from eforefront.services.scans import harmless
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach, Stale

MOST_FILES = 10


def hold(written: Any, *, by: audit.ActingRole) -> Any:
    """Return a notice or a report as stored, locked. Raises `OutOfReach` when it left the role's reach meanwhile."""
    rows = type(written).objects
    stored = rows.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=written.pk)
    if by.organization_id is not None and not rows.overseen_by(by).filter(pk=stored.pk).exists():
        raise OutOfReach
    return stored


def overtaken(written: Notice | News, label: str) -> Stale:
    """Return what the slower of two is told."""
    return Stale([(written._meta.verbose_name, label, f"{written.title}：{written.status.label}，之后已被修改")])


def refuse_without_reason(step: Step, reason: str) -> None:
    if step.reason and not reason:
        raise ValidationError({"reason": f"请填写{step.label}原因"})


def attach(written: Notice | News, *, upload: UploadedFile, by: audit.ActingRole) -> NoticeFile:
    """Keep a file (pdf, jpg, png, at most 10 MB) with a draft. Raises ValidationError, `Stale` once it is published."""
    try:
        return _keep(written, harmless(upload), by=by)  # a picture takes a moment, and nobody waits for a lock
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None


@transaction.atomic
def _keep(written: Any, upload: UploadedFile, *, by: audit.ActingRole) -> NoticeFile:
    written = hold(written, by=by)
    _require_draft(written)
    place = {"notice" if isinstance(written, Notice) else "news": written}
    if NoticeFile.objects.filter(**place).kept().count() >= MOST_FILES:
        raise ValidationError(f"最多 {MOST_FILES} 个附件")
    file = NoticeFile(uploaded_by=signature(by), **place)
    file.hold(upload)
    file.save(force_insert=True)
    _record(by, "eforefront.attach", written, ["附件", "", file.original_name])
    return file


@transaction.atomic
def detach(file: NoticeFile, *, by: audit.ActingRole) -> None:
    """Take a file off a draft. Raises `Stale` once it is published."""
    written = hold(file.subject, by=by)
    _require_draft(written)
    if file.take_off():
        _record(by, "eforefront.detach", written, ["附件", file.original_name, ""])


def _require_draft(written: Any) -> None:
    if not (written.is_draft if isinstance(written, Notice) else written.can_be_written):
        raise overtaken(written, "附件")


def _record(by: audit.ActingRole, action: str, written: Any, change: list[str]) -> None:
    audit.record(by, action, written, organization=written.organization_id, changes=[change])
