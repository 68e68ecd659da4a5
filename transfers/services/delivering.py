"""The outbox: messages go over the network until the other side has taken or refused them. A chore of the worker.

Nothing is held while the network is waited for: a try first moves `next_try_at`, so whoever is killed meanwhile has
only lost that try, and the other side knows a message it got twice.
"""

import datetime
import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from partyplatform import audit
from partyplatform.chores import chore
from transfers.codes import OutState
from transfers.exchange import identity, wire
from transfers.models import OutMessage
from transfers.services import sending

logger = logging.getLogger(__name__)

BATCH = 20
MINUTES = (1, 2, 5, 15, 60, 240)  # after the first, second … try in vain; then each time the last


@chore
def deliver_messages() -> int:
    """Try what is due, once each; return how many were delivered. After one failure an installation rests."""
    if not identity.own_id():
        return 0
    now, count = timezone.now(), 0
    resting: set[int] = set()
    for message in OutMessage.objects.due(now).select_related("peer", "place", "transfer")[:BATCH]:
        if message.expires_at <= now:
            _finish(message, OutState.EXPIRED, remark="有效期已过，对方平台始终没有收到")
        elif message.peer_id not in resting and _claim(message, now):
            count += _try(message, resting)
    return count


def _claim(message: OutMessage, now: datetime.datetime) -> bool:
    """Take a message for one try; False when somebody else did or it was cancelled."""
    wait = MINUTES[min(message.tries, len(MINUTES) - 1)]
    rows = OutMessage.objects.filter(pk=message.pk).due(now)
    return bool(rows.order_by().update(tries=F("tries") + 1, next_try_at=now + datetime.timedelta(minutes=wait)))


def _try(message: OutMessage, resting: set[int]) -> bool:
    peer = message.peer
    try:
        if refusal := peer.refusal():
            raise wire.Unreachable(refusal)
        answer = wire.deliver(
            bytes(message.envelope), address=peer.address, certificates=peer.certificates, inside=peer.is_inside
        )
    except wire.Unreachable as fault:
        logger.warning("exchange: %s not delivered to %s: %s", message.uid, peer.platform, fault)
        OutMessage.objects.filter(pk=message.pk, state=OutState.WAITING).update(remark=str(fault)[:500])
        resting.add(message.peer_id)
        return False
    if answer.is_taken:
        _finish(message, OutState.DELIVERED)
    else:
        _finish(message, OutState.REJECTED, remark=answer.reason)
    return answer.is_taken


@transaction.atomic
def _finish(message: OutMessage, state: OutState, *, remark: str = "") -> None:
    """Write down how a message ended; one that was cancelled while it was on the line keeps its state, with a word."""
    rows = OutMessage.objects.select_for_update(of=("self",), no_key=True).select_related("peer", "place", "transfer")
    held = rows.get(pk=message.pk)
    if held.state != OutState.WAITING:
        if state == OutState.DELIVERED:
            OutMessage.objects.filter(pk=held.pk).update(remark="取消时对方平台已经收到，请与对方联系")
        return
    held.delivered_at = timezone.now() if state == OutState.DELIVERED else None
    held.remark = remark
    held.save(update_fields=["delivered_at", "remark"])
    sending.end(held, state, remark=remark)
    if state == OutState.DELIVERED:
        sending.note_receipt(held)
    if held.transfer and held.place_id:
        words = f"{held.get_kind_display()}{held.get_state_display()}"
        said = f"{held.peer}{'：' if remark else ''}{remark}"
        sending.tell_exchange(held.transfer, words, by=audit.SYSTEM, remark=said, place=held.place)
    changes = [["对方平台", "", str(held.peer)], ["状态", OutState.WAITING.label, held.get_state_display()]]
    audit.record(
        audit.SYSTEM, "transfers.deliver_message", held, organization=held.place_id, changes=changes, reason=remark
    )
