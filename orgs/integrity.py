"""What must be true of the organisation tree; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Q

from orgs import totals, tree
from orgs.codes import PARENTS, OrgType
from orgs.models import Organization
from orgs.rules import parent_problem
from partyplatform.integrity import invariant


@invariant("组织树")
def tree_is_whole() -> Iterator[str]:
    yield from tree.problems()


@invariant("汇总数")
def totals_are_sums() -> Iterator[str]:
    """Every standing total is the sum of its subtree, apart from the changes still in the journal."""
    for pk, stored, counted in totals.differences():
        yield f"党组织编号 {pk}：汇总数 {stored}，应为 {counted}"


@invariant("上下级组织类别")
def types_fit() -> Iterator[str]:
    """Every living organisation stands under a living one of a type that may hold it. Source: workflows.md 2.1."""
    rightly = Q(parent__isnull=True, org_type=OrgType.COMMITTEE)
    for child, parents in PARENTS.items():
        rightly |= Q(org_type=child, parent__org_type__in=parents, parent__dissolved_on__isnull=True)
    for organization in Organization.objects.living().exclude(rightly).select_related("parent").iterator():
        problem = parent_problem(organization.org_type, organization.parent)
        yield f"党组织 {organization.code}（{organization.short_name}）：{problem}"
