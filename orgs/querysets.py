"""Every reusable read of the organisation tree."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from orgs.nodes import NodeQuerySet
from orgs.reach import at_branch, at_root, between, inside, reached, same_tree
from partyplatform.audit import ActingRole

if TYPE_CHECKING:
    from orgs.models import Organization


class OrganizationQuerySet(NodeQuerySet):
    def living(self) -> Self:
        """Organisations that are not dissolved."""
        return self.filter(dissolved_on__isnull=True)

    def within(self, root_id: int | None) -> Self:
        """The subtree under the organisation with this id, itself included.

        A move which commits between two statements neither shows strangers nor hides anybody, see orgs/reach.py.
        """
        return self.filter(inside("", root_id))

    def below(self, root_id: int) -> Self:
        """The subtree without its root."""
        return self.within(root_id).exclude(pk=root_id)

    def itself(self, organization_id: int) -> Self:
        return self.filter(pk=organization_id)

    def itself_and_children(self, organization_id: int) -> Self:
        return self.filter(Q(pk=organization_id) | Q(parent=organization_id))

    def above(self, organization_id: int, *, include_self: bool = False) -> Self:
        """The chain from the root down to the organisation, in that order."""
        chain = self.with_ancestors([organization_id]).order_by("lft")
        return chain if include_self else chain.exclude(pk=organization_id)

    def with_ancestors(self, ids: Collection[int]) -> Self:
        """The organisations with these ids and everything above them.

        From child to parent: an index has no way to find the few intervals that contain a number, it would read all
        that begin before it.
        """
        table, marks = self.model._meta.db_table, ", ".join(["%s"] * len(ids))
        climb = (
            f"WITH RECURSIVE up(id, parent_id) AS (SELECT id, parent_id FROM {table} WHERE id IN ({marks})"
            f" UNION SELECT o.id, o.parent_id FROM {table} o JOIN up ON o.id = up.parent_id) SELECT id FROM up"
        )
        return self.filter(pk__in=RawSQL(climb, list(ids))) if ids else self.none()

    def visible_to(self, role: ActingRole) -> Self:
        """What an administrator acting as `role` may see: the own organisation and everything below it.

        学院党委 ─┬─ 教工支部      acting for 学院党委: all three;
                  └─ 学生支部      acting for 教工支部: only that one, not its sibling.
        """
        return self.filter(reached(role, ""))

    def whole_tree(self, root_id: int | None) -> Self:
        """Everything in the tree of the organisation with this id, which stands at its top."""
        return self.filter(same_tree("", root_id))

    def managed_by(self, role: ActingRole) -> Self:
        """What `role` may change: the organisations below its own, and its own only where nobody stands above.

        Source: manual part 4 ("organisation above the branch"), workflows.md 2.3.
        """
        visible = self.visible_to(role)
        return visible if at_root(role) else visible.exclude(pk=role.organization_id)

    def subordinate_to(self, role: ActingRole) -> Self:
        """What lies strictly below the role's own organisation: there it grants, its own administrators come from
        above. The platform itself reaches everything. Source: workflows.md 1.2."""
        return self.visible_to(role).exclude(pk=role.organization_id) if role.organization_id else self.all()

    def receiving_members(self) -> Self:
        """Branches whose members are enrolled here: neither temporary nor functional."""
        return self.filter(org_type__in=["631", "632"], is_functional=False)

    def approving(self) -> Self:
        """Committees that approve candidates and exchange letters. Source: workflows.md 3.2, 4.4."""
        return self.living().filter(may_approve=True)

    def nearest_approving(self, organization_id: int) -> Organization | None:
        """The committee that approves for an organisation: itself or the nearest above it that may, else None."""
        return self.approving().with_ancestors([organization_id]).order_by("-level").first()

    def in_tree_order(self) -> Self:
        """Depth first, siblings in the order the administrators gave them."""
        return self.order_by("tree_id", "lft")

    def matching(self, keyword: str) -> Self:
        """Organisations whose name, pinyin initials or 党组织编码 contains every word of `keyword`."""
        for word in keyword.lower().split():
            self = self.filter(search_text__contains=word)
        return self


class ScopedQuerySet(QuerySet):
    """Rows that belong to an organisation and are seen by whoever sees the organisation."""

    def visible_to(self, role: ActingRole) -> Self:
        if at_root(role) or at_branch(role):
            return self.filter(reached(role, "organization"))  # the first rows in the list's own order are found alone
        return self.filter(organization__in=_ids(_model(self).objects.visible_to(role)))

    def managed_by(self, role: ActingRole) -> Self:
        if at_root(role):
            return self.visible_to(role)
        return self.filter(organization__in=_ids(_model(self).objects.managed_by(role)))

    def of(self, organization: Organization) -> Self:
        """Rows of this very organisation, which the caller has found in reach."""
        return self.filter(organization=organization)


class TermQuerySet(ScopedQuerySet):
    def visible_to(self, role: ActingRole, *, from_terms: bool = False) -> Self:
        """Terms of the organisations in reach, by one join below the top too.

        `from_terms` is for a list in the order of the terms in a large reach: the numbers of the tree hide in two
        sums, so that PostgreSQL looks the organisation of each term up until the page is full, instead of reading
        all organisations in reach first, which it takes for few. See `MemberQuerySet.of`.
        """
        if at_root(role):
            return super().visible_to(role)
        if not from_terms:
            return self.filter(reached(role, "organization"))
        rows = self.alias(low=F("organization__lft") + 0, high=F("organization__lft") - 0)
        return rows.filter(between(role.organization_id, "organization__tree_id", "low", "high"))

    def current(self) -> Self:
        return self.filter(is_current=True)

    def ending_by(self, day: datetime.date) -> Self:
        """Current terms that end on or before `day`, overdue ones included, the most urgent first."""
        living = self.current().filter(organization__dissolved_on__isnull=True)
        return living.filter(ends_on__lte=day).order_by("ends_on", "organization_id")


class RenewalQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.exclude(state__in=["done", "refused", "withdrawn"])

    def managed_by(self, role: ActingRole) -> Self:
        if at_root(role):
            return super().managed_by(role)
        return self.filter(reached(role, "organization")).exclude(organization=role.organization_id)


class ParentChangeQuerySet(ScopedQuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Requests about organisations in reach, and requests to bring one into reach."""
        if at_root(role):
            return super().visible_to(role)
        return self.filter(
            reached(role, "organization") | reached(role, "asking_organization") | reached(role, "decider")
        )

    def wholesale(self, first: datetime.date, last: datetime.date) -> Self:
        """整建制转移 carried out on these days, the first and the last included. Source: workflows.md 2.3."""
        return self.filter(old_committee__isnull=False, decided_at__date__range=(first, last))

    def to_decide_by(self, role: ActingRole) -> Self:
        """Open requests whose deciding committee lies in the role's reach."""
        return self.filter(reached(role, "decider"), state="asked")


def _model(queryset: QuerySet) -> type[Organization]:
    """The organisation's model, reached through the row's own key: this module is imported by the models."""
    return queryset.model._meta.get_field("organization").related_model


def _ids(organizations: OrganizationQuerySet) -> QuerySet:
    return organizations.order_by().values("pk")
