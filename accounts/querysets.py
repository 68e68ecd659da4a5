"""Every reusable read of accounts."""

import datetime
from typing import Any, Self

from django.db.models import Case, F, IntegerField, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.codes import GrantState, RoleKind
from accounts.id_numbers import normalise
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.crypto import blind_indexes

ID_NUMBER = "accounts.user.id_number"  # the column's name for its search key


class UserQuerySet(QuerySet):
    def with_id_number(self, typed: str) -> Self:
        """The account of this 身份证号, however it was typed: at most one row, found under any key in use."""
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=ID_NUMBER))


class AccountNoteQuerySet(QuerySet):
    def of(self, user: Any) -> Self:
        """What this account was told, newest first."""
        return self.filter(user_id=user.pk).order_by("-pk")


class HandOverQuerySet(QuerySet):
    def of_session(self, user: Any) -> Self:
        """What this person has to hand out, as far as the present session of the account made it."""
        return self.filter(owner_id=user.pk, session_mark=user.session_mark).exclude(session_mark="")


class RoleGrantQuerySet(QuerySet):
    def active(self, on: datetime.date | None = None) -> Self:
        """Grants that give rights on a day (today if none is named): begun, not ended, of an active account, at a
        living organisation. Whoever acts with one asks `accounts.genuine` as well."""
        day = on or timezone.localdate()
        return self.open(day).filter(
            starts_on__lte=day,
            user__is_active=True,
            organization__dissolved_on__isnull=True,
        )

    def open(self, on: datetime.date | None = None) -> Self:
        """Grants that have not ended on a day (today), those that are still to begin included, whatever their account
        and organisation."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on or timezone.localdate()))

    def administrators(self) -> Self:
        return self.exclude(kind=RoleKind.MEMBER)

    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk)

    def visible_to(self, role: ActingRole) -> Self:
        """Grants at the role's organisation and below it; the tree is asked inside the statement (security.md 33)."""
        return self.at_or_below(role.organization_id)

    def managed_by(self, role: ActingRole) -> Self:
        """Grants strictly below the role's organisation: nobody touches those of the own level (security.md 36)."""
        return self.visible_to(role).exclude(organization=role.organization_id)

    def at_or_below(self, organization_id: int | None) -> Self:
        root = Organization._base_manager.filter(pk=organization_id)
        return self.filter(
            organization__tree_id=Subquery(root.values("tree_id")),
            organization__lft__gte=Subquery(root.values("lft")),
            organization__lft__lte=Subquery(root.values("rght")),
        )

    def in_tree_order(self) -> Self:
        """Organisation by organisation in the order of the tree, system by system, by name."""
        return self.order_by("organization__tree_id", "organization__lft", "system", "user__name", "pk")

    def directly_below(self, organization_id: int | None) -> Self:
        """Grants at the organisations one level down."""
        return self.filter(organization__parent=organization_id)

    def in_state(self, state: str, today: datetime.date) -> Self:
        """Grants in a state of `GrantState` on a day; 有效 says nothing of the account."""
        begun = self.filter(starts_on__lte=today)
        match state:
            case GrantState.COMING:
                return self.filter(starts_on__gt=today).exclude(ends_on__lte=F("starts_on"))
            case GrantState.ENDED:
                return self.filter(Q(ends_on__lte=today) | Q(ends_on__lte=F("starts_on")))
        return begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))

    def due_for_review(self, limit: datetime.date) -> Self:
        """Administrators' grants in force that nobody has confirmed since `limit`, the oldest first."""
        rows = self.in_state(GrantState.VALID, timezone.localdate()).exclude(kind=RoleKind.MEMBER)
        stale = Q(confirmed_on__lte=limit) | Q(confirmed_on__isnull=True, starts_on__lte=limit)
        return rows.filter(stale, organization__dissolved_on__isnull=True).order_by("starts_on", "pk")

    def in_systems(self, *systems: str) -> Self:
        return self.filter(system__in=systems)

    def by_preference(self, *, chosen: int | None = None, system: str = "") -> Self:
        """The chosen one first, then those of `system`, then 默认; after them 党员 before administrators."""
        wishes = Q(pk=chosen or 0), Q(system=system), Q(is_default=True), Q(kind=RoleKind.MEMBER)
        return self.order_by(*(_first(wish) for wish in wishes), "system", "pk")


def _first(wish: Q) -> Case:
    return Case(When(wish, then=Value(0)), default=Value(1), output_field=IntegerField())
