"""升格: a branch becomes a general branch or a committee, its members go to new branches. Source: workflows.md 2.3."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from orgs import rules, totals
from orgs.changes import overtaken
from orgs.codes import BRANCHES, ORG_TYPES, OrgType
from orgs.figures import own_figures
from orgs.guards import Act, Reason, reasons_against, refuse_if_blocked
from orgs.models import Organization
from orgs.search import search_text
from orgs.services import pasts
from orgs.services.organizations import create
from orgs.services.reach import lock_tree_for
from orgs.signals import organization_upgraded
from partyplatform import audit

MIN_BRANCHES = 2
TARGETS = (OrgType.COMMITTEE, OrgType.GENERAL_BRANCH)


def targets(branch: Organization) -> list[OrgType]:
    """Return what a branch can become where it stands."""
    return [kind for kind in TARGETS if not rules.parent_problem(kind, branch.parent)]


def obstacles(branch: Organization) -> list[Reason]:
    """Return what stands in the way of 升格 whatever is filled in: the place of the branch, what is under way there."""
    if not targets(branch):
        address = reverse("orgs:ask_parent_change", args=[branch.pk])
        return [Reason(f"“{branch.parent.short_name}”下不能设立党总支部或党委", "申请上级党组织变更", address)]
    return reasons_against(Act.UPGRADE, Organization.objects.filter(pk=branch.pk))


@transaction.atomic
def upgrade(
    branch: Organization,
    *,
    to_type: str,
    full_name: str,
    short_name: str,
    branches: Sequence[Mapping[str, Any]],
    assignment: Mapping[int, int],
    by: audit.ActingRole,
    version: int,
    document: str = "",
) -> Organization:
    """Turn `branch` into `to_type` with the new `branches` below it.

    `assignment` maps each member's id to the index of a new branch; every member must be in it, and not all in the
    same one. The receiver of `organization_upgraded` moves them and refuses a member it does not know.
    """
    lock_tree_for(by, managed=[branch])
    branch = Organization.objects.select_related("parent").get(pk=branch.pk)
    if branch.version != version:
        raise overtaken(branch)
    _check(branch, to_type=to_type, branches=branches, assignment=assignment)
    refuse_if_blocked(Act.UPGRADE, Organization.objects.filter(pk=branch.pk))
    before, own = branch.org_type, own_figures(branch)
    pasts.keep(branch)
    branch.org_type, branch.full_name, branch.short_name = to_type, full_name, short_name
    branch.is_elderly_majority = False
    if problem := rules.full_name_problem(full_name, to_type):
        raise ValidationError({"full_name": problem})
    branch.search_text = search_text(branch)
    branch.version += 1
    branch.save(update_fields=["org_type", "full_name", "short_name", "is_elderly_majority", "search_text", "version"])
    totals.reclassify(branch, before=own)
    children = [create(branch, by=by, **fields) for fields in branches]
    organization_upgraded.send(
        Organization,
        organization=branch,
        assignment={member: children[index] for member, index in assignment.items()},
        by=by,
    )
    names = "、".join(child.short_name for child in children)
    changes = [["组织类别", ORG_TYPES.display(before), ORG_TYPES.display(to_type)], ["新设党支部", "", names]]
    audit.record(by, "orgs.upgrade", branch, organization=branch.pk, changes=changes, document=document)
    return branch


def _check(branch: Organization, *, to_type: str, branches: Sequence, assignment: Mapping[int, int]) -> None:
    if branch.org_type not in (OrgType.BRANCH, OrgType.JOINT_BRANCH) or not branch.is_living:
        raise ValidationError("只有党支部可以升格")
    if to_type in BRANCHES:
        raise ValidationError({"to_type": "只能升格为党总支部或党委"})
    if problem := rules.parent_problem(to_type, branch.parent):
        raise ValidationError({"to_type": problem})
    if len(branches) < MIN_BRANCHES:
        raise ValidationError(f"升格时至少新设 {MIN_BRANCHES} 个党支部")
    enrolled = branch.enrolled
    if len(assignment) < enrolled:
        raise ValidationError(f"请为全部 {enrolled} 名党员选择新的党支部，已选 {len(assignment)} 名")
    if enrolled and len(set(assignment.values())) < MIN_BRANCHES:
        raise ValidationError("党员不能全部分到同一个党支部")
