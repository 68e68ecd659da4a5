"""社区报到: registering, ending it, and the services done. Nobody is made to. Source: screens.md 3.8.

A member acts on the own registration, an administrator on those of members in reach; the branch of residence confirms
services of those who chose it.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.powers import Power
from eforefront.codes import ScoreSource
from eforefront.models import CommunityService, Registration, RegistrationCount
from eforefront.models.registrations import MOST_HOURS
from eforefront.score_rules import points
from eforefront.services import scores
from members.models import Member
from members.services.locking import taken
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach, Stale

State = CommunityService.State


@transaction.atomic
def register(
    member: Member,
    *,
    by: audit.ActingRole,
    began_on: datetime.date,
    community: str = "",
    branch: Organization | None = None,
) -> Registration:
    """Register a member at a community, or at the branch of the place of residence.

    Raises PermissionDenied and `OutOfReach` for whom `by` does not act for, ValidationError for a second open one.
    """
    member = _member(member, by=by)
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}不在册，不能登记社区报到")
    if bool(community) == (branch is not None):
        raise ValidationError({"community": "请填写社区名称或居住地党支部编码，二者填一项"})
    if branch is not None and (not branch.is_living or not branch.is_branch):
        raise ValidationError({"branch_code": f"“{branch.short_name}”不是在用的党支部"})
    if began_on > timezone.localdate():
        raise ValidationError({"began_on": "报到日期不能晚于今天"})
    if present := Registration.objects.of(member).open().first():
        raise ValidationError(f"{member.name}已在“{present.place}”报到，撤销后才能再次报到")
    made = Registration.objects.create(
        member=member,
        organization_id=member.organization_id,
        community=community,
        branch=branch,
        began_on=began_on,
        entered_by=signature(by),
    )
    _count(member.organization_id, 1)
    changes = [["社区报到", "", made.place], ["报到日期", "", f"{began_on:%Y-%m-%d}"]]
    audit.record(by, "eforefront.register", member, organization=member.organization_id, changes=changes)
    return made


@transaction.atomic
def end(
    registration: Registration, *, by: audit.ActingRole, version: int, ended_on: datetime.date, reason: str = ""
) -> Registration:
    """撤销报到 on a day, not before it began. Raises as `register` does, `Stale` when somebody was faster."""
    member = _member(registration.member, by=by)
    registration = Registration.objects.select_related("branch").get(pk=registration.pk)
    if registration.version != version or not registration.is_open:
        raise Stale([["社区报到", "撤销报到", registration.status.label]])
    if ended_on < registration.began_on:
        raise ValidationError({"ended_on": f"撤销日期不能早于报到日期 {registration.began_on:%Y-%m-%d}"})
    if ended_on > timezone.localdate():
        raise ValidationError({"ended_on": "撤销日期不能晚于今天"})
    late = registration.services.filter(served_on__gt=ended_on).exclude(state__in=[State.WITHDRAWN, State.REFUSED])
    if last := late.order_by("-served_on").first():
        raise ValidationError({"ended_on": f"{last.served_on:%Y-%m-%d} 还有服务记录，撤销日期不能早于该日"})
    _close(registration, on=ended_on, reason=reason)
    changes = [["社区报到", registration.place, ""], ["撤销日期", "", f"{ended_on:%Y-%m-%d}"]]
    where = member.organization_id
    audit.record(by, "eforefront.end_registration", member, organization=where, changes=changes, reason=reason)
    return registration


def follow(members: Iterable[Member], *, by: audit.ActingRole | None) -> None:
    """Let open registrations go along with members who move; those of members who leave end. Runs in their act."""
    standing = {member.pk: member for member in members}
    rows = Registration.objects.open().filter(member__in=standing).select_for_update()
    for registration in rows.order_by("pk"):
        member = standing[registration.member_id]
        if not member.is_enrolled:
            _close(registration, on=max(registration.began_on, timezone.localdate()), reason="党员已不在册")
        elif registration.organization_id != member.organization_id:
            _count(registration.organization_id, -1)
            Registration.objects.filter(pk=registration.pk).update(organization=member.organization_id)
            _count(member.organization_id, 1)


@transaction.atomic
def propose(
    registration: Registration, *, by: audit.ActingRole, served_on: datetime.date, project: str, hours: Decimal
) -> CommunityService:
    """Write down a service of a registration; it counts when it is confirmed. Raises as `register` does."""
    member = _member(registration.member, by=by)
    registration = Registration.objects.get(pk=registration.pk)
    if served_on > timezone.localdate():
        raise ValidationError({"served_on": "服务日期不能晚于今天"})
    if served_on < registration.began_on or (registration.ended_on and served_on > registration.ended_on):
        raise ValidationError({"served_on": "服务日期应在报到期间内"})
    _refuse_long_day(member, served_on, hours)
    made = CommunityService(
        registration=registration,
        member=member,
        served_on=served_on,
        project=project,
        hours=hours,
        entered_by=signature(by),
    )
    made.full_clean(exclude=["registration", "member"])
    made.save(force_insert=True)
    changes = [["服务日期", "", f"{served_on:%Y-%m-%d}"], ["服务项目", "", project], ["服务时长", "", f"{hours} 小时"]]
    audit.record(by, "eforefront.propose_service", member, organization=member.organization_id, changes=changes)
    return made


@transaction.atomic
def decide(
    service: CommunityService,
    *,
    by: audit.ActingRole,
    version: int,
    confirmed: bool,
    confirmed_by: str = "",
    answer: str = "",
) -> CommunityService:
    """Confirm a service, naming who vouches for it, or refuse it with a reason; confirmed hours give points.

    Nobody confirms the own service. Raises PermissionDenied, `OutOfReach`, `Stale`, ValidationError.
    """
    if not by.can(Power.KEEP_REGISTRATIONS):  # type: ignore[attr-defined]
        raise PermissionDenied
    member, _ = taken(service.member)
    if by.organization_id is not None and not CommunityService.objects.visible_to(by).filter(pk=service.pk).exists():
        raise OutOfReach
    if _is_own(member, by):
        raise ValidationError("不能确认本人的服务，请由其他管理员办理")
    service = _open(service, version)
    if confirmed and not confirmed_by:
        raise ValidationError({"confirmed_by": "请填写确认单位"})
    if not confirmed and not answer:
        raise ValidationError({"answer": "请填写不予确认的原因"})
    service.confirmed_by = confirmed_by if confirmed else ""
    service.answer = answer
    _settle(service, State.CONFIRMED if confirmed else State.REFUSED, by=by)
    if confirmed:
        given = points(ScoreSource.SERVICE, "hours", on=service.served_on, amount=service.hours)
        scores.bring_to(
            member,
            given,
            key=f"service:{service.pk}",
            on=service.served_on,
            reason=f"社区服务：{service.project}"[:100],
            source=ScoreSource.SERVICE,
            by=by,
        )
    action = "eforefront.confirm_service" if confirmed else "eforefront.refuse_service"
    changes = [["服务详情", "待确认", service.get_state_display()], ["确认单位", "", service.confirmed_by]]
    where = member.organization_id
    audit.record(by, action, member, organization=where, changes=[c for c in changes if any(c[1:])], reason=answer)
    return service


@transaction.atomic
def withdraw(service: CommunityService, *, by: audit.ActingRole, version: int) -> CommunityService:
    """Take a service back that nobody has decided yet."""
    member = _member(service.member, by=by)
    service = _open(service, version)
    _settle(service, State.WITHDRAWN, by=by)
    changes = [["服务详情", "待确认", "已撤回"]]
    audit.record(by, "eforefront.withdraw_service", member, organization=member.organization_id, changes=changes)
    return service


def _member(member: Member, *, by: audit.ActingRole) -> Member:
    """Return the member, locked, when it is the acting person or in reach of an administrator who may do this."""
    member, _ = taken(member)
    if _is_own(member, by):
        return member
    if not by.can(Power.KEEP_REGISTRATIONS):  # type: ignore[attr-defined]
        raise PermissionDenied
    if by.organization_id is not None and not Member.objects.visible_to(by).filter(pk=member.pk).exists():
        raise OutOfReach
    return member


def _is_own(member: Member, by: audit.ActingRole) -> bool:
    return member.user is not None and str(member.user.uid) == str(by.user_uid)


def _open(service: CommunityService, version: int) -> CommunityService:
    service = CommunityService.objects.select_related("member", "registration").get(pk=service.pk)
    if service.version != version or not service.is_open:
        raise Stale([["状态", "待确认", service.get_state_display()]])
    return service


def _settle(service: CommunityService, state: State, *, by: audit.ActingRole) -> None:
    service.state = state
    service.decided_by, service.decided_at = signature(by), timezone.now()
    service.version += 1
    service.save(update_fields=["state", "confirmed_by", "answer", "decided_by", "decided_at", "version"])


def _close(registration: Registration, *, on: datetime.date, reason: str) -> None:
    registration.ended_on, registration.end_reason = on, reason
    registration.version += 1
    registration.save(update_fields=["ended_on", "end_reason", "version"])
    _count(registration.organization_id, -1)


def _count(organization_id: int, number: int) -> None:
    RegistrationCount.objects.get_or_create(organization_id=organization_id)
    rows = RegistrationCount.objects.filter(organization=organization_id)
    rows.update(registered=F("registered") + number)


def _refuse_long_day(member: Member, day: datetime.date, hours: Decimal) -> None:
    rows = CommunityService.objects.filter(member=member, served_on=day)
    counted = rows.filter(state__in=[State.PROPOSED, State.CONFIRMED]).aggregate(sum=Sum("hours"))["sum"] or 0
    if counted + hours > MOST_HOURS:
        raise ValidationError({"hours": f"{day:%Y-%m-%d} 已登记 {counted} 小时，合计不能超过 {MOST_HOURS} 小时"})
