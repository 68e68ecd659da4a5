"""更正申请: proposing, deciding, taking back; nothing else assigns a proposal's state. Source: screens.md 2.5, 2.11."""

import copy

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from members import record_checks
from members.acts import ACTS
from members.corrections import (
    PROPOSABLE,
    REMOVAL,
    REMOVED,
    REVIEWED,
    CorrectionState,
    Side,
    Step,
    from_text,
    is_private,
    item_of,
    steps_open,
)
from members.models import Correction, Member
from members.models.corrections import BASES, VALUES, present
from members.services import acts, records
from members.services.locking import record_of
from members.services.numbers import change_number, refuse_misfit
from members.services.records import CHANGED, KEPT
from members.services.scans import attach
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach, Stale


@transaction.atomic
def propose(
    member: Member,
    *,
    field: str,
    value: str,
    reason: str,
    by: audit.ActingRole,
    is_own: bool,
    scan: UploadedFile | None = None,
) -> Correction:
    """Hand in a new value for an item, as text (`corrections.as_text`). An open proposal for the item is replaced.

    A member proposes for the own record (`is_own`), a branch for items the level above reviews. Raises
    ValidationError by field for what the record could not hold, `OutOfReach` for somebody else's record.
    """
    member = record_of(member, by=by)
    if is_own and (member.user is None or str(member.user.uid) != by.user_uid):
        raise OutOfReach
    allowed = PROPOSABLE if is_own else REVIEWED
    if item_of(field) not in allowed:
        raise ValidationError({"value": "该项由业务办理变更，不能申请更正"})
    _check_value(member, field, value, by=by)
    earlier = Correction.objects.open().filter(member=member, field=field).select_for_update()
    for row in earlier:
        _settle(row, CorrectionState.REPLACED, by=by, answer="")
    correction = Correction(
        member=member,
        field=field,
        reason=reason,
        is_own=is_own,
        state=CorrectionState.PROPOSED if is_own else CorrectionState.FORWARDED,
        proposed_by=signature(by),
        proposer_uid=str(by.user_uid),
    )
    VALUES.put(correction, value)
    if stands := present(member, field):
        BASES.put(correction, stands)
    correction.full_clean(exclude=["member"])
    correction.save(force_insert=True)
    if scan is not None:
        attach(scan, correction=correction, by=by)
    _record(by, correction, "members.propose", reason=reason)
    return correction


@transaction.atomic
def advance(
    correction: Correction,
    verb: str,
    *,
    by: audit.ActingRole,
    version: int,
    answer: str = "",
    seen: int | None = None,
    unseen: bool = False,
) -> Correction:
    """Take one step of the table. `seen` is the version of the record the decision was made from; `unseen` says that
    nobody compared it with the proposal, which then must not have been overtaken.

    Raises `Stale` when somebody was faster, PermissionDenied for a step of another side, ValidationError by field.
    """
    member = record_of(correction.member, by=by, also_gone=verb != "accept")
    correction = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    correction.member = member
    if correction.version != version or not correction.is_open:
        raise overtaken(correction)
    step = next((step for step in open_steps(correction, by) if step.verb == verb), None)
    if step is None:
        raise PermissionDenied("该申请由其他党组织审核，当前角色不能办理。")
    if seen is not None and verb == "accept" and seen != member.version:
        raise Stale([(correction.label, "打开页面时的内容", "党员信息之后已被修改")])
    if unseen and verb in ("accept", "forward") and correction.is_overtaken:
        raise ValidationError("申请之后该项已被更改，请打开后单独办理")
    if step.reason and not answer:
        raise ValidationError({"answer": "请填写不采纳的原因"})
    if step.target == CorrectionState.ACCEPTED:
        _apply(correction, by=by)
    _settle(correction, step.target, by=by, answer=answer)
    _record(by, correction, f"members.{verb}_correction", reason=answer)
    return correction


def open_steps(correction: Correction, by: audit.ActingRole) -> list[Step]:
    """Return what a role that reaches the record may do with a proposal now."""
    return steps_open(correction.state, sides(correction, by), reviewed=is_reviewed(correction))


def sides(correction: Correction, by: audit.ActingRole) -> set[Side]:
    """Return on which side a role stands. Nobody decides about what they proposed themselves."""
    if str(correction.proposer_uid) == by.user_uid:
        return {Side.PROPOSER}
    if not by.can(Power.EDIT_MEMBER):  # type: ignore[attr-defined]
        return set()
    return {Side.BRANCH if by.organization_id == correction.member.organization_id else Side.UPPER}


def is_reviewed(correction: Correction) -> bool:
    """Whether the organisation above has the last word: an item it reviews, once there is something in it."""
    if item_of(correction.field) not in REVIEWED or not bytes(correction.base_sealed):
        return False
    return Organization.objects.filter(pk=correction.member.organization_id, parent__isnull=False).exists()


def overtaken(correction: Correction) -> Stale:
    """Return the conflict with whoever decided meanwhile, and when."""
    changed = [("状态", "待审核", correction.get_state_display())]
    return Stale(changed, who=correction.decided_by, when=correction.decided_at)


def _check_value(member: Member, field: str, value: str, *, by: audit.ActingRole) -> None:
    if not value:
        raise ValidationError({"value": "请填写新的内容"})
    if value == present(member, field):
        raise ValidationError({"value": "与现在登记的内容相同，不需要更正"})
    if field == REMOVAL.field:
        if value != REMOVED:
            raise ValidationError({"value": f"误录删除的结果只能是“{REMOVED}”"})
        acts.refuse_while_bound(ACTS["strike"], member)
        return
    if field == "id_number":
        refuse_misfit(member, value)
        return
    wanted = copy.copy(member)
    records.put(wanted, {field: from_text(field, value)})
    number = records.number_of(member)
    faults = record_checks.faults(wanted, today=timezone.localdate(), id_number=number)
    if field in faults:
        raise ValidationError({"value": faults[field]})


def _apply(correction: Correction, *, by: audit.ActingRole) -> None:
    member, field, value = correction.member, correction.field, VALUES.text(correction)
    if field == REMOVAL.field:
        today, version = timezone.localdate(), member.version
        acts.carry_out(ACTS["strike"], member, by=by, version=version, on=today, reason=correction.reason)
        return
    try:
        if field == "id_number":
            change_number(member, value, by=by)
        else:
            records.update(member, by=by, version=member.version, values={field: from_text(field, value)})
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        raise ValidationError(refusal.messages) from None  # the form of a decision has no such field


def _settle(correction: Correction, state: str, *, by: audit.ActingRole, answer: str) -> None:
    correction.state, correction.answer = state, answer
    correction.decided_by, correction.decided_at = signature(by), timezone.now()
    correction.version += 1
    correction.save(update_fields=["state", "answer", "decided_by", "decided_at", "version"])


def _record(by: audit.ActingRole, correction: Correction, action: str, *, reason: str) -> None:
    before, after = correction.shown_base, correction.shown_value
    if is_private(correction.field):
        before, after = KEPT if before else "", CHANGED
    member = correction.member
    audit.record(
        by,
        action,
        member,
        organization=member.organization_id,
        changes=[[f"更正申请：{correction.label}", before, after]],
        reason=reason,
    )
