"""Every reusable read of accounts."""

import datetime
from typing import Any, Self

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.id_numbers import normalise
from partyplatform.crypto import blind_indexes

ID_NUMBER = "accounts.user.id_number"  # the column's name for its search key


class UserQuerySet(QuerySet):
    def with_id_number(self, typed: str) -> Self:
        """The account of this 身份证号, however it was typed: at most one row, found under any key in use."""
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=ID_NUMBER))


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

    def in_systems(self, *systems: str) -> Self:
        return self.filter(system__in=systems)

    def by_preference(self, *, chosen: int | None = None, system: str = "") -> Self:
        """The chosen one first, then those of `system`, then 默认; after them 党员 before administrators."""
        wishes = Q(pk=chosen or 0), Q(system=system), Q(is_default=True), Q(kind=RoleKind.MEMBER)
        return self.order_by(*(_first(wish) for wish in wishes), "system", "pk")


def _first(wish: Q) -> Case:
    return Case(When(wish, then=Value(0)), default=Value(1), output_field=IntegerField())
