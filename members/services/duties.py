"""授权管理 in 党员E先锋: giving duties, changing them, dividing the work, taking them away.

Source: manual part 3; workflows.md 1.3.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.services.defaults import fall_back, hold, make_default
from members import duties
from members.models import Member
from members.services.administrators import CONTACT, appoint, take_charge
from orgs.models import Organization
from partyplatform import audit
from partyplatform.ui.stale import Stale

FIELDS = ("duty", "is_default")


@transaction.atomic
def give(member: Member, *, organization: Organization, duty: str, is_default: bool, by: audit.ActingRole) -> RoleGrant:
    """Make a member administrator of an organisation in 党员E先锋; the person need not belong to it.

    A new default takes the place of the old. Raises ValidationError for a duty the level does not have and for a
    third 党务工作联系人, otherwise as `administrators.appoint` does.
    """
    _refuse_unknown(duty, organization)
    grant = appoint(member, organization=organization, system=System.PORTAL, duty=duty, is_default=is_default, by=by)
    _refuse_further_contact(grant)
    return grant


@transaction.atomic
def change(grant: RoleGrant, *, duty: str, is_default: bool, version: int, by: audit.ActingRole) -> RoleGrant:
    """Change 职务 and 是否默认; without a default the role 党员 is the one.

    Raises `Stale` when somebody was faster, ValidationError as `give` does and for the own grant.
    """
    take_charge(grant.organization, system=System.PORTAL, by=by)
    grant = _fresh(grant, {"duty": duty, "is_default": is_default}, version=version, by=by)
    if duty != grant.duty:
        _refuse_by_post(grant)
        _refuse_unknown(duty, grant.organization)
    before = audit.snapshot(grant, FIELDS)
    _set_default(grant, is_default)
    grant.duty = duty
    _refuse_further_contact(grant)
    return _save(grant, FIELDS[:1], "accounts.change_duty", before=before, by=by)


@transaction.atomic
def divide(grant: RoleGrant, *, portfolio: str, version: int, by: audit.ActingRole) -> RoleGrant:
    """Write down 分工. Raises `Stale` and ValidationError as `change` does."""
    take_charge(grant.organization, system=System.PORTAL, by=by)
    grant = _fresh(grant, {"portfolio": portfolio}, version=version, by=by)
    before = audit.snapshot(grant, ["portfolio"])
    grant.portfolio = portfolio
    return _save(grant, ["portfolio"], "accounts.divide_work", before=before, by=by)


def roles(member_ids: Collection[int], *, by: audit.ActingRole) -> dict[int, str]:
    """Return the roles in 党员E先锋 of each member as one text, in one statement: those within the actor's reach.

    Members who are nothing but 党员 are left out.
    """
    rows = RoleGrant.objects.visible_to(by).active().administrators().in_systems(System.PORTAL)
    held: dict[int, list[str]] = {}
    for grant in rows.filter(user__member__in=member_ids).select_related("user__member").order_by("-is_default", "pk"):
        names = held.setdefault(grant.user.member.pk, [])
        if grant.kind_label not in names:
            names.append(grant.kind_label)
    return {member: "、".join(names) for member, names in held.items()}


def _fresh(grant: RoleGrant, typed: Mapping[str, Any], *, version: int, by: audit.ActingRole) -> RoleGrant:
    """Return the grant as it is now, its person held first; refuse an older form, an ended grant and the own one."""
    hold([grant.user_id])
    rows = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "organization__parent")
    grant = rows.get(pk=grant.pk)
    if grant.version != version or grant not in RoleGrant.objects.open():
        raise Stale(audit.conflicts(grant, typed))
    if grant.user_uid == str(by.user_uid):
        raise ValidationError("不能变更本人的职务，请联系上级党组织的管理员")
    return grant


def _set_default(grant: RoleGrant, is_default: bool) -> None:
    if is_default and not grant.is_default:
        make_default(grant)
    elif grant.is_default and not is_default:
        RoleGrant.objects.filter(pk=grant.pk).update(is_default=False)
        fall_back([grant.user_id])
        grant.is_default = False


def _save(
    grant: RoleGrant, fields: Collection[str], action: str, *, before: Mapping[str, Any], by: audit.ActingRole
) -> RoleGrant:
    """Save and record what differs; the record names the organisation, since a person may hold several duties."""
    changes = audit.differences(before, audit.snapshot(grant, before), audit.labels(RoleGrant, before))
    if changes:
        grant.version += 1
        grant.save(update_fields=[*fields, "version"])
        audit.record(by, action, grant.user, organization=grant.organization_id, changes=changes)
    return grant


def _refuse_by_post(grant: RoleGrant) -> None:
    if grant.by_duty:
        raise ValidationError({"duty": f"该角色因任{grant.duty}产生，职务请在班子成员信息中变更"})


def _refuse_unknown(duty: str, organization: Organization) -> None:
    if duty not in duties.offered(organization):
        raise ValidationError({"duty": f"“{organization.short_name}”没有“{duty}”这一职务"})


def _refuse_further_contact(grant: RoleGrant) -> None:
    """Count after the organisation is locked: two who appoint the last contact at once take turns."""
    if grant.duty != CONTACT:
        return
    others = RoleGrant.objects.open().in_systems(System.PORTAL).exclude(pk=grant.pk)
    if others.filter(organization=grant.organization_id, duty=CONTACT).count() >= settings.MOST_CONTACTS:
        raise ValidationError({"duty": f"党务工作联系人最多{settings.MOST_CONTACTS}名"})
