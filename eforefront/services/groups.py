"""党小组 of a branch: founded, changed, closed by the branch itself. Source: workflows.md 2.1; 支部条例 6."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.attendees import enrolled
from eforefront.models import GroupMember, PartyGroup
from members.models import Member
from orgs.models import Organization
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale


@transaction.atomic
def found(
    organization: Organization, *, name: str, leader: Member | None, members: Iterable[Member], by: audit.ActingRole
) -> PartyGroup:
    """Found a group; whoever is put into it leaves the group they were in.

    Raises ValidationError by field: a taken name, a leader outside the group, somebody of another branch.
    """
    organization = _taken(organization.pk, by=by)
    if not organization.holds_members:
        raise ValidationError("党小组设在党员组织关系所在的党支部")
    group = PartyGroup(organization=organization, name=name)
    return _write(group, leader=leader, members=list(members), by=by, label="设立党小组")


@transaction.atomic
def change(
    group: PartyGroup,
    *,
    name: str,
    leader: Member | None,
    members: Iterable[Member],
    version: int,
    by: audit.ActingRole,
) -> PartyGroup:
    """Change name, leader and members of a group."""
    return _write(
        _fresh(group, version, by=by), leader=leader, members=list(members), by=by, name=name, label="变更党小组"
    )


@transaction.atomic
def close(group: PartyGroup, *, version: int, by: audit.ActingRole) -> PartyGroup:
    """Close a group: its members are in none, what it held stays."""
    group = _fresh(group, version, by=by)
    GroupMember.objects.of(group).delete()
    group.closed_on, group.leader = timezone.localdate(), None
    group.version += 1
    group.save()
    _record(group, by=by, changes=[["撤销党小组", "", group.name]])
    return group


@transaction.atomic
def join(group: PartyGroup, member: Member, *, by: audit.ActingRole) -> None:
    """Put a member of the branch into a group, out of the one they were in. Raises as `change` does."""
    members = [row.member for row in GroupMember.objects.of(group).select_related("member")]
    everybody = [*members, member]
    change(group, name=group.name, leader=group.leader, members=everybody, version=group.version, by=by)


def _write(
    group: PartyGroup, *, leader: Member | None, members: list[Member], by: audit.ActingRole, label: str, name: str = ""
) -> PartyGroup:
    here = set(enrolled(group.organization).values_list("pk", flat=True))
    if any(member.pk not in here for member in members):
        raise ValidationError({"members": "请选择本支部的党员"})
    if leader is not None and leader.pk not in {member.pk for member in members}:
        raise ValidationError({"leader": "组长应是本党小组的党员"})
    before = _told(group) if group.pk else ""
    group.name, group.leader = name or group.name, leader
    group.full_clean()
    group.version += bool(group.pk)
    group.save()
    GroupMember.objects.of(group).delete()
    GroupMember.objects.filter(member__in=[member.pk for member in members]).delete()
    GroupMember.objects.bulk_create([GroupMember(group=group, member=member) for member in members])
    _record(group, by=by, changes=[[label, before, _told(group)]])
    return group


def _told(group: PartyGroup) -> str:
    size = GroupMember.objects.of(group).count()
    return f"{group.name}，组长 {group.leader.name if group.leader else '—'}，{size} 人"


def _fresh(group: PartyGroup, version: int, *, by: audit.ActingRole) -> PartyGroup:
    _taken(group.organization_id, by=by)
    stored = PartyGroup.objects.select_related("organization", "leader").get(pk=group.pk)
    if stored.version != version or stored.closed_on is not None:
        raise Stale([["党小组", group.name, "已撤销" if stored.closed_on else stored.name]])
    return stored


def _taken(organization_id: int, *, by: Any) -> Organization:
    organization = hold_in_reach(organization_id, by=by)
    if not by.can(Power.KEEP_GATHERINGS) or organization_id != by.organization_id:
        raise PermissionDenied("党小组由本支部的管理员维护。")
    return organization


def _record(group: PartyGroup, *, by: audit.ActingRole, changes: list[list[str]]) -> None:
    audit.record(by, "eforefront.party_group", group, organization=group.organization_id, changes=changes)
