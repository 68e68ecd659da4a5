"""What time does to transfers: letters run out, late steps go before those above. Source: workflows.md 3.3, 11.

Both are chores: they may run at any moment, twice, or side by side with a person who acts.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from orgs.models import Organization
from partyplatform import audit
from partyplatform.chores import chore
from partyplatform.ui.stale import Stale
from transfers import chains
from transfers.models import Transfer, TransferEvent
from transfers.services.advancing import advance

BATCH = 500
# Days after a step should have been done → what is written down; a step of 7 days is then 7, 14 and 21 days old.
LEVELS = ((15, 21), (8, 14), (1, 7))


@chore
def expire_letters() -> int:
    """Let letters run out whose last day is over; return how many. Whoever acted meanwhile was first."""
    count = 0
    for transfer in Transfer.objects.run_out(timezone.localdate())[:BATCH]:
        try:
            advance(transfer, "expire", by=audit.SYSTEM, version=transfer.version)
        except Stale:
            continue
        count += 1
    return count


@chore
def remind_of_late_steps() -> int:
    """Write down how late each open step is, and bring it before those above; return how many were."""
    day = timezone.localdate()
    return sum(_remind(transfer.pk, day) for transfer in Transfer.objects.to_remind(day)[:BATCH])


@transaction.atomic
def _remind(pk: int, day: datetime.date) -> bool:
    rows = Transfer.objects.select_for_update(of=("self",), no_key=True)
    transfer = rows.select_related("holder__parent", "source", "target").get(pk=pk)
    reached = transfer.is_unfinished and level(transfer, day)
    if not reached or reached <= transfer.reminded_days:
        return False
    transfer.reminded_days = reached
    transfer.escalated_to = _superior(transfer, reached)
    transfer.save(update_fields=["reminded_days", "escalated_to"])
    told = f"，已报“{transfer.escalated_to.short_name}”督办" if transfer.escalated_to else ""
    sentence = f"{transfer.get_stage_display()}逾期未办，第 {LEVELS_OF[reached]} 次提醒"
    TransferEvent.objects.create(
        transfer=transfer,
        type=transfer.type,
        verb="remind",
        sentence=sentence,
        organization=transfer.holder,
        by_name=audit.SYSTEM.user_name,
        remark=f"到达“{transfer.holder.short_name}”已 {transfer.days_held(day)} 天{told}",
    )
    audit.record(audit.SYSTEM, "transfers.remind", transfer, organization=transfer.holder_id, reason=sentence)
    return True


LEVELS_OF = {days: number for number, (_, days) in enumerate(reversed(LEVELS), 1)}


def level(transfer: Transfer, day: datetime.date) -> int:
    """Return 7, 14 or 21 for a step that is late, 0 for one in time."""
    late = (day - transfer.due_on).days if transfer.due_on else 0
    return next((days for least, days in LEVELS if late >= least), 0)


def _superior(transfer: Transfer, reached: int) -> Organization | None:
    """Return before whom it is brought: at first the holder's superior, at last the one above both sides."""
    above = transfer.holder.parent
    if reached == LEVELS[-1][1] or above is None:
        return None
    if reached == LEVELS[1][1]:
        return above
    sides = [side for side in (transfer.source, transfer.target) if side is not None]
    common = chains.common_superior([*sides, transfer.holder])
    return above if common is None or common.pk == transfer.holder_id else common
