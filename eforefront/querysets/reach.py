"""Where a role reaches, as a condition on rows that lead to an organisation."""

from django.db.models import Q, Subquery

from orgs.models import Organization
from partyplatform.audit import ActingRole


def in_reach(role: ActingRole, place: str) -> Q:
    """The condition that `place` (a path to an organisation) is that of the role or below it, in one statement."""
    root = Organization._base_manager.filter(pk=role.organization_id)
    return Q(
        **{
            f"{place}__tree_id": Subquery(root.values("tree_id")),
            f"{place}__lft__gte": Subquery(root.values("lft")),
            f"{place}__lft__lte": Subquery(root.values("rght")),
        }
    )
