"""Whole branches: everybody moves at once, in statements over sets."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Value, When

from members.models import Member
from members.services.locking import locked, refuse_unless_receiving
from members.shares import negative, share, total
from orgs import totals
from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def move_all(source: Organization, target: Organization, *, by: audit.ActingRole) -> int:
    """Move everybody enrolled in `source` to `target`, in a fixed number of statements; return how many.

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
    moved = Member.objects.enrolled().filter(organization=source).update(organization=target)
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
    cases = [When(pk=pk, then=Value(branch.pk)) for pk, branch in assignment.items()]
    if cases:
        rows.order_by().update(organization=Case(*cases))
    for target in sorted(targets):
        shares = total(share(member) for member in members if assignment[member.pk].pk == target)
        totals.change(organization.pk, **negative(shares))
        totals.change(target, **shares)
    if members:
        changes = [["人员所在支部", organizations[organization.pk].short_name, f"新设党支部 {len(targets)} 个"]]
        audit.record(by, "members.move_all", organization, organization=organization.pk, changes=changes)
    return len(members)
