"""Who may see an organisation, and who may change it: the administrators of each level above it and of its own."""

from collections import Counter
from dataclasses import dataclass

from accounts.models import RoleGrant
from orgs.models import Organization
from partyplatform.audit import ActingRole


@dataclass(frozen=True, slots=True)
class Level:
    """One organisation of the chain. Beyond the reader's reach it has a name and a number, and no persons."""

    organization: Organization
    is_in_reach: bool
    may_change: bool
    grants: tuple[RoleGrant, ...]
    count: int


def in_charge(organization: Organization, *, role: ActingRole) -> list[Level]:
    """Return the levels from the top of the tree down to the organisation, two statements in all.

    Everybody of a level above sees it, and changes it in 党内信息管理系统; its own administrators look at it, except
    at the top of a tree, which administers itself. Reading up the tree: names only. Source: workflows.md 1.4.
    """
    chain = list(Organization.objects.above(organization.pk, include_self=True))
    ids = [level.pk for level in chain]
    rows = RoleGrant.objects.active().administrators().filter(organization__in=ids)
    grants = list(rows.select_related("user").order_by("system", "-is_default", "user__name", "pk"))
    people = Counter(pk for pk, _ in {(grant.organization_id, grant.user_id) for grant in grants})
    start = ids.index(role.organization_id) if role.organization_id in ids else 0
    return [
        Level(
            organization=level,
            is_in_reach=number >= start,
            may_change=level.pk != organization.pk or level.parent_id is None,
            grants=tuple(g for g in grants if g.organization_id == level.pk) if number >= start else (),
            count=people[level.pk],
        )
        for number, level in enumerate(chain)
    ]
