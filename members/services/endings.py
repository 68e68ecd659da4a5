"""Roles that end by themselves, because their holder left. Source: workflows.md 1.2."""

from collections.abc import Iterable

from accounts.codes import System
from accounts.models import RoleGrant, User
from accounts.services.grants import end_roles
from members.candidates import belongs
from members.codes import MembershipStatus
from members.models import Member
from members.services.accounts import give_member_role
from orgs.models import Organization
from partyplatform import audit


def follow_move(member: Member, *, left: int, by: audit.ActingRole) -> None:
    """After a move: administrators' roles end where the person belongs no longer, the role 党员 goes along.

    In 党员E先锋 a duty in another organisation than one's own stays: there nobody needs to belong. Roles by duty go
    with their post, which stops the move unless the new branch lies below as well.
    """
    if member.user is None:
        return
    ending = [grant.pk for grant in _given_by_hand(member.user) if _is_left_behind(grant, member.organization_id, left)]
    end_roles(RoleGrant.objects.filter(pk__in=ending), by=by, reason="组织关系已转出")
    if member.status == MembershipStatus.NORMAL:
        give_member_role(member, member.user, by=by)


def follow_status(member: Member, *, by: audit.ActingRole) -> None:
    """Whoever is suspended or gone has no role at all; whoever comes back is a 党员 again, and nothing more."""
    if member.user is None:
        return
    if member.status == MembershipStatus.NORMAL:
        give_member_role(member, member.user, by=by)
    else:
        reason = f"党籍状态：{member.get_status_display()}"
        end_roles(RoleGrant.objects.of(member.user), by=by, reason=reason)


def follow_tree(organization: Organization, *, losing: Iterable[int], by: audit.ActingRole) -> None:
    """After an organisation moved: its people administer the organisations above its old place no longer."""
    below = Organization.objects.within(organization.pk).order_by().values("pk")
    grants = RoleGrant.objects.open().administrators().filter(organization__in=losing, by_duty=False)
    end_roles(grants.filter(user__member__organization__in=below), by=by, reason="所在党组织的上级已变更")


def _given_by_hand(user: User) -> Iterable[RoleGrant]:
    grants = RoleGrant.objects.of(user).open().administrators().filter(by_duty=False)
    return grants.select_related("organization__parent").order_by("pk")


def _is_left_behind(grant: RoleGrant, place: int, left: int) -> bool:
    if belongs(place, grant.organization):
        return False
    return grant.system == System.INFO or belongs(left, grant.organization)
