"""Giving and ending roles. Source: manual part 3; workflows.md 1."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.codes import RoleKind, System, admin_kind
from accounts.models import RoleGrant, User
from accounts.querysets import RoleGrantQuerySet
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
    reason: str = "",
) -> RoleGrant:
    """Give a person a role; the first one in a system is its default, a later default takes the place of the old.

    Raises ValidationError for a dissolved organisation, a kind that does not fit its level, a role already given.
    """
    user = User.objects.select_for_update().get(pk=user.pk)  # two grants at once would both become the default
    _check(organization, kind)
    others = RoleGrant.objects.of(user).open().in_systems(system)
    is_default = is_default or not others.filter(is_default=True).exists()
    grant = RoleGrant(user=user, organization=organization, kind=kind, system=system, duty=duty, reason=reason)
    grant.is_default, grant.granted_by_name = is_default, by.user_name
    grant.starts_on = starts_on or timezone.localdate()
    if is_default:
        others.filter(is_default=True).update(is_default=False)
    grant.full_clean()
    grant.save(force_insert=True)
    audit.record(by, "accounts.grant", user, organization=organization.pk, changes=_described(grant), reason=reason)
    return grant


@transaction.atomic
def end_role(grant: RoleGrant, *, by: audit.ActingRole, reason: str = "") -> None:
    """Take a role away; it gives nothing from the next request on. Ending it twice changes nothing."""
    _end(RoleGrant.objects.filter(pk=grant.pk), by=by, reason=reason)


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


def _end(grants: RoleGrantQuerySet, *, by: audit.ActingRole, reason: str) -> int:
    today = timezone.localdate()
    found = list(grants.open().select_for_update(of=("self",)).select_related("user", "organization"))
    for grant in found:
        grant.ends_on, grant.is_default, grant.reason = max(today, grant.starts_on), False, reason
    RoleGrant.objects.bulk_update(found, ["ends_on", "is_default", "reason"])
    audit.record_many(_ending(grant, by, reason) for grant in found)
    return len(found)


def _ending(grant: RoleGrant, by: audit.ActingRole, reason: str) -> audit.Act:
    changes = [(label, value, "") for label, _, value in _described(grant)]
    return audit.Act(
        by=by,
        action="accounts.end_grant",
        obj=grant.user,
        organization=grant.organization_id,
        changes=changes,
        reason=reason,
    )


def _check(organization: Organization, kind: str) -> None:
    if not organization.is_living:
        raise ValidationError({"organization": f"“{organization.short_name}”已撤销，不能授权"})
    if kind != RoleKind.MEMBER and kind != admin_kind(organization.org_type):
        fitting = admin_kind(organization.org_type).label
        raise ValidationError({"kind": f"“{organization.short_name}”的管理员角色应为{fitting}"})
    if kind == RoleKind.MEMBER and not organization.is_branch:
        raise ValidationError({"kind": f"党员角色只能授予党支部，“{organization.short_name}”不是党支部"})


def _described(grant: RoleGrant) -> list[tuple[str, str, str]]:
    facts = [("角色", grant.label), ("系统", System(grant.system).label), ("职务", grant.duty)]
    return [(label, "", value) for label, value in facts if value]
