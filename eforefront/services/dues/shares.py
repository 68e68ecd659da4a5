"""留存比例: entered as the province-level body laid it down; there is no default. Source: workflows.md 8.2."""

import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from eforefront.models import DuesShare
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit


@transaction.atomic
def lay_down(
    organization: Organization,
    *,
    by: audit.ActingRole,
    level: str,
    percent: Decimal,
    from_month: datetime.date,
    document: str,
) -> DuesShare:
    """Enter what a level of organisations below a committee keeps from one month on; rows are only added."""
    share = DuesShare(
        organization=organization,
        level=level,
        percent=percent,
        from_month=from_month,
        document=document,
        by_name=signature(by),
    )
    try:
        with transaction.atomic():
            share.save(force_insert=True)
    except IntegrityError:
        label = DuesShare.Level(level).label
        raise ValidationError({"from_month": f"{label} {from_month:%Y-%m} 起的比例已登记"}) from None
    changes = [["适用层级", "", share.get_level_display()], ["留存比例", "", f"{percent}%"]]
    audit.record(
        by, "eforefront.set_dues_share", share, organization=organization.pk, changes=changes, document=document
    )
    return share
