"""What the person hands in: 入党申请书, 转正申请书, 思想汇报. Source: workflows.md 4.2, steps 1, 6, 21, 22."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from eforefront.development.states import Deed
from eforefront.development.steps import ADMITTING, STEPS
from eforefront.models import Applicant, HandIn
from eforefront.services.development import advancing, entering, papers
from eforefront.services.development.stepping import refuse_ended, refuse_other_branch, tell
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

APPLICATIONS = ("01", "22")  # 递交入党申请书, 提出转正申请
REPORTS = ("06", "21")  # where 思想汇报 are filed before and after the approval


@transaction.atomic
def hand_in(applicant: Applicant, *, by: audit.ActingRole, on: datetime.date, upload: UploadedFile) -> HandIn:
    """Hand in the application the open step asks for; the branch looks at it.

    Raises ValidationError where none is asked for or one waits already, PermissionDenied for somebody else's.
    """
    applicant = _own(applicant, by=by)
    if applicant.step not in APPLICATIONS:
        raise ValidationError("现在不需要递交申请书")
    if HandIn.objects.of(applicant).waiting().exists():
        raise ValidationError("申请书已递交，请等待党支部审核")
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天"})
    step = applicant.step
    file = papers.attach(applicant, step=step, paper=STEPS[step].papers[0], upload=upload, by=by)
    made = HandIn.objects.create(applicant=applicant, step=step, on=on, file=file)
    tell(applicant, "hand_in_application", by=by, changes=[[file.paper, "", f"{on:%Y-%m-%d}"]])
    return made


@transaction.atomic
def accept(found: HandIn, *, by: audit.ActingRole, version: int) -> Applicant:
    """Record the step with the day on the application. Raises what `advancing.record` raises, `Stale`."""
    found, applicant = _waiting(found, by=by, version=version)
    if applicant.step != found.step:
        raise ValidationError(f"现为“{applicant.step_label}”，该申请已不需要审核")
    facts = {"received_by": by.user_name} if found.step == "01" else {}
    applicant = advancing.record(applicant, by=by, version=applicant.version, on=found.on, facts=facts)
    _decide(found, HandIn.State.PASSED, "", by=by)
    return applicant


@transaction.atomic
def give_back(found: HandIn, *, by: audit.ActingRole, version: int, reason: str) -> Applicant:
    """Give an application back with the reason; the person may hand in another one."""
    found, applicant = _waiting(found, by=by, version=version)
    if not reason:
        raise ValidationError({"reason": "请填写退回原因"})
    found.file.take_off()  # the file of the person is without it until another one comes
    _decide(found, HandIn.State.RETURNED, reason, by=by)
    told = [[found.file.paper, "待审核", "退回"]]
    tell(applicant, "give_back_application", by=by, changes=told, reason=reason)
    return applicant


@transaction.atomic
def report(
    applicant: Applicant,
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    text: str,
    upload: UploadedFile | None = None,
) -> Applicant:
    """Enter the own 思想汇报, as text or as a paper. Raises what `entering.enter` raises."""
    applicant = _own(applicant, by=by)
    if not text and upload is None:
        raise ValidationError({"text": "请填写思想汇报，或上传文件"})
    done = entering.enter(applicant, Deed.REPORT, by=by, version=version, on=on, text=text or "见上传的文件")
    if upload is not None:
        step = REPORTS[applicant.step > ADMITTING]
        papers.attach(done, step=step, paper="思想汇报", upload=upload, by=by)
    return done


def _own(applicant: Applicant, *, by: audit.ActingRole) -> Applicant:
    rows = Applicant.objects.select_for_update(of=("self",), no_key=True)
    stored = rows.select_related("user", "member__user", "organization", "holder").get(pk=applicant.pk)
    if not entering.is_own(stored, by):
        raise PermissionDenied("只能递交本人的申请和思想汇报。")
    refuse_ended(stored)
    return stored


def _waiting(found: HandIn, *, by: audit.ActingRole, version: int) -> tuple[HandIn, Applicant]:
    rows = Applicant.objects.select_for_update(of=("self",), no_key=True)
    applicant = rows.select_related("organization", "holder").get(pk=found.applicant_id)
    hold_in_reach(applicant.organization_id, by=by)
    refuse_other_branch(applicant, by=by)
    refuse_ended(applicant)
    stored = HandIn.objects.select_for_update(of=("self",)).select_related("file").get(pk=found.pk)
    if stored.version != version or stored.state != HandIn.State.WAITING:
        told = [["状态", HandIn.State.WAITING.label, stored.get_state_display()]]
        raise Stale(told, who=stored.decided_by, when=stored.decided_at)
    return stored, applicant


def _decide(found: HandIn, state: HandIn.State, reason: str, *, by: audit.ActingRole) -> None:
    found.state, found.reason, found.decided_by = state, reason[:200], signature(by)
    found.decided_at, found.version = timezone.now(), found.version + 1
    found.save()
