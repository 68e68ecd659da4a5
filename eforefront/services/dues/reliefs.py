"""减免: proposed by the branch, decided by the next 党委 above it. Source: workflows.md 8.1; 党费规定 7."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.models import DuesRelief
from eforefront.money import yuan
from eforefront.services.dues import months
from members.models import Member
from members.services.locking import record_of
from orgs.codes import COMMITTEES
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import Stale

LONGEST = 24  # months one approval may last
State = DuesRelief.State


def decider_of(branch: Organization) -> Organization | None:
    """Return the next 党委 above a branch."""
    above = Organization.objects.above(branch.pk).living().filter(org_type__in=sorted(COMMITTEES))
    return above.order_by("-level").first()


@transaction.atomic
def propose(
    member: Member,
    *,
    by: audit.ActingRole,
    monthly_fen: int,
    from_month: datetime.date,
    until_month: datetime.date,
    reason: str,
) -> DuesRelief:
    """Propose less or nothing for some months; nothing changes before it is approved.

    Raises `OutOfReach`, and ValidationError for months the rules refuse, for more than the standard asks, and while
    another proposal waits or an approved one covers one of the months.
    """
    member = record_of(member, by=by)
    plan = months.plans([member.pk])[member.pk]
    standard = plan.standard(from_month)
    if standard is None:
        raise ValidationError(f"{member.name}在 {from_month:%Y-%m} 还没有缴纳标准，请先核定标准")
    if monthly_fen >= standard.monthly_fen:
        raise ValidationError({"monthly": f"应少于月应缴 {yuan(standard.monthly_fen)} 元；免交填 0"})
    _check_months(from_month, until_month)
    _refuse_overlap(member, plan, from_month, until_month)
    decider = decider_of(member.organization)
    if decider is None:
        raise ValidationError("上级没有可以审批的党委")
    relief = DuesRelief.objects.create(
        member=member,
        organization=member.organization,
        decider=decider,
        monthly_fen=monthly_fen,
        from_month=from_month,
        until_month=until_month,
        reason=reason,
        asked_by=signature(by),
    )
    _record(by, "eforefront.ask_dues_relief", relief, reason=reason)
    return relief


@transaction.atomic
def decide(
    relief: DuesRelief,
    *,
    by: audit.ActingRole,
    version: int,
    approve: bool,
    document: str = "",
    until_month: datetime.date | None = None,
    opinion: str = "",
) -> DuesRelief:
    """Approve or refuse; months not settled yet follow an approval at once.

    Raises PermissionDenied for any but the deciding committee, `Stale` when somebody was faster, ValidationError for
    an approval without 文号, a refusal without a reason, and an end later than asked for.
    """
    relief = _held(relief, version)
    if by.organization_id != relief.decider_id:
        raise PermissionDenied("减免由上一级党委审批。")
    if approve and not document:
        raise ValidationError({"document": "请填写批准文号"})
    if not approve and not opinion:
        raise ValidationError({"opinion": "请填写未批准的原因"})
    until = until_month or relief.until_month
    if not relief.from_month <= until <= relief.until_month:
        raise ValidationError({"until_month": f"截止月份应在 {relief.period} 之间"})
    relief.state = State.APPROVED if approve else State.REFUSED
    relief.document, relief.opinion, relief.until_month = document, opinion, until
    relief.decided_by, relief.decided_at = signature(by), timezone.now()
    relief.version += 1
    relief.save()
    if approve:
        months.keep([relief.member_id])
    action = "eforefront.approve_dues_relief" if approve else "eforefront.refuse_dues_relief"
    _record(by, action, relief, reason=opinion)
    return relief


@transaction.atomic
def withdraw(relief: DuesRelief, *, by: audit.ActingRole, version: int) -> DuesRelief:
    """Take a proposal back before it is decided: the branch's own act."""
    relief = _held(relief, version)
    if by.organization_id != relief.organization_id:
        raise PermissionDenied
    relief.state, relief.version = State.WITHDRAWN, relief.version + 1
    relief.save()
    _record(by, "eforefront.withdraw_dues_relief", relief)
    return relief


@transaction.atomic
def end(
    relief: DuesRelief, *, by: audit.ActingRole, version: int, last_month: datetime.date, reason: str
) -> DuesRelief:
    """End an approved relief early: after `last_month`, or altogether when that lies before its first one."""
    relief = _held(relief, version, State.APPROVED)
    if by.organization_id not in (relief.organization_id, relief.decider_id):
        raise PermissionDenied
    if last_month >= relief.until_month:
        raise ValidationError({"last_month": f"应早于原截止月份 {relief.until_month:%Y-%m}"})
    if last_month < add_months(months.this_month(), -1):
        raise ValidationError({"last_month": "已过去的月份不能取消减免"})
    if last_month < relief.from_month:
        relief.state = State.ENDED
    else:
        relief.until_month = last_month
    relief.version += 1
    relief.save()
    months.keep([relief.member_id])
    _record(by, "eforefront.end_dues_relief", relief, reason=reason)
    return relief


def follow(branch: Organization) -> None:
    """Give what is asked for, or in force, to the branches that took the members of a closed one in."""
    rows = DuesRelief.objects.select_for_update(of=("self",), no_key=True).filter(organization=branch)
    rows = rows.filter(state__in=[State.ASKED, State.APPROVED], until_month__gte=months.this_month())
    for relief in rows.select_related("member__organization"):
        relief.organization = relief.member.organization
        if relief.state == State.ASKED and (decider := decider_of(relief.organization)):
            relief.decider = decider
        relief.version += 1
        relief.save(update_fields=["organization", "decider", "version"])


def _held(relief: DuesRelief, version: int, state: str = State.ASKED) -> DuesRelief:
    found = DuesRelief.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=relief.pk)
    if found.version != version or found.state != state:
        who = {"who": found.decided_by, "when": found.decided_at} if found.decided_at else {}
        raise Stale([["状态", relief.get_state_display(), found.get_state_display()]], **who)
    return found


def _check_months(first: datetime.date, last: datetime.date) -> None:
    now = months.this_month()
    if last < first:
        raise ValidationError({"until_month": "截止月份不能早于起始月份"})
    if first < add_months(now, -6):
        raise ValidationError({"from_month": "起始月份不能早于 6 个月之前"})
    if first > add_months(now, 6):
        raise ValidationError({"from_month": "起始月份不能晚于 6 个月之后"})
    if last >= add_months(first, LONGEST):
        raise ValidationError({"until_month": f"一次减免不超过 {LONGEST} 个月，期满可重新提出"})


def _refuse_overlap(member: Member, plan: months.Plan, first: datetime.date, last: datetime.date) -> None:
    if DuesRelief.objects.of_member(member).filter(state=State.ASKED).exists():
        raise ValidationError(f"{member.name}已有待审批的减免")
    if other := next((row for row in plan.reliefs if row.from_month <= last and row.until_month >= first), None):
        raise ValidationError(f"{member.name}在 {other.period} 已有批准的减免（{other.document}）")


def _record(by: audit.ActingRole, action: str, relief: DuesRelief, *, reason: str = "") -> None:
    changes = [["状态", "", relief.get_state_display()], ["每月缴纳", "", yuan(relief.monthly_fen)]]
    changes.append(["期间", "", relief.period])
    place, document = relief.organization_id, relief.document
    audit.record(by, action, relief.member, organization=place, changes=changes, reason=reason, document=document)
