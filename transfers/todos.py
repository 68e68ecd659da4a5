"""What waits for a role, beside the bell."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.powers import Power
from transfers.models import Transfer


def todos(role: Any) -> list[QuerySet]:
    """Return the transfers the role's own organisation has to act on, and those whose receipt it owes."""
    if not role.can(Power.HANDLE_TRANSFERS):
        return []
    return [Transfer.objects.waiting_for(role, today=timezone.localdate()), Transfer.objects.to_answer(role)]
