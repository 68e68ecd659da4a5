"""What the exchange between platforms does when a transfer goes on: receipts leave, messages that are void end."""

from typing import Any

from django.dispatch import receiver

from partyplatform import audit
from transfers.codes import InState, MessageKind, OutState, TransferState, TransferType
from transfers.models import InMessage, OutMessage, Transfer
from transfers.services import sending
from transfers.signals import transfer_advanced
from transfers.workflow import Step

_AGAIN = ("replace", "reopen")


@receiver(transfer_advanced)
def follow(transfer: Transfer, step: Step, by: audit.ActingRole, **_: Any) -> None:
    """Let the messages of a transfer follow it, in its transaction."""
    if transfer.type == TransferType.IN and not transfer.is_unfinished:
        _answer(transfer, by=by)
    elif transfer.type == TransferType.OUT and (not transfer.is_unfinished or step.verb in _AGAIN):
        _end(transfer, step)


def _answer(transfer: Transfer, *, by: audit.ActingRole) -> None:
    rows = InMessage.objects.filter(transfer=transfer, kind=MessageKind.TRANSFER, state=InState.TAKEN)
    for message in rows.select_for_update(of=("self",), no_key=True).select_related("peer", "place"):
        is_done = transfer.state == TransferState.DONE
        message.state = InState.DONE if is_done else InState.NEW
        message.remark = "" if is_done else f"{transfer.number} {transfer.get_state_display()}，请重新分派或退回对方"
        message.version += 1
        message.save(update_fields=["state", "remark", "version"])
        if is_done:
            sending.acknowledge(message, transfer, by=by)


def _end(transfer: Transfer, step: Step) -> None:
    rows = OutMessage.objects.of(transfer).underway().filter(kind=MessageKind.TRANSFER)
    for message in rows.select_for_update(of=("self",), no_key=True):
        if transfer.state == TransferState.DONE:
            sending.end(message, OutState.ANSWERED)
        else:
            sending.end(message, OutState.CANCELLED, remark=step.label)
