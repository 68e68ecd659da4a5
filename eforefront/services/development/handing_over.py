"""The file of an 积极分子 or 发展对象 goes to another branch; the time there counts. Source: workflows.md 3.4."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.development.states import Deed, HandOverState
from eforefront.models import Applicant, DossierHandOver, Sponsorship
from eforefront.services.development.applying import refuse_undeveloping
from eforefront.services.development.stepping import open_for, rest, settle, tell, write
from members.services.locking import locked
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach, Stale

LATEST, INTRODUCING = "14", "09"


@transaction.atomic
def hand_over(
    applicant: Applicant, target: Organization, *, by: audit.ActingRole, version: int, reason: str
) -> DossierHandOver:
    """Offer the file of an applicant to another branch on the platform, which takes it in or refuses it.

    Raises ValidationError for whoever is no 积极分子 yet or beyond the meeting, for a branch that develops nobody, and
    while an organisation above holds the step.
    """
    applicant = open_for(applicant, by=by, version=version)
    if applicant.organization_id != by.organization_id:
        raise PermissionDenied("材料由申请人所在支部移交。")
    if applicant.activist_on is None or applicant.step > LATEST:
        raise ValidationError("只有入党积极分子和支部大会讨论前的发展对象可以移交材料")
    if target.pk == applicant.organization_id:
        raise ValidationError({"code": "移入支部与所在支部相同"})
    if not reason:
        raise ValidationError({"reason": "请填写移交原因"})
    try:
        refuse_undeveloping(target)
    except ValidationError as refusal:
        raise ValidationError({"code": refusal.messages}) from None
    made = DossierHandOver.objects.create(
        applicant=applicant, source=applicant.organization, target=target, reason=reason, asked_by=signature(by)
    )
    applicant.version += 1
    rest(applicant)
    today = timezone.localdate()
    write(applicant, Deed.MOVE, by=by, on=today, label=f"移交至{target.short_name}", facts={"reason": reason})
    tell(applicant, "hand_over_dossier", by=by, changes=[["移交材料", "", target.short_name]], reason=reason)
    return made


@transaction.atomic
def take_in(hand_over: DossierHandOver, *, by: audit.ActingRole, version: int) -> Applicant:
    """Take the file in: the applicant belongs to the new branch at the same step, and 考察 goes on without a gap.

    Whom the old branch had named go along no longer: the new one names 培养联系人, and a 发展对象 with introducers goes
    back to naming them.
    """
    places = locked([hand_over.source_id, hand_over.target_id])
    hand_over, applicant = _waiting(hand_over, version, by=by)
    target = places[hand_over.target_id]
    refuse_undeveloping(target)
    today = timezone.localdate()
    for row in Sponsorship.objects.of(applicant).present():
        row.until = max(today, row.since)
        row.save(update_fields=["until"])
    applicant.organization = target
    settle(applicant, step=min(applicant.step, INTRODUCING))
    applicant.save()
    _decide(hand_over, HandOverState.ACCEPTED, "", by=by)
    rest(applicant)
    write(applicant, Deed.MOVE, by=by, on=today, label=f"由{places[hand_over.source_id].short_name}移入")
    told = [["所在支部", places[hand_over.source_id].short_name, target.short_name]]
    tell(applicant, "take_in_dossier", by=by, changes=told)
    return applicant


@transaction.atomic
def refuse(hand_over: DossierHandOver, *, by: audit.ActingRole, version: int, answer: str) -> Applicant:
    """Leave the file where it is, with a reason."""
    if not answer:
        raise ValidationError({"answer": "请填写不接收的原因"})
    locked([hand_over.source_id, hand_over.target_id])
    hand_over, applicant = _waiting(hand_over, version, by=by)
    _decide(hand_over, HandOverState.REFUSED, answer, by=by)
    return _stay(applicant, "对方未接收材料", by=by, reason=answer)


@transaction.atomic
def withdraw(hand_over: DossierHandOver, *, by: audit.ActingRole, version: int) -> Applicant:
    """Take the offer back before it is answered."""
    locked([hand_over.source_id, hand_over.target_id])
    hand_over, applicant = _waiting(hand_over, version, by=by, own=True)
    _decide(hand_over, HandOverState.WITHDRAWN, "", by=by)
    return _stay(applicant, "撤回移交", by=by)


def _waiting(
    hand_over: DossierHandOver, version: int, *, by: audit.ActingRole, own: bool = False
) -> tuple[DossierHandOver, Applicant]:
    stored = DossierHandOver.objects.select_for_update(of=("self",), no_key=True).get(pk=hand_over.pk)
    place = stored.source_id if own else stored.target_id
    if by.organization_id not in (stored.source_id, stored.target_id):
        raise OutOfReach
    if not by.can(Power.KEEP_DEVELOPMENT) or place != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("由移入支部接收，由移出支部撤回。")
    if stored.version != version or stored.state != HandOverState.WAITING:
        raise Stale([["移交材料", "待接收", stored.get_state_display()]], who=stored.decided_by, when=stored.decided_at)
    applicant = Applicant.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    return stored, applicant.get(pk=stored.applicant_id)


def _decide(hand_over: DossierHandOver, state: HandOverState, answer: str, *, by: audit.ActingRole) -> None:
    hand_over.state, hand_over.answer = state, answer
    hand_over.decided_by, hand_over.decided_at = signature(by), timezone.now()
    hand_over.version += 1
    hand_over.save()


def _stay(applicant: Applicant, label: str, *, by: audit.ActingRole, reason: str = "") -> Applicant:
    applicant.version += 1
    rest(applicant)
    facts = {"reason": reason} if reason else None
    write(applicant, Deed.MOVE, by=by, on=timezone.localdate(), label=label, facts=facts)
    tell(applicant, "answer_dossier", by=by, changes=[["移交材料", "待接收", label]], reason=reason)
    return applicant
