"""Acting on a transfer: the one way from a state to another, by the table of `transfers.workflow`."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from members.models import Member
from members.services.locking import locked
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.locks import busy_on_timeout
from partyplatform.ui.stale import OutOfReach, Stale
from transfers import workflow
from transfers.models import Transfer
from transfers.services import files, holding, releasing
from transfers.services.effects import EFFECTS
from transfers.services.history import tell
from transfers.workflow import Actor, Step

NOT_YOURS = "当前环节由“{name}”办理，当前角色不能办理。"


@transaction.atomic
def advance(
    transfer: Transfer,
    verb: str,
    *,
    by: audit.ActingRole,
    version: int,
    remark: str = "",
    substitute: bool = False,
    scan: UploadedFile | None = None,
    **facts: Any,
) -> Transfer:
    """Do `verb` with a transfer; `facts` and `scan` are what the row of the table asks for.

    Where the row asks for a scan its form does: another platform's signed receipt needs none.

    `substitute` says that an upper organisation knowingly acts for the one whose step it is (代办), with `remark` as
    the reason. Raises `Stale` when somebody was faster, `OutOfReach`, PermissionDenied for an organisation whose step
    it is not, ValidationError for what the guards and the effects refuse.
    """
    transfer = taken(transfer, by=by)
    step = workflow.find(verb, transfer)
    if transfer.version != version or step is None:
        raise overtaken(transfer, verb)
    acting = _acting_for(step, transfer, by=by)
    stands_in = acting is not None and acting.pk != by.organization_id
    _refuse(step, transfer, remark=remark, substitute=substitute, stands_in=stands_in)
    before = transfer.get_state_display()
    words = _words(by, acting, remark=remark, stands_in=stands_in)
    if outcome := workflow.OUTCOMES.get(verb):
        holding.close_open(transfer, outcome, **words)
    _put(step, transfer, by=by)
    for effect in step.effects:
        EFFECTS[effect](transfer, by=by, **facts)
    transfer.save()
    if scan is not None:
        files.attach(transfer, scan, purpose=verb, by=by)
    tell(transfer, step, by=by, organization=acting, remark=remark, substitute=words["substitute"])
    changes = [["状态", before, transfer.get_state_display()], ["当前环节", "", transfer.stage_label]]
    if stands_in:
        changes.append(["代办", acting.short_name if acting else "", by.organization_name])
    place = (transfer.source or transfer.target).pk
    audit.record(by, f"transfers.{verb}", transfer, organization=place, changes=changes, reason=remark)
    return transfer


def overtaken(transfer: Transfer, verb: str) -> Stale:
    """Return what the second of two is told: who was faster, and where the transfer stands now."""
    label = next((step.label for step in workflow.TABLE if step.verb == verb), verb)
    stands = "，".join(part for part in (transfer.get_state_display(), transfer.stage_label) if part)
    return Stale([("办理", label, stands)], who=transfer.last_by, when=transfer.last_at)


def acting_id(step: Step, transfer: Transfer) -> int | None:
    """Return the organisation whose act a row is on a transfer, None where no organisation of the platform acts."""
    if step.actor in (Actor.SYSTEM, Actor.PEER):
        return None
    return transfer.holder_id if step.actor is Actor.HOLDER else transfer.starter_id


def taken(transfer: Transfer, *, by: audit.ActingRole) -> Transfer:
    """Return the transfer as stored, locked after its branches (and those of posts that end with it) and its member:
    the order everybody keeps."""
    sides = (pk for pk in (transfer.source_id, transfer.target_id) if pk is not None)
    locked([*sides, *releasing.places(transfer)])
    rows = Transfer.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("member", "source", "target", "holder", "starter", "source_committee")
    with busy_on_timeout():
        if transfer.member_id is not None:
            Member.objects.select_for_update(of=("self",), no_key=True).get(pk=transfer.member_id)
        stored = rows.get(pk=transfer.pk)
    if by.organization_id is not None and not Transfer.objects.visible_to(by).filter(pk=stored.pk).exists():
        raise OutOfReach
    return stored


def _acting_for(step: Step, transfer: Transfer, *, by: audit.ActingRole) -> Organization | None:
    """Return the organisation whose step it is, when `by` acts for it or stands above it."""
    asked = acting_id(step, transfer)
    if asked is None:
        if by.organization_id is not None or (step.actor is Actor.SYSTEM) != (by is audit.SYSTEM):
            raise PermissionDenied(f"该项由{step.actor.value}办理。")
        return None
    organization = transfer.holder if step.actor is Actor.HOLDER else transfer.starter
    if by.organization_id is None or not _reaches(by.organization_id, asked):
        raise PermissionDenied(NOT_YOURS.format(name=organization.short_name))
    return organization


def _reaches(organization_id: int, asked: int) -> bool:
    return organization_id == asked or Organization.objects.below(organization_id).filter(pk=asked).exists()


def _refuse(step: Step, transfer: Transfer, *, remark: str, substitute: bool, stands_in: bool) -> None:
    if problem := step.problem(transfer, timezone.localdate()):
        raise ValidationError(problem)
    if stands_in and not substitute:
        name = (transfer.holder if step.actor is Actor.HOLDER else transfer.starter).short_name
        raise ValidationError({"substitute": f"该环节由“{name}”办理；如需代办，请勾选并填写原因"})
    if (step.reason or stands_in) and not remark:
        raise ValidationError({"remark": reason_asked(step, stands_in=stands_in)})


def reason_asked(step: Step, *, stands_in: bool) -> str:
    """Return what whoever gave no reason is told."""
    return "请填写代办的原因" if stands_in else f"请填写{step.label}的原因"


def _words(by: audit.ActingRole, acting: Organization | None, *, remark: str, stands_in: bool) -> dict[str, str]:
    return {
        "acted_by": by.user_name,
        "phone": acting.contact_phone if acting else "",
        "remark": remark,
        "substitute": by.organization_name if stands_in else "",
    }


def _put(step: Step, transfer: Transfer, *, by: audit.ActingRole) -> None:
    """Give the transfer its next state, and save it: what the effects ask of the roll finds it there."""
    transfer.state = step.next
    transfer.is_advanced = transfer.is_advanced or step.verb == "pass"
    transfer.last_by, transfer.last_at = signature(by), timezone.now()
    transfer.version += 1
    if not workflow.is_unfinished(step.next):
        holding.close_rest(transfer)
    transfer.save()
