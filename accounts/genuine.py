"""Grants that the platform itself wrote; the others give no right and raise an alarm. Source: security.md 70."""

import hashlib
import logging
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError, transaction

from accounts.marks import is_genuine, values_of
from accounts.models import RoleGrant
from partyplatform import audit
from partyplatform.audit.models import Record

logger = logging.getLogger(__name__)

FORGED = "accounts.forged_grant"


def genuine(grants: Iterable[RoleGrant]) -> list[RoleGrant]:
    """Return the rows that carry their mark, in their order. As long as all do, this asks the database for nothing."""
    rows = list(grants)
    kept = [grant for grant in rows if is_genuine(grant)]
    if len(kept) < len(rows):
        _tell_of([grant for grant in rows if grant not in kept])
    return kept


def _tell_of(forged: list[RoleGrant]) -> None:
    """Raise the alarm; a database that cannot be written keeps nobody from being refused."""
    for grant in forged:
        logger.error("grant %s does not carry its mark and gives no right", grant.pk)
        try:
            _alarm(grant)
        except (OperationalError, InterfaceError) as error:
            logger.error("alarm for grant %s not written: %s", grant.pk, type(error).__name__)


@transaction.atomic
def _alarm(grant: RoleGrant) -> None:
    """Record the alarm, once for each state the row was found in."""
    RoleGrant.objects.select_for_update(of=("self",)).filter(pk=grant.pk).first()
    found = [*values_of(grant).values(), grant.mark]
    sign = f"状态 {hashlib.sha256(repr(found).encode()).hexdigest()[:12]}"
    told = Record.objects.filter(action=FORGED, object_id=str(grant.pk), reason__endswith=sign)
    if told.exists():
        return
    reason = f"授权记录不是由平台写入或被改动，已不起作用。{sign}"
    audit.alarm(audit.SYSTEM, FORGED, grant, organization=grant.organization_id, reason=reason)
