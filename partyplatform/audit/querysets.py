"""Readings of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from .actors import ActingRole
from .reach import Ids, tree

if TYPE_CHECKING:
    from .models import Alarm, Record  # noqa: F401


def acted_in_reach(role: ActingRole, prefix: str = "") -> Q:
    """What the platform did, and what was done in roles of organisations in reach: nobody reads the audit of their own
    superiors. Source: security.md 37."""
    actor = f"{prefix}actor_organization_id"
    return Q(**{f"{actor}__isnull": True}) | Q(**{f"{actor}__in": tree().visible(role)})


class RecordQuerySet(models.QuerySet["Record"]):
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


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> Self:
        """Alarms nobody has dealt with."""
        return self.filter(handled_at__isnull=True)

    def like(self, **named: Any) -> Self:
        """Alarms whose record names the same action, organisation, object and actor."""
        return self.filter(**{f"record__{name}": value for name, value in named.items()})

    def visible_to(self, role: ActingRole) -> Self:
        """Alarms of what the role stands above; those of no organisation at the top of a tree."""
        return self.filter(self._of(tree().supervised(role), role), acted_in_reach(role, "record__"))

    def addressed_to(self, role: ActingRole) -> Self:
        """Those of them that reach the role's own organisation first: as the one above, or as the committee."""
        mine = Q(superior_id=role.organization_id) | Q(committee_id=role.organization_id)
        return self.visible_to(role).filter(mine | Q(record__organization_id__isnull=True))

    @staticmethod
    def _of(organizations: Ids, role: ActingRole) -> Q:
        reached = Q(record__organization_id__in=organizations)
        return reached | Q(record__organization_id__isnull=True) if tree().is_top(role) else reached
