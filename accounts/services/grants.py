"""Giving and ending roles. Source: manual part 3; workflows.md 1."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.codes import PERSONAL, RoleKind, System, admin_kind, fits
from accounts.marks import mark, values_of
from accounts.models import RoleGrant, User
from accounts.querysets import RoleGrantQuerySet
from accounts.services.defaults import fall_back, hold
from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def grant_role(
    user: User,
    *,
    organization: Organization,
    kind: str,
    system: str,
    by: audit.ActingRole,
    duty: str = "",
    is_default: bool = False,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    by_duty: bool = False,
    reason: str = "",
) -> RoleGrant:
    """Give a person a role, from today or `starts_on` on and before `ends_on`.

    The first one in a system is its default, a later default takes the place of the old. Raises ValidationError for
    a dissolved organisation, a kind that does not fit its level, days that cannot be, a role already given. Who may
    give what to whom is the business of `members.services.administrators`.
    """
    user = User.objects.select_for_update().get(pk=user.pk)  # two grants at once would both become the default
    grant = RoleGrant(user=user, organization=organization, kind=kind, system=system, duty=duty, reason=reason)
    grant.starts_on, grant.ends_on = starts_on or timezone.localdate(), ends_on
    grant.by_duty, grant.granted_by_name = by_duty, by.user_name
    _check(grant)
    if kind == RoleKind.MEMBER:
        end_applying([user.pk], by=by)
    own = RoleGrant.objects.of(user).in_systems(system)
    grant.is_default = is_default or not own.open().filter(is_default=True).exists()
    if grant.is_default:
        own.filter(is_default=True).update(is_default=False)
    grant.full_clean()
    grant.save(force_insert=True)
    audit.record(by, "accounts.grant", user, organization=organization.pk, changes=described(grant), reason=reason)
    return grant


@transaction.atomic
def end_role(grant: RoleGrant, *, by: audit.ActingRole, reason: str = "") -> None:
    """Take a role away; it gives nothing from the next request on. Ending it twice changes nothing."""
    _end(RoleGrant.objects.filter(pk=grant.pk), by=by, reason=reason)


@transaction.atomic
def end_roles(grants: RoleGrantQuerySet, *, by: audit.ActingRole, reason: str) -> int:
    """End those of these roles that have not ended; return how many there were."""
    return _end(grants, by=by, reason=reason)


@transaction.atomic
def end_roles_at(organization: Organization, *, by: audit.ActingRole, reason: str) -> int:
    """End every role at an organisation; return how many there were."""
    return _end(RoleGrant.objects.filter(organization=organization), by=by, reason=reason)


@transaction.atomic
def move_member_roles(source: Organization, target: Organization, *, by: audit.ActingRole, reason: str) -> int:
    """Carry the role 党员 along with the members of `source` to `target`; return how many went.

    Roles of administrators stay behind: the target has its own.
    """
    moving = list(RoleGrant.objects.open().filter(organization=source, kind=RoleKind.MEMBER).select_related("user"))
    _end(RoleGrant.objects.filter(pk__in=[grant.pk for grant in moving]), by=by, reason=reason)
    there = set(
        RoleGrant.objects.open().filter(organization=target, kind=RoleKind.MEMBER).values_list("user_id", flat=True)
    )
    for grant in moving:
        if grant.user_id not in there:
            grant_role(
                grant.user,
                organization=target,
                kind=RoleKind.MEMBER,
                system=grant.system,
                by=by,
                is_default=grant.is_default,
                reason=reason,
            )
    return len(moving)


def end_applying(users: Collection[int], *, by: audit.ActingRole) -> None:
    """Let the role 党员 take the place of 入党申请人: nobody is both. The accounts are held by the caller."""
    _end(RoleGrant.objects.filter(user__in=users, kind=RoleKind.APPLICANT), by=by, reason="已是党员")


def _end(grants: RoleGrantQuerySet, *, by: audit.ActingRole, reason: str) -> int:
    today = timezone.localdate()
    people = set(grants.open().values_list("user_id", flat=True))
    hold(people)
    found = list(grants.open().select_for_update(of=("self",)).select_related("user", "organization"))
    for grant in found:
        grant.ends_on, grant.is_default, grant.ending_reason = max(today, grant.starts_on), False, reason
        grant.mark = mark(**values_of(grant))
    RoleGrant.objects.bulk_update(found, ["ends_on", "is_default", "ending_reason", "mark"])
    fall_back(people)
    audit.record_many(_ending(grant, by, reason) for grant in found)
    return len(found)


def _ending(grant: RoleGrant, by: audit.ActingRole, reason: str) -> audit.Act:
    changes = [(label, value, "") for label, _, value in described(grant)]
    return audit.Act(
        by=by,
        action="accounts.end_grant",
        obj=grant.user,
        organization=grant.organization_id,
        changes=changes,
        reason=reason,
    )


def _check(grant: RoleGrant) -> None:
    _check_place(grant.organization, grant.kind)
    _check_separation(grant)
    if grant.starts_on < timezone.localdate():
        raise ValidationError({"starts_on": "开始日期不能早于今天"})
    if grant.ends_on is not None and grant.ends_on <= grant.starts_on:
        raise ValidationError({"ends_on": "结束日期应晚于开始日期"})
    same = RoleGrant.objects.of(grant.user).in_systems(grant.system).open()
    if same.filter(organization=grant.organization, kind=grant.kind).exists():
        taken = f"该人员已有该党支部的{grant.kind_label}角色"
        raise ValidationError("该人员已是该党组织管理员" if grant.is_admin else taken)
    if grant.kind == RoleKind.APPLICANT and RoleGrant.objects.of(grant.user).open().exists():
        raise ValidationError("该人员的账号已有其他角色，不能作为入党申请人")


def _check_place(organization: Organization, kind: str) -> None:
    if not organization.is_living:
        raise ValidationError({"organization": f"“{organization.short_name}”已撤销，不能授权"})
    if not fits(kind, organization.org_type):
        raise ValidationError({"kind": _misfit(organization, kind)})


def _misfit(organization: Organization, kind: str) -> str:
    name, fitting = organization.short_name, admin_kind(organization.org_type).label
    words = {
        RoleKind.MEMBER: f"党员角色只能授予党支部，“{name}”不是党支部",
        RoleKind.APPLICANT: f"入党申请人角色只能授予党支部，“{name}”不是党支部",
        RoleKind.AUDITOR: f"审计员只能在党委设置，“{name}”不是党委",
    }
    return words.get(RoleKind(kind), f"“{name}”的管理员角色应为{fitting}")


def _check_separation(grant: RoleGrant) -> None:
    """Nobody audits what they administer themselves. Source: security.md 37."""
    kinds = set(RoleGrant.objects.of(grant.user).open().filter(organization=grant.organization).values_list("kind"))
    others = {RoleKind(kind) for (kind,) in kinds} - PERSONAL
    if grant.kind == RoleKind.AUDITOR and grant.system != System.INFO:
        raise ValidationError({"kind": "审计员只在党内信息管理系统设置"})
    if grant.kind not in PERSONAL and any((other == RoleKind.AUDITOR) != grant.is_auditor for other in others):
        raise ValidationError({"kind": "审计员不能由同一党组织的管理员兼任"})


def described(grant: RoleGrant) -> list[tuple[str, str, str]]:
    """Return what the audit says of a role: [label, before, after]."""
    facts = [("角色", grant.label), ("系统", System(grant.system).label), ("职务", grant.duty)]
    facts += [("开始日期", _future(grant.starts_on)), ("结束日期", _future(grant.ends_on))]
    return [(label, "", value) for label, value in facts if value]


def _future(day: datetime.date | None) -> str:
    """Return a day that is still to come; what begins or ends today goes without saying."""
    return day.isoformat() if day is not None and day > timezone.localdate() else ""
