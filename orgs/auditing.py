"""What the audit asks about the tree: who sees whose records, and whom an alarm reaches. Source: security.md 37, 68."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from orgs.codes import COMMITTEES
from orgs.models import Organization
from orgs.reach import at_root
from partyplatform.audit import ActingRole
from partyplatform.audit.reach import Addressees, Condition


class AuditedTree:
    def in_reach(self, role: ActingRole, column: str) -> Condition:
        """At the top the condition is turned round: a list of all ids of a tree would be made before the first row."""
        if not at_root(role):
            return Q(**{f"{column}__in": _ids(Organization.objects.visible_to(role))})
        own_tree = Organization.objects.itself(role.organization_id or 0).values("tree_id")
        return ~Exists(Organization.objects.filter(pk=OuterRef(column)).exclude(tree_id=Subquery(own_tree)))

    def superiors(self, role: ActingRole) -> QuerySet | None:
        return None if at_root(role) else _ids(Organization.objects.above(role.organization_id or 0))

    def supervised(self, role: ActingRole) -> QuerySet:
        own = getattr(role, "organization", None)
        is_committee = own is not None and own.org_type in COMMITTEES
        reach = Organization.objects.visible_to(role) if is_committee else Organization.objects.managed_by(role)
        return _ids(reach)

    def under(self, organization_id: int) -> QuerySet:
        return _ids(Organization.objects.within(organization_id))

    def called(self, text: str) -> QuerySet:
        return _ids(Organization.objects.matching(text))

    def names(self, ids: Collection[int]) -> dict[int, str]:
        return dict(Organization.objects.filter(pk__in=ids).values_list("pk", "short_name"))

    def name_in_reach(self, role: ActingRole, organization_id: int) -> str | None:
        found = Organization.objects.visible_to(role).filter(pk=organization_id)
        return found.order_by().values_list("short_name", flat=True).first()

    def addressees(self, organization_id: int) -> Addressees:
        chain = list(Organization.objects.above(organization_id, include_self=True).values_list("pk", "org_type"))
        superior = chain[-2][0] if len(chain) > 1 else None
        return Addressees(superior, next((pk for pk, org_type in reversed(chain) if org_type in COMMITTEES), superior))

    def is_top(self, role: ActingRole) -> bool:
        return at_root(role)


def _ids(organizations: QuerySet) -> QuerySet:
    return organizations.order_by().values("pk")
