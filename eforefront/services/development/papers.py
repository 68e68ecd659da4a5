"""Papers of a development: encrypted, by step and by their name in the checklist. Source: screens.md 4.5."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.powers import Power
from eforefront.development.steps import STEPS, Actor
from eforefront.models import Applicant, DevelopmentFile
from eforefront.services.development.entering import is_own
from eforefront.services.development.stepping import tell
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit

MOST = 100  # of one applicant
OTHER = "其他材料"


@transaction.atomic
def attach(
    applicant: Applicant, *, step: str, paper: str, upload: UploadedFile, by: audit.ActingRole
) -> DevelopmentFile:
    """Keep a paper with a step, also with one long past: what was on paper is often scanned later.

    The branch, whoever holds the open step and the person may. Raises ValidationError (field `file`), PermissionDenied.
    """
    applicant = _taken(applicant, by=by)
    if step not in STEPS or (paper and paper not in (*STEPS[step].papers, OTHER)):
        raise ValidationError({"paper": "请从列表中选择材料"})
    if DevelopmentFile.objects.of(applicant).kept().count() >= MOST:
        raise ValidationError({"file": f"已有 {MOST} 份材料，请先移除不再需要的"})
    file = DevelopmentFile(applicant=applicant, step=step, paper=paper or OTHER, uploaded_by=signature(by))
    try:
        file.hold(upload)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None
    file.save(force_insert=True)
    tell(applicant, "attach_paper", by=by, changes=[[file.paper, "", file.original_name]])
    return file


@transaction.atomic
def take_off(file: DevelopmentFile, *, by: audit.ActingRole) -> None:
    """Take a paper off the pages; it stays for the record. Doing it twice changes nothing."""
    applicant = _taken(file.applicant, by=by)
    if file.take_off():
        tell(applicant, "detach_paper", by=by, changes=[[file.paper, file.original_name, ""]])


@transaction.atomic
def note_opening(file: DevelopmentFile, *, by: audit.ActingRole) -> None:
    """Record that a paper left the platform, before it does."""
    tell(file.applicant, "open_paper", by=by, changes=[[file.paper, "", file.original_name]])


def _taken(applicant: Applicant, *, by: audit.ActingRole) -> Applicant:
    rows = Applicant.objects.select_for_update(of=("self",), no_key=True).select_related("user", "member__user")
    stored = rows.get(pk=applicant.pk)
    if is_own(stored, by):
        return stored
    hold_in_reach(stored.organization_id, by=by)
    of_branch = STEPS[stored.step].actor is Actor.BRANCH
    keeps = stored.organization_id == by.organization_id and by.can(Power.KEEP_DEVELOPMENT)  # type: ignore[attr-defined]
    holds = stored.holder_id == by.organization_id and by.can(Power.DECIDE_DEVELOPMENT)  # type: ignore[attr-defined]
    if not keeps and (of_branch or not holds):
        raise PermissionDenied("材料由所在支部和当前环节的党组织上传。")
    return stored
