"""Messages to other installations: a 转往市外 whose letter is issued, and the answers to what came."""

import datetime
import json
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.codes import PersonCategory
from members.models.members import ADDRESSES
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.codes import LetterState, MessageKind, OutState, TransferState, Way
from transfers.exchange import envelope, identity
from transfers.models import Arrival, InMessage, Letter, OutMessage, Peer, Transfer, TransferEvent
from transfers.models.letters import FACTS
from transfers.services import letters

ANSWER_DAYS = 180  # how long a receipt or a refusal is tried
FURTHER = ("native_place", "education", "title", "social_class", "job_post", "address")  # what a record must have
OFF = "本平台没有启用平台间交换"


@transaction.atomic
def send(transfer: Transfer, *, to: Peer, way: str, by: audit.ActingRole, version: int) -> OutMessage:
    """Make the message of a transfer whose letter is in force; it is sent by the worker, or taken away as a file.

    Raises `Stale`, `OutOfReach`, and ValidationError for a transfer that cannot be sent, or not to this installation.
    """
    transfer = _taken(transfer)
    letter = Letter.objects.visible_to(by).of(transfer).filter(state=LetterState.VALID).first()
    if letter is None:
        raise OutOfReach
    if transfer.version != version:
        raise Stale(
            [("发往对方平台", "发送", transfer.get_state_display())], who=transfer.last_by, when=transfer.last_at
        )
    _refuse_to(transfer, to, way)
    until = datetime.datetime.combine(letter.valid_until, datetime.time(23, 59, 59), timezone.get_current_timezone())
    message = OutMessage(peer=to, kind=MessageKind.TRANSFER, way=way, transfer=transfer, name=transfer.name)
    message.place_id, message.letter_number = letter.committee_id, letter.label
    _close(message, _content(transfer, letter), by=by, until=until)
    tell_exchange(
        transfer, f"发往对方平台（{message.get_way_display()}）", by=by, remark=str(to), place=letter.committee
    )
    _record(message, by=by)
    return message


@transaction.atomic
def cancel(message: OutMessage, *, by: audit.ActingRole, version: int) -> OutMessage:
    """Take a 转接 back that has not been delivered. A file that was carried away is void for this platform."""
    held = held_out(message, by=by, version=version)
    if not held.may_be_cancelled:
        raise ValidationError(f"该消息{held.get_state_display()}，不能取消")
    end(held, OutState.CANCELLED, remark="由发件方取消")
    if held.transfer:
        tell_exchange(held.transfer, "取消发往对方平台", by=by, remark=str(held.peer), place=held.place)
    audit.record(by, "transfers.cancel_message", held, organization=held.place_id, changes=_changes(held))
    return held


@transaction.atomic
def hurry(message: OutMessage, *, by: audit.ActingRole, version: int) -> OutMessage:
    """Let the worker try at its next round instead of waiting."""
    held = held_out(message, by=by, version=version)
    if not held.is_waiting:
        raise ValidationError(f"该消息{held.get_state_display()}，无需再试")
    held.next_try_at = timezone.now()
    held.version += 1
    held.save(update_fields=["next_try_at", "version"])
    audit.record(by, "transfers.hurry_message", held, organization=held.place_id, changes=_changes(held))
    return held


@transaction.atomic
def taken_away(message: OutMessage, *, by: audit.ActingRole) -> bytes:
    """Return the file of a message, and keep who took it. Raises ValidationError for one that is of no use any more."""
    if not message.may_be_taken:
        raise ValidationError(f"该消息{message.get_state_display()}，不能再下载")
    note_receipt(message)
    audit.record(by, "transfers.take_message", message, organization=message.place_id, changes=_changes(message))
    return bytes(message.envelope)


def acknowledge(incoming: InMessage, transfer: Transfer, *, by: audit.ActingRole) -> OutMessage:
    """Answer with a receipt that the person has been taken in; part of the transaction that did it."""
    committee: Any = transfer.target_committee
    facts = {"received_on": timezone.localdate().isoformat(), "committee": committee.full_name}
    return _answer(incoming, MessageKind.RECEIPT, facts | {"phone": committee.contact_phone}, by=by, transfer=transfer)


def decline(incoming: InMessage, *, reason: str, by: audit.ActingRole) -> OutMessage:
    """Answer that nobody was taken in, and why; part of the transaction that decided it."""
    place = incoming.place
    facts = {"reason": reason, "committee": place.full_name, "phone": place.contact_phone}
    return _answer(incoming, MessageKind.REFUSAL, facts, by=by)


def note_receipt(message: OutMessage) -> None:
    """Note on the 市外转入 that its receipt went back, when it is one that does."""
    if message.kind == MessageKind.RECEIPT and message.transfer_id is not None:
        rows = Arrival.objects.filter(transfer=message.transfer_id, receipt_sent_on=None)
        rows.update(receipt_sent_on=timezone.localdate())


def end(message: OutMessage, state: OutState, *, remark: str = "") -> None:
    """Give a message its end; the caller holds its row or writes under its condition."""
    message.state, message.next_try_at, message.remark = state, None, remark[:500] or message.remark
    message.version += 1
    message.save(update_fields=["state", "next_try_at", "remark", "version"])


def held_out(message: OutMessage, *, by: audit.ActingRole, version: int) -> OutMessage:
    """Return a message as stored, locked; raises `Stale`, `OutOfReach`."""
    rows = OutMessage.objects.select_for_update(of=("self",), no_key=True).select_related("peer", "place", "transfer")
    held = rows.filter(pk__in=OutMessage.objects.managed_by(by).filter(pk=message.pk).values("pk")).first()
    if held is None:
        raise OutOfReach
    if held.version != version:
        raise Stale([("状态", message.get_state_display(), held.get_state_display())])
    return held


def _taken(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("member", "source").get(pk=transfer.pk)


def _refuse_to(transfer: Transfer, peer: Peer, way: str) -> None:
    if not identity.own_id():
        raise ValidationError(OFF)
    if transfer.state != TransferState.LETTER:
        raise ValidationError(f"该转接{transfer.get_state_display()}，介绍信有效时才能发往对方平台")
    if refusal := peer.refusal():
        raise ValidationError({"peer": refusal})
    if way == Way.HTTPS and not peer.address:
        raise ValidationError({"way": "对方平台没有登记网络地址，请选择文件传递"})
    sent = OutMessage.objects.of(transfer).underway().filter(kind=MessageKind.TRANSFER).select_related("peer").first()
    if sent is not None:
        raise ValidationError(f"该转接已发往{sent.peer.name}（{sent.get_state_display()}），不能重复发送")


def _content(transfer: Transfer, letter: Letter) -> dict[str, Any]:
    """Return what the receiver needs for its record: the letter with its check code, and the person."""
    facts = json.loads(FACTS.text(letter))
    member: Any = transfer.member
    missing = [label for label, value in _needed(member) if not value]
    if missing:
        raise ValidationError(f"{member.name}没有登记{'、'.join(missing)}，请先由原支部补全")
    taken = ("heading", "source", "destination", "committee", "committee_code")
    return {
        "reference": str(transfer.uid),
        "letter": {
            "number": letter.label,
            "check": letters.check_code(letter),
            "issued_on": letter.issued_on.isoformat(),
            "days": (letter.valid_until - letter.issued_on).days,
            "phone": facts["committee_phone"],
            **{name: facts[name] for name in taken},
        },
        "person": {
            "name": facts["name"],
            "id_number": facts["id_number"],
            "category": member.category,
            "ethnicity": member.ethnicity,
            "phone": facts["phone"],
            "joined_on": member.joined_on.isoformat(),
            "confirmed_on": member.confirmed_on.isoformat() if member.category == PersonCategory.FULL else "",
        },
        "record": {name: value for name, value in _known(member) if value},
        "cause": transfer.cause,
        "dues_paid_to": facts["dues_paid_to"],
    }


def _known(member: Any) -> list[tuple[str, str]]:
    return [(name, ADDRESSES.text(member) if name == "address" else getattr(member, name)) for name in FURTHER]


def _needed(member: Any) -> list[tuple[str, Any]]:
    needed = [("入党日期", member.joined_on)]
    return [*needed, ("转正日期", member.confirmed_on)] if member.category == PersonCategory.FULL else needed


def _answer(
    incoming: InMessage,
    kind: MessageKind,
    facts: dict[str, Any],
    *,
    by: audit.ActingRole,
    transfer: Transfer | None = None,
) -> OutMessage:
    """Answer the way the message came; by file where the other side has no address."""
    peer = incoming.peer
    way = incoming.way if peer.address else Way.FILE
    message = OutMessage(peer=peer, kind=kind, way=way, transfer=transfer, answers=incoming, name=incoming.name)
    message.place_id, message.letter_number = incoming.place_id, incoming.letter_number
    facts |= {
        "reference": str(incoming.reference),
        "answers": str(incoming.uid),
        "letter_number": incoming.letter_number,
    }
    _close(message, facts, by=by, until=timezone.now() + datetime.timedelta(days=ANSWER_DAYS))
    _record(message, by=by)
    return message


def _close(message: OutMessage, content: dict[str, Any], *, by: audit.ActingRole, until: datetime.datetime) -> None:
    message.uid, message.created_at, message.expires_at = uuid.uuid4(), timezone.now(), until
    message.created_by = signature(by)
    message.state = OutState.WAITING if message.way == Way.HTTPS else OutState.FILE
    message.next_try_at = message.created_at if message.way == Way.HTTPS else None
    kind, uid = str(message.kind), message.uid
    try:
        message.envelope = envelope.close(
            content, kind=kind, to=message.peer, uid=uid, now=message.created_at, until=until
        )
    except ValueError as fault:
        raise ValidationError(f"内容不符合交换的约定，不能发送：{fault}") from None
    message.save(force_insert=True)


def _record(message: OutMessage, *, by: audit.ActingRole) -> None:
    audit.record(by, "transfers.send_message", message, organization=message.place_id, changes=_changes(message))


def _changes(message: OutMessage) -> list[list[str]]:
    return [
        ["对方平台", "", str(message.peer)],
        ["类型", "", message.get_kind_display()],
        ["方式", "", message.get_way_display()],
        ["状态", "", message.get_state_display()],
        ["消息编号", "", str(message.uid)],
    ]


def tell_exchange(transfer: Transfer, sentence: str, *, by: audit.ActingRole, remark: str, place: Any) -> None:
    """Write into the history of a transfer what happened between the platforms."""
    TransferEvent.objects.create(
        transfer=transfer,
        type=transfer.type,
        verb="exchange",
        sentence=sentence,
        organization=place,
        by_name=by.user_name,
        phone=place.contact_phone if place else "",
        remark=remark[:500],
    )
