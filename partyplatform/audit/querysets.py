"""Readings of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from .models import Record  # noqa: F401


class RecordQuerySet(models.QuerySet["Record"]):
    def of_organization(self, organization_id: int) -> RecordQuerySet:
        """What belongs to one organisation, newest first: its 变动记录."""
        return self.filter(organization_id=organization_id).order_by("-seq")

    def by_person(self, uid: object) -> RecordQuerySet:
        """What one person did, in whatever role, newest first."""
        return self.filter(actor_uid=str(uid)).order_by("-seq")
