"""Every reusable read of members."""

from typing import Self

from django.db.models import Q, QuerySet, Subquery

from members.codes import MembershipStatus, PersonCategory
from orgs.models import Organization
from partyplatform.audit import ActingRole


class MemberQuerySet(QuerySet):
    def active(self) -> Self:
        """Members on the roll: neither suspended nor gone."""
        return self.filter(status=MembershipStatus.NORMAL)

    def enrolled(self) -> Self:
        """Everybody who still belongs to a branch: active or suspended."""
        return self.filter(status__in=[MembershipStatus.NORMAL, MembershipStatus.SUSPENDED])

    def full(self) -> Self:
        return self.filter(category=PersonCategory.FULL)

    def visible_to(self, role: ActingRole) -> Self:
        """Whom an administrator acting as `role` may see: the members of every organisation in reach."""
        return self.filter(_inside(role.organization_id))

    def of(self, organization_id: int) -> Self:
        """Members of the organisation and of everything below it."""
        return self.filter(_inside(organization_id))

    def of_itself_and_children(self, organization_id: int) -> Self:
        return self.filter(Q(organization=organization_id) | Q(organization__parent=organization_id))

    def named(self, text: str) -> Self:
        """Members whose name begins with `text`: the index on names serves it among millions."""
        return self.filter(name__startswith=text.strip())

    def in_tree_order(self) -> Self:
        """Branch by branch in the order of the tree, by name inside a branch."""
        return self.order_by("organization__tree_id", "organization__lft", "name", "pk")


class PostQuerySet(QuerySet):
    def of(self, organization: Organization) -> Self:
        """Posts of this very organisation's terms, which the caller has found in reach."""
        return self.filter(term__organization=organization)

    def current(self) -> Self:
        """Posts of current terms that have not ended."""
        return self.filter(term__is_current=True, ended_on__isnull=True)

    def open(self) -> Self:
        """Posts nobody has ended, of whatever term."""
        return self.filter(ended_on__isnull=True)

    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(term__organization__in=Organization.objects.visible_to(role).order_by().values("pk"))


def _inside(root_id: int | None) -> Q:
    """The condition of `Organization.objects.within`, on the member's own organisation.

    A join instead of a list of ids, so that the first rows in tree order are found without sorting all of them; the
    coordinates are read inside the statement all the same. Source: security.md 33.
    """
    root = Organization._base_manager.filter(pk=root_id)
    return Q(
        organization__tree_id=Subquery(root.values("tree_id")),
        organization__lft__gte=Subquery(root.values("lft")),
        organization__lft__lte=Subquery(root.values("rght")),
    )
