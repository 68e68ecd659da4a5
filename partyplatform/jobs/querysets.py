"""Readings of the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from partyplatform.audit import ActingRole

    from .models import Job


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, role: ActingRole) -> JobQuerySet:
        """One's own jobs, in whatever role they were started."""
        return self.filter(owner_uid=str(role.user_uid))

    def open(self) -> JobQuerySet:
        """Queued or running."""
        return self.filter(state__in=("queued", "running"))

    def claimable(self) -> JobQuerySet:
        """What a worker may take now, first come first: waiting, or left behind by a worker that is gone.

        The database's clock decides, so machines whose clocks differ agree.
        """
        waiting = Q(state="queued") & (Q(lease_until=None) | Q(lease_until__lte=Now()))
        left = Q(state="running", lease_until__lt=Now())
        return self.open().filter(waiting | left).order_by("id")

    def held(self, job: Job) -> JobQuerySet:
        """The row of `job` as long as this very attempt holds it: empty once it was cancelled or taken over."""
        return self.filter(pk=job.pk, state="running", attempts=job.attempts)

    def with_expired_result(self) -> JobQuerySet:
        return self.filter(expires_at__lt=Now()).exclude(result_path="")
