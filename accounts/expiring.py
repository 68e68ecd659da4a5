"""Certificates that end soon, for those who have to see to new ones. Source: security.md 16."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Certificate, RoleGrant
from accounts.models.certificates import REMIND_DAYS
from accounts.powers import Power


def ending_for(role: RoleGrant, now: datetime.datetime | None = None) -> QuerySet[Certificate]:
    """Certificates below the role that end within the first reminder's days or have ended, the first to end first."""
    if not role.can(Power.MANAGE_CERTIFICATES):
        return Certificate.objects.none()
    limit = (now or timezone.now()) + datetime.timedelta(days=REMIND_DAYS[0])
    ending = Certificate.objects.managed_by(role).ending_by(limit)
    return ending.with_committee().select_related("user").order_by("not_after", "pk")
