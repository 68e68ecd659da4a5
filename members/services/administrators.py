"""授权, 解除管理员权限, and the account behind both. Source: manual part 3; workflows.md 1.2, 1.3; security.md 36, 38.

Locks are taken in one order: the tree, the acting grant, the organisation, the member, the account.
"""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from accounts import acting
from accounts.codes import MANAGING, RoleKind, System, admin_kind
from accounts.models import ActivationCode, RoleGrant, User
from accounts.powers import OF_A_BRANCH, POWERS, Power
from accounts.services import activations
from accounts.services.grants import end_role, grant_role
from members.candidates import belongs, leads_by_duty
from members.codes import MembershipStatus
from members.models import Member
from members.services.accounts import account_of, held
from members.services.locking import locked
from orgs.models import Organization
from orgs.services.reach import lock_tree_for
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

CONTACT = "党务工作联系人"
_NEEDED = {System.INFO: Power.GRANT_ROLES, System.PORTAL: Power.SET_DUTIES}  # the two systems keep separate grants

__all__ = ["account_of", "administrators", "appoint", "dismiss", "first_code", "refuse_unless_in_charge", "take_charge"]


@transaction.atomic
def appoint(
    member: Member,
    *,
    organization: Organization,
    system: str,
    by: audit.ActingRole,
    kind: str = "",
    duty: str = "",
    is_default: bool = False,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    reason: str = "",
) -> RoleGrant:
    """Make a member administrator of an organisation below the actor's own; the account is made where it is missing.

    `kind` is left out for the administrator that fits the level, or 审计员, whom a committee may have beside them.

    In 党内信息管理系统 the person must belong to the organisation (`members.candidates`), in 党员E先锋 to the actor's
    reach. Raises `OutOfReach` for an organisation that is not below, PermissionDenied for an actor who lost the right
    meanwhile, ValidationError for everything the rules refuse.
    """
    take_charge(organization, system=system, by=by)
    organization = locked([organization.pk])[organization.pk]
    kind = kind or admin_kind(organization.org_type)
    member = held(member)
    _refuse_person(member, organization, system=system, by=by)
    _refuse_more_power(kind, system=system, by=by)
    user = account_of(member, by=by)
    _refuse_account(user, by=by)
    if is_contact := system == System.INFO and kind in MANAGING and leads_by_duty(organization):
        _refuse_further_contact(organization, user)
    return grant_role(
        user,
        organization=organization,
        kind=kind,
        system=system,
        by=by,
        duty=duty or (CONTACT if is_contact else ""),
        is_default=is_default,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
    )


@transaction.atomic
def dismiss(grant: RoleGrant, *, by: audit.ActingRole, reason: str) -> None:
    """Take an administrator's role away at once.

    A role that came with a post may be taken away too: the post stays and gives it no second time. Raises `OutOfReach`
    and PermissionDenied as `appoint` does, `Stale` when somebody was faster, ValidationError for one's own role and
    without a reason.
    """
    take_charge(grant.organization, system=grant.system, by=by)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "organization").get(pk=grant.pk)
    if not RoleGrant.objects.open().administrators().filter(pk=grant.pk).exists():
        raise _ended_by_another(grant)
    if _is_own(grant.user, by):
        raise ValidationError("不能解除本人的权限，请联系上级党组织的管理员")
    if not reason:
        raise ValidationError({"reason": "请填写解除原因"})
    end_role(grant, by=by, reason=reason)


def refuse_unless_in_charge(user: User, *, by: audit.ActingRole) -> None:
    """Raise ValidationError unless every administrator's role of this person lies below the actor's organisation.

    Whoever may reset a password or take a code takes the account over: nobody does so to somebody beside or above.
    Source: workflows.md 1.2.
    """
    if _is_own(user, by):
        raise ValidationError("不能为本人办理，请在“我的账号”中修改密码")
    below = Organization.objects.subordinate_to(by).order_by().values("pk")
    beyond = RoleGrant.objects.of(user).open().administrators().exclude(organization__in=below)
    if other := beyond.select_related("organization").first():
        raise ValidationError(f"{user.name}还是{other.organization_name}的管理员，请由其上级党组织的管理员办理")


def first_code(user: User, *, by: RoleGrant) -> str:
    """Return a one-time code for an account without a password that lies in the actor's charge; "" for any other, and
    while an earlier code is on its way."""
    earlier = ActivationCode.objects.filter(user=user, expires_at__gt=timezone.now()).select_related("issuer").first()
    is_on_its_way = earlier is not None and activations.is_answered_for(earlier)
    if is_on_its_way or not User.objects.managed_by(by).waiting().filter(pk=user.pk).exists():
        return ""
    return activations.issue(user, by=by)


def administrators(organization_ids: Collection[int], *, system: str = System.INFO) -> dict[int, list[RoleGrant]]:
    """Return the administrators and auditors of each organisation, those still to begin included, in one statement.

    Those by duty come first, auditors last; organisations without any are left out.
    """
    rows = RoleGrant.objects.open().administrators().in_systems(system).filter(organization__in=organization_ids)
    found: dict[int, list[RoleGrant]] = {}
    for grant in rows.select_related("user").order_by("-by_duty", _auditors_last(), "starts_on", "pk"):
        found.setdefault(grant.organization_id, []).append(grant)
    return found


def _auditors_last() -> Case:
    return Case(When(kind=RoleKind.AUDITOR, then=Value(1)), default=Value(0))


def take_charge(organization: Organization, *, system: str, by: audit.ActingRole) -> None:
    """Lock the tree and the acting grant; reach and right are asked again under both. Source: security.md 38."""
    lock_tree_for(by, managed=[organization])
    if not Organization.objects.subordinate_to(by).filter(pk=organization.pk).exists():
        raise OutOfReach
    if isinstance(by, RoleGrant):
        RoleGrant.objects.select_for_update(of=("self",)).filter(pk=by.pk).first()
        try:
            acting.load(by.pk)
        except RoleGrant.DoesNotExist:
            raise PermissionDenied("您的角色刚刚被解除，未办理。") from None
    if not by.can(_NEEDED[System(system)]):  # type: ignore[attr-defined]
        raise PermissionDenied("当前角色没有授权的权限。")


def _refuse_person(member: Member, organization: Organization, *, system: str, by: audit.ActingRole) -> None:
    if member.status != MembershipStatus.NORMAL:
        raise ValidationError(f"{member.name}的党籍状态为{member.get_status_display()}，不能授权")
    if system == System.INFO and not belongs(member.organization_id, organization):
        raise ValidationError(f"{member.name}不是{organization.short_name}的党员，不能授权")
    if not _reaches(by, member):
        raise ValidationError(f"{member.name}不在您的管理范围内，不能授权")


def _reaches(by: audit.ActingRole, member: Member) -> bool:
    if by.organization_id is None:
        return True
    return Organization.objects.visible_to(by).filter(pk=member.organization_id).exists()


def _refuse_more_power(kind: str, *, system: str, by: audit.ActingRole) -> None:
    """Nobody gives more than they hold themselves. Source: security.md 36.

    What only a branch does in its own house is no more: whoever stands above watches over it and names who does it.
    """
    if not isinstance(by, RoleGrant):
        return
    own = POWERS[by.kind, System(system)]  # type: ignore[index]
    if not POWERS[RoleKind(kind), System(system)] - OF_A_BRANCH <= own:
        raise ValidationError("不能授予超出本人权限的角色")


def _refuse_account(user: User, *, by: audit.ActingRole) -> None:
    if _is_own(user, by):
        raise ValidationError("不能给本人授权，请联系上级党组织的管理员")
    if not user.is_active:
        raise ValidationError(f"{user.name}的账号已停用，不能授权")


def _refuse_further_contact(organization: Organization, user: User) -> None:
    """The organisation is locked: two who appoint the last contact at once take turns."""
    contacts = RoleGrant.objects.open().managing().in_systems(System.INFO)
    contacts = contacts.filter(organization=organization, by_duty=False).exclude(user=user)
    if contacts.count() >= settings.MOST_CONTACTS:
        raise ValidationError(f"党务工作联系人最多{settings.MOST_CONTACTS}名")


def _is_own(user: User, by: audit.ActingRole) -> bool:
    return str(user.uid) == str(by.user_uid)


def _ended_by_another(grant: RoleGrant) -> Stale:
    """Say who was faster, as the audit has it."""
    ended = Record.objects.filter(action="accounts.end_grant", object_id=str(grant.user.uid))
    record = ended.filter(organization_id=grant.organization_id).order_by("-seq").first()
    fields = [("授权状态", "有效", f"已解除（{grant.ending_reason}）" if grant.ending_reason else "已解除")]
    return Stale(fields, who=record.actor_name if record else "", when=record.at if record else None)
