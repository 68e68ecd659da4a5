"""What waits for a role, beside the bell."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.powers import Power
from transfers.exchange import identity
from transfers.models import InMessage, OutMessage, Transfer


def todos(role: Any) -> list[QuerySet]:
    """Return the transfers the role's own organisation has to act on, and those whose receipt it owes."""
    if not role.can(Power.HANDLE_TRANSFERS):
        return []
    rows: list[QuerySet] = [
        Transfer.objects.waiting_for(role, today=timezone.localdate()),
        Transfer.objects.to_answer(role),
    ]
    if identity.own_id():
        rows += [InMessage.objects.waiting_for(role), OutMessage.objects.failed_for(role)]
    return rows
