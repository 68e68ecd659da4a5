"""Readings of the audit."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q, Subquery

from .actors import ActingRole
from .reach import tree

if TYPE_CHECKING:
    from .models import Alarm, Record  # noqa: F401


def not_by_superiors(role: ActingRole, column: str) -> Q:
    """Whether an act was done below or beside: nobody reads that of their superiors. Source: security.md 37."""
    above = tree().superiors(role)
    return Q() if above is None else ~Q(**{f"{column}__in": above})


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, role: ActingRole) -> Self:
        """Records of organisations in reach, without those of superiors."""
        reached = tree().in_reach(role, "organization_id")
        return self.filter(reached, not_by_superiors(role, "actor_organization_id"))

    def of_organization(self, organization_id: int) -> RecordQuerySet:
        """What belongs to one organisation, newest first: its 变动记录."""
        return self.filter(organization_id=organization_id).order_by("-seq")

    def by_person(self, uid: object) -> RecordQuerySet:
        """What one person did, in whatever role, newest first."""
        return self.filter(actor_uid=str(uid)).order_by("-seq")

    def of_object(self, obj: models.Model) -> RecordQuerySet:
        """What was done to one object, newest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(getattr(obj, "uid", obj.pk))).order_by(
            "-seq"
        )

    def under(self, organization_id: int) -> Self:
        """Records of an organisation and of everything below it."""
        return self.filter(organization_id__in=tree().under(organization_id))

    def at_organizations_called(self, text: str) -> Self:
        return self.filter(organization_id__in=tree().called(text))

    def about(self, object_type: str, object_id: object) -> Self:
        """What was done to one object."""
        return self.filter(object_type=object_type, object_id=str(object_id))

    def since(self, moment: datetime.datetime) -> Self:
        """Records from a moment on. Their numbers follow the clock, so the first of them says where to begin."""
        first = self.model._default_manager.filter(at__gte=moment).order_by("at", "seq").values("seq")[:1]
        return self.filter(seq__gte=Subquery(first), at__gte=moment)

    def until(self, moment: datetime.datetime) -> Self:
        """Records before a moment."""
        last = self.model._default_manager.filter(at__lt=moment).order_by("-at", "-seq").values("seq")[:1]
        return self.filter(seq__lte=Subquery(last), at__lt=moment)


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> Self:
        """Alarms nobody has dealt with."""
        return self.filter(handled_at__isnull=True)

    def like(self, **named: Any) -> Self:
        """Alarms whose record says the same in the columns named."""
        return self.filter(**{f"record__{name}": value for name, value in named.items()})

    def visible_to(self, role: ActingRole) -> Self:
        """Alarms of what the role stands above; those of no organisation at the top of a tree."""
        of, by = "record__organization_id", "record__actor_organization_id"
        is_top = tree().is_top(role)
        reached = tree().in_reach(role, of) if is_top else Q(**{f"{of}__in": tree().supervised(role)})
        return self.filter(reached, not_by_superiors(role, by))

    def addressed_to(self, role: ActingRole) -> Self:
        """Those of them that reach the role's own organisation first: as the one above, or as the committee."""
        mine = Q(superior_id=role.organization_id) | Q(committee_id=role.organization_id)
        return self.visible_to(role).filter(mine | Q(record__organization_id__isnull=True))
