"""What dues tell the apps below, and what they do, in the same transaction, when members change their branch.

Source: workflows.md 3.3, 8.2.
"""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from accounts.powers import Power
from eforefront.models import DuesMonth, DuesRelief, PaymentSheet
from eforefront.querysets.dues import last_paid
from eforefront.services.dues import months, reliefs, totals
from orgs.signals import organization_moved, organization_upgraded, organizations_merged
from partyplatform.ui.todos import counts_todos
from transfers.codes import TransferState
from transfers.models import Transfer
from transfers.paid_months import knows_paid_months
from transfers.signals import transfer_advanced


@knows_paid_months
def paid_to(member: Any) -> datetime.date | None:
    """党费交至 of a transfer that begins is at least the last month paid for at the branch."""
    return last_paid(member)


@counts_todos
def reliefs_waiting(role: Any) -> list[QuerySet]:
    """What the bell of a committee counts: reliefs it has to decide."""
    return [DuesRelief.objects.waiting_for(role)] if role.can(Power.DECIDE_DUES) else []


@receiver(transfer_advanced, dispatch_uid="eforefront.dues_go_along")
def go_along(sender: Any, *, transfer: Transfer, **_: Any) -> None:
    """The new branch starts with the month after 党费交至; what was due before stays with the old one."""
    if transfer.state != TransferState.DONE or transfer.member_id is None or transfer.source_id is None:
        return
    months.carry([transfer.member_id], away_from=transfer.source_id, after=transfer.dues_paid_to)
    months.keep([transfer.member_id])  # of whoever left the platform nothing is due any more


@receiver(organization_moved, dispatch_uid="eforefront.dues_moved")
def follow_move(sender: Any, *, organization: Any, old_parent: Any, new_parent: Any, **_: Any) -> None:
    """The sums of a whole subtree count for the committees it stands under now."""
    totals.moved(organization, old_parent=old_parent, new_parent=new_parent)


@receiver(organizations_merged, dispatch_uid="eforefront.dues_merged")
def follow_merger(sender: Any, *, source: Any, target: Any, **_: Any) -> None:
    """Whatever the merged branch had still to collect is collected by the one that took its members in; 减免 too.

    A 缴费表 that was not entered yet waits there for whoever uploaded it.
    """
    _take_along(source)
    PaymentSheet.objects.of(source).waiting().update(organization=target)


@receiver(organization_upgraded, dispatch_uid="eforefront.dues_upgraded")
def follow_upgrade(sender: Any, *, organization: Any, **_: Any) -> None:
    """Members of an upgraded branch went to its new branches."""
    _take_along(organization)


def _take_along(branch: Any) -> None:
    owing = DuesMonth.objects.of(branch).filter(state__in=["1", "4", "5"])
    months.carry(list(owing.order_by().values_list("member", flat=True).distinct()), away_from=branch.pk)
    reliefs.follow(branch)
