"""Keeping what an organisation was, so that figures of earlier days stay as they were."""

import datetime

from django.utils import timezone

from orgs.models import Organization, OrganizationPast

ALWAYS = datetime.date(1921, 7, 1)  # "from the beginning": before any organisation was founded


def keep(organization: Organization, *, since: datetime.date | None = None) -> None:
    """Write down what an organisation is, before an act changes it today. In the caller's transaction.

    `since` is the day from which it was so, where that is known: a dissolved one from the day it was dissolved.
    """
    today = timezone.localdate()
    pasts = OrganizationPast.objects.filter(organization=organization)
    last = pasts.order_by("-ends_on").values_list("ends_on", flat=True).first() or ALWAYS
    begins_on = max(last, since or ALWAYS)
    if begins_on < today:
        OrganizationPast.objects.create(
            organization=organization,
            org_type=organization.org_type,
            is_functional=organization.is_functional,
            is_living=organization.is_living,
            begins_on=begins_on,
            ends_on=today,
        )
