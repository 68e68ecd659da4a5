"""What dues do when members change their branch; all inside the transaction of the act. Source: workflows.md 8.2."""

from typing import Any

from django.dispatch import receiver

from eforefront.models import DuesMonth
from eforefront.services.dues import months
from orgs.signals import organization_upgraded, organizations_merged
from transfers.codes import TransferState
from transfers.models import Transfer
from transfers.signals import transfer_advanced


@receiver(transfer_advanced, dispatch_uid="eforefront.dues_go_along")
def go_along(sender: Any, *, transfer: Transfer, **_: Any) -> None:
    """The new branch starts with the month after 党费交至; what was due before stays with the old one."""
    if transfer.state != TransferState.DONE or transfer.member_id is None or transfer.source_id is None:
        return
    months.carry([transfer.member_id], away_from=transfer.source_id, after=transfer.dues_paid_to)
    months.keep([transfer.member_id])  # of whoever left the platform nothing is due any more


@receiver(organizations_merged, dispatch_uid="eforefront.dues_merged")
def follow_merger(sender: Any, *, source: Any, **_: Any) -> None:
    """Whatever the merged branch had still to collect is collected by the one that took its members in."""
    _take_along(source)


@receiver(organization_upgraded, dispatch_uid="eforefront.dues_upgraded")
def follow_upgrade(sender: Any, *, organization: Any, **_: Any) -> None:
    """Members of an upgraded branch went to its new branches."""
    _take_along(organization)


def _take_along(branch: Any) -> None:
    owing = DuesMonth.objects.of(branch).filter(state__in=["1", "4", "5"])
    months.carry(list(owing.order_by().values_list("member", flat=True).distinct()), away_from=branch.pk)
