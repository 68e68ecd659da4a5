"""Locks of the roll, taken in one order everywhere: the tree as it is, organisations by id, then the member."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from members.codes import MembershipStatus
from members.models import Member
from orgs.models import Organization, Term
from orgs.services.reach import hold_in_reach
from partyplatform.audit import ActingRole
from partyplatform.locks import busy_on_timeout, still_tree_lock
from partyplatform.ui.stale import OutOfReach


def locked(ids: Iterable[int]) -> dict[int, Organization]:
    """Return the organisations, locked in the order of their ids until the transaction ends. Raises `Busy` when
    somebody holds one of them too long.

    The tree stays as it is meanwhile: sums of those above change with a member, and whoever dissolves or moves an
    organisation holds the tree before its rows.
    """
    still_tree_lock()
    rows = Organization.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
    with busy_on_timeout():
        return {organization.pk: organization for organization in rows}


def taken(member: Member, *, also: Iterable[int] = ()) -> tuple[Member, dict[int, Organization]]:
    """Return the member as stored, locked after its organisation and those in `also`."""
    place = Member.objects.filter(pk=member.pk).values_list("organization", flat=True).get()
    organizations = locked([place, *also])
    with busy_on_timeout():
        stored = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if stored.organization_id != place:
        raise ValidationError(f"{stored.name}的所在支部刚刚有变化，请刷新页面后重试")
    return stored, organizations


def record_of(member: Member, *, by: ActingRole, also_gone: bool = False) -> Member:
    """Return the member, locked for a change of the record; somebody who left only with `also_gone`.

    Raises `OutOfReach` when the record left the reach of `by` meanwhile (security.md 38), ValidationError for
    somebody who is not enrolled any more.
    """
    member, _ = taken(member)
    if by.organization_id is not None and not Member.objects.visible_to(by).filter(pk=member.pk).exists():
        raise OutOfReach
    if not member.is_enrolled and not also_gone:
        raise ValidationError(
            "转出人员不可编辑" if member.status == MembershipStatus.TRANSFERRED else "历史党员不可编辑"
        )
    return member


def refuse_unless_receiving(organization: Organization) -> None:
    name = organization.short_name
    if not organization.is_living:
        raise ValidationError(f"“{name}”已撤销，不能接收党员")
    if not organization.is_branch:
        raise ValidationError(f"“{name}”是{organization.org_type_label}，党员的组织关系应在党支部")
    if not organization.holds_members:
        raise ValidationError(f"“{name}”是临时或功能型党支部，不接收党员组织关系")


def hold(term: Term, *, by: ActingRole) -> None:
    """Lock the organisation of a term: two acts on its posts take turns.

    Raises ValidationError when it is closed, `OutOfReach` when `by` does not see it any more.
    """
    term.organization = hold_in_reach(term.organization_id, by=by)
    if not term.organization.is_living:
        raise ValidationError(f"“{term.organization.short_name}”已撤销")
