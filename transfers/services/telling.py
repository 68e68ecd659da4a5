"""What members are told of their own transfer: when it begins, when a letter is given, when it is over."""

from typing import Any

from django.dispatch import receiver

from accounts.services import notes
from transfers.codes import TransferState
from transfers.models import Transfer
from transfers.signals import transfer_advanced
from transfers.workflow import START, Effect, Step

_TOLD = {
    TransferState.DONE: "已办结",
    TransferState.REFUSED: "已退回",
    TransferState.WITHDRAWN: "已撤回",
    TransferState.EXPIRED: "介绍信已过期，请联系党支部",
}


@receiver(transfer_advanced)
def tell_member(transfer: Transfer, step: Step, **_: Any) -> None:
    """Leave a note for whoever the transfer is about, in its transaction; steps in between show in 我的转接."""
    user = transfer.member.user if transfer.member else None
    if user is None:
        return
    told = _TOLD.get(TransferState(transfer.state), "")
    if step is START:
        told = "已发起"
    elif Effect.ISSUE in step.effects:
        told = f"已开具介绍信，有效期至 {transfer.valid_until:%Y-%m-%d}"
    if told:
        label, goal = transfer.get_type_display(), transfer.target_name
        notes.tell(user, f"您的组织关系转接（{label}，转入“{goal}”）{told}，办理进度见“我的转接”。")
