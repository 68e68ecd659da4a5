"""Whole branches: everybody moves at once."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from members.models import Member
from members.services import standings
from members.services.endings import follow_move
from members.services.locking import locked, refuse_unless_receiving
from members.shares import negative, share, total
from orgs import totals
from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def move_all(source: Organization, target: Organization, *, by: audit.ActingRole) -> int:
    """Move everybody enrolled in `source` to `target`; return how many.

    Who left the Party or the branch earlier stays in the history of `source`.
    """
    organizations = locked([source.pk, target.pk])
    source, target = organizations[source.pk], organizations[target.pk]
    refuse_unless_receiving(target)
    counters = {
        "full": source.full_members,
        "probationary": source.probationary_members,
        "filled": source.filled_items,
        "required": source.required_items,
    }
    members = list(Member.objects.enrolled().filter(organization=source).select_for_update(of=("self",), no_key=True))
    moved = _place(members, {member.pk: target for member in members}, cause=f"并入{target.short_name}")
    totals.change(source.pk, **negative(counters))
    totals.change(target.pk, **counters)
    if moved:
        changes = [["人员所在支部", source.short_name, target.short_name], ["人数", "", f"{moved} 人"]]
        audit.record(by, "members.move_all", target, organization=target.pk, changes=changes)
    return moved


@transaction.atomic
def distribute(organization: Organization, *, assignment: Mapping[int, Organization], by: audit.ActingRole) -> int:
    """Move everybody enrolled in the organisation to the branch named in {member id: branch}; return how many.

    Raises ValidationError when somebody is missing, or an id belongs to nobody enrolled here.
    """
    targets = {branch.pk for branch in assignment.values()}
    organizations = locked([organization.pk, *targets])
    rows = Member.objects.enrolled().filter(organization=organization.pk).order_by("pk")
    members = list(rows.select_for_update(of=("self",), no_key=True))
    if {member.pk for member in members} != set(assignment):
        raise ValidationError("党员名单已有变化，请刷新页面后重新分配")
    for target in targets:
        refuse_unless_receiving(organizations[target])
    _place(members, assignment, cause="组织升格")
    for target in sorted(targets):
        shares = total(share(member) for member in members if assignment[member.pk].pk == target)
        totals.change(organization.pk, **negative(shares))
        totals.change(target, **shares)
    for member in Member.objects.filter(pk__in=assignment, user__isnull=False).select_related("user").order_by("user"):
        follow_move(member, left=organization.pk, by=by)
    if members:
        changes = [["人员所在支部", organizations[organization.pk].short_name, f"新设党支部 {len(targets)} 个"]]
        audit.record(by, "members.move_all", organization, organization=organization.pk, changes=changes)
    return len(members)


def _place(members: Sequence[Member], branches: Mapping[int, Organization], *, cause: str) -> int:
    """Give each member the branch named for it, with its history; return how many there are."""
    for member in members:
        member.organization = branches[member.pk]
        member.version += 1
    Member.objects.bulk_update(members, ["organization", "version"], batch_size=500)
    standings.follow_many(members, cause=cause[:20])
    return len(members)
