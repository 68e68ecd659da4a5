"""Messages from other installations: what is refused, what is kept, and what becomes of it."""

import datetime
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from members.record_checks import name_fault
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit, phones
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.codes import InState, MessageKind, OutState
from transfers.exchange import schemas
from transfers.exchange.envelope import Opened, Refused, open_message
from transfers.models import InMessage, OutMessage, Peer, Transfer
from transfers.models.exchange import CONTENTS
from transfers.services import arriving, sending
from transfers.services.advancing import advance

logger = logging.getLogger(__name__)

FOUNDED = "1921-07"  # nobody paid dues before


@dataclass(frozen=True, slots=True)
class Receiver:
    """The committee at the other side, as whoever acts when its receipt comes."""

    user_name: str
    label: str
    user_uid: str = ""
    organization_id: None = None
    organization_name: str = ""

    def can(self, power: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Received:
    """The message as it is kept; `is_repeated` when it had come before and nothing was done."""

    message: InMessage
    is_repeated: bool = False


def receive(data: bytes, *, way: str, by: audit.ActingRole) -> Received:
    """Take a message in. Raises `Refused` for one that is not right, after that was written down."""
    try:
        opened = open_message(data, find=_peer)
        with transaction.atomic():
            return keep(opened, hashlib.sha256(data).hexdigest(), way=way, by=by)
    except Refused as refused:
        _note(refused, way=way, by=by)
        raise


@transaction.atomic
def assign(message: InMessage, target: Organization, *, by: audit.ActingRole, version: int) -> Transfer:
    """Begin the 市外转入 of whoever a message speaks of, in a branch in reach. Raises what `arrive` raises."""
    held = _held(message, by=by, version=version)
    transfer = arriving.arrive(target, by=by, **_facts(content_of(held)))
    _put(held, InState.TAKEN, transfer=transfer)
    sending.tell_exchange(transfer, "由平台间交换收到", by=by, remark=str(held.peer), place=held.place)
    changes = [*_changes(held), ["转入支部", "", target.short_name]]
    audit.record(by, "transfers.assign_message", held, organization=held.place_id, changes=changes)
    return transfer


@transaction.atomic
def hand_on(message: InMessage, to: Organization, *, by: audit.ActingRole, version: int) -> InMessage:
    """Give a message to a committee below, which then assigns it."""
    held = _held(message, by=by, version=version)
    if not Organization.objects.visible_to(by).filter(pk=to.pk).exists():
        raise OutOfReach
    if not (to.is_committee and to.is_living) or to.pk == held.place_id:
        raise ValidationError("只能转交给另一个党委")
    before, held.place = held.place.short_name, to
    _put(held, InState.NEW)
    changes = [*_changes(held), ["办理组织", before, to.short_name]]
    audit.record(by, "transfers.hand_on_message", held, organization=to.pk, changes=changes)
    return held


@transaction.atomic
def refuse(message: InMessage, *, reason: str, by: audit.ActingRole, version: int) -> OutMessage:
    """Send a 转接 back with the reason; nobody is taken in."""
    held = _held(message, by=by, version=version)
    _put(held, InState.REFUSED, remark=reason)
    answer = sending.decline(held, reason=reason, by=by)
    changes = _changes(held)
    audit.record(by, "transfers.refuse_message", held, organization=held.place_id, changes=changes, reason=reason)
    return answer


@transaction.atomic
def settle(message: InMessage, *, remark: str, by: audit.ActingRole, version: int) -> InMessage:
    """Note how people dealt with an answer that fitted nothing."""
    held = _held(message, by=by, version=version, state=InState.HELD)
    _put(held, InState.APPLIED, remark=f"{held.remark}；处理：{remark}")
    audit.record(
        by, "transfers.settle_message", held, organization=held.place_id, changes=_changes(held), reason=remark
    )
    return held


def content_of(message: InMessage) -> dict[str, Any]:
    """Return what a message says, in clear; raises `Undecipherable`."""
    return json.loads(CONTENTS.text(message) or "{}")


# ── what came ───────────────────────────────────────────────────────────────────────────────────────────


def _peer(platform: str) -> Peer | None:
    return Peer.objects.filter(platform=platform).first()


def keep(opened: Opened, digest: str, *, way: str, by: audit.ActingRole) -> Received:
    """Keep a message that was opened and found right, with the digest of all of it; part of a transaction."""
    peer = Peer.objects.select_for_update(of=("self",), no_key=True).get(pk=opened.peer.pk)
    known = InMessage.objects.filter(peer=peer, uid=opened.uid).first()
    if known is not None:
        return _repeated(known, digest, peer, way=way, by=by)
    message = InMessage(peer=peer, uid=opened.uid, kind=opened.kind, way=way, digest=digest, received_by=signature(by))
    message.reference, message.peer = opened.content["reference"], peer
    CONTENTS.put(message, schemas.spelled(opened.content).decode())
    if opened.kind == MessageKind.TRANSFER:
        _keep_transfer(message, opened.content)
    else:
        _keep_answer(message, opened)
    audit.record(by, "transfers.receive_message", message, organization=message.place_id, changes=_changes(message))
    return Received(message)


def _repeated(known: InMessage, digest: str, peer: Peer, *, way: str, by: audit.ActingRole) -> Received:
    """The same once more is no harm, since an answer may get lost; something else under its number is an attack."""
    if known.digest != digest:
        raise Refused("repeated", "消息编号已用过，内容却不同", peer)
    changes = [*_changes(known), ["重复收到", "", f"{timezone.localtime():%Y-%m-%d %H:%M}"]]
    audit.record(by, "transfers.receive_again", known, organization=known.place_id, changes=changes, succeeded=False)
    return Received(known, is_repeated=True)


def _keep_transfer(message: InMessage, content: dict[str, Any]) -> None:
    letter, person = content["letter"], content["person"]
    if fault := _fault_of(person) or _fault_of_letter(content):
        raise Refused("content", fault, message.peer)
    message.name, message.letter_number = person["name"], letter["number"]
    message.sender, message.heading, message.destination = letter["committee"], letter["heading"], letter["destination"]
    message.letter_until = _last_day(letter)
    message.place, message.state = _addressed(letter["heading"]), InState.NEW
    for older in InMessage.objects.open_of(message.peer, message.reference).select_for_update(
        of=("self",), no_key=True
    ):
        if older.state != InState.NEW:
            raise Refused("underway", "该党员的转入正在本平台办理，请等待答复", message.peer)
        _put(older, InState.REPLACED, remark=f"对方重新开具介绍信 {message.letter_number}")
    message.save(force_insert=True)


def _fault_of(person: dict[str, Any]) -> str:
    today = timezone.localdate()
    phone = phones.problem(person["phone"]) if person["phone"] else ""
    return id_numbers.problem(person["id_number"], today=today) or name_fault(person["name"]) or phone or _days(person)


def _days(person: dict[str, Any]) -> str:
    try:
        days = [datetime.date.fromisoformat(person[name]) for name in ("joined_on", "confirmed_on") if person[name]]
    except ValueError:
        return "日期不存在"
    return "入党或转正日期晚于今天" if max(days) > timezone.localdate() else ""


def _fault_of_letter(content: dict[str, Any]) -> str:
    today, letter = timezone.localdate(), content["letter"]
    if letter["issued_on"] > today.isoformat():
        return "介绍信的开具日期晚于今天"
    if not FOUNDED <= content["dues_paid_to"] <= f"{today.year + 1}-12":
        return "党费交至的月份不正确"
    last = _last_day(letter)
    return f"介绍信已于 {last:%Y-%m-%d} 到期" if last < today else ""


def _last_day(letter: dict[str, Any]) -> datetime.date:
    return datetime.date.fromisoformat(letter["issued_on"]) + datetime.timedelta(days=letter["days"])


def _addressed(heading: str) -> Organization:
    """Return whose inbox it is: the committee the letter names, else the organisation at the top (组织部)."""
    committees = Organization.objects.living().approving()
    found = committees.filter(full_name=heading).first()
    found = found or Organization.objects.living().filter(parent=None).order_by("pk").first()
    if found is None:
        raise Refused("closed", "本平台尚未建立党组织")
    return found


def _keep_answer(message: InMessage, opened: Opened) -> None:
    """A receipt closes the transfer it answers, a refusal gives it back to its committee."""
    content, rows = opened.content, OutMessage.objects.select_related("transfer", "place")
    sent = rows.filter(uid=content["answers"], peer=opened.peer, kind=MessageKind.TRANSFER).first()
    transfer = sent.transfer if sent else None
    if sent is None or transfer is None or str(transfer.uid) != content["reference"]:
        raise Refused("answers", "没有找到所答复的转接", opened.peer)
    if sent.letter_number != content["letter_number"]:
        raise Refused("answers", "介绍信编号与所答复的转接不符", opened.peer)
    message.place, message.transfer, message.name = sent.place, transfer, sent.name
    message.letter_number, message.sender = sent.letter_number, content["committee"]
    if opened.kind == MessageKind.RECEIPT:
        message.remark = _apply_receipt(sent, transfer, content, opened.peer)
    else:
        message.remark = _apply_refusal(sent, transfer, content)
    message.state = InState.HELD if message.remark else InState.APPLIED
    message.save(force_insert=True)


def _apply_receipt(sent: OutMessage, transfer: Transfer, content: dict[str, Any], peer: Peer) -> str:
    """Close the transfer; return why that could not be done, for people to see to."""
    if sent.state == OutState.ANSWERED:
        return ""  # entered by hand already
    if sent.state in (OutState.CANCELLED, OutState.RETURNED):
        return f"对方平台已接收，但本平台的发送{sent.get_state_display()}，请与对方联系"
    transfer.refresh_from_db()
    said = f"{peer}：{content['committee']} {content['received_on']} 接收，电话 {content['phone'] or '无'}"
    received_on = datetime.date.fromisoformat(content["received_on"])
    try:
        with transaction.atomic():
            by = Receiver(content["committee"], f"对方平台 {peer.platform}")
            advance(transfer, "answer", by=by, version=transfer.version, remark=said, received_on=received_on)
    except Stale:
        return f"对方平台已接收，但该转接{transfer.get_state_display()}，请核对"
    except ValidationError as refusal:
        return f"对方平台已接收，但回执未能登记：{'；'.join(refusal.messages)}"
    return ""


def _apply_refusal(sent: OutMessage, transfer: Transfer, content: dict[str, Any]) -> str:
    if sent.state not in (OutState.WAITING, OutState.FILE, OutState.DELIVERED):
        return f"对方平台退回（{content['reason'][:200]}），但本平台的发送{sent.get_state_display()}"
    said = f"{content['committee']}：{content['reason']}"
    sending.end(sent, OutState.RETURNED, remark=said)
    sending.tell_exchange(transfer, "对方平台退回", by=audit.SYSTEM, remark=said, place=sent.place)
    return ""


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────


def _held(message: InMessage, *, by: audit.ActingRole, version: int, state: InState = InState.NEW) -> InMessage:
    """Return a message that waits, as stored, locked; raises `Stale`, `OutOfReach`."""
    rows = InMessage.objects.select_for_update(of=("self",), no_key=True).select_related("peer", "place")
    held = rows.filter(pk__in=InMessage.objects.managed_by(by).filter(pk=message.pk).values("pk")).first()
    if held is None:
        raise OutOfReach
    if held.version != version or held.state != state:
        raise Stale([("状态", InState(state).label, held.get_state_display())])
    return held


def _put(message: InMessage, state: InState, *, transfer: Transfer | None = None, remark: str = "") -> None:
    message.state, message.remark = state, (remark or message.remark)[:500]
    message.transfer = transfer or message.transfer
    message.version += 1
    message.save(update_fields=["state", "remark", "transfer", "place", "version"])


def _facts(content: dict[str, Any]) -> dict[str, Any]:
    """Return what `arrive` asks for, from a message."""
    letter, person = content["letter"], content["person"]
    day = datetime.date.fromisoformat
    return {
        "name": person["name"],
        "id_number": person["id_number"],
        "issuer": letter["committee"],
        "cause": content["cause"],
        "dues_paid_to": day(f"{content['dues_paid_to']}-01"),
        "phone": person["phone"],
        "letter_number": letter["number"],
        "letter_on": day(letter["issued_on"]),
        "letter_days": letter["days"],
        "letter_phone": letter["phone"],
        "category": person["category"],
        "ethnicity": person["ethnicity"],
        "values": content["record"],
        "joined_on": day(person["joined_on"]),
        "confirmed_on": day(person["confirmed_on"]) if person["confirmed_on"] else None,
    }


def _changes(message: InMessage) -> list[list[str]]:
    return [
        ["对方平台", "", str(message.peer)],
        ["类型", "", message.get_kind_display()],
        ["方式", "", message.get_way_display()],
        ["状态", "", message.get_state_display()],
        ["消息编号", "", str(message.uid)],
    ]


def _note(refused: Refused, *, way: str, by: audit.ActingRole) -> None:
    """Write a refusal down: an alarm when a registered installation sent it or its name was misused."""
    logger.warning("exchange: message refused (%s)", refused.code)
    changes = [["发件平台", "", str(refused.peer or "未证实")], ["方式", "", way]]
    if refused.peer is not None or refused.code == "signature":
        audit.alarm(by, "transfers.refuse_exchange", changes=changes, reason=refused.reason)
        return
    with transaction.atomic():
        audit.record(by, "transfers.refuse_exchange", changes=changes, reason=refused.reason, succeeded=False)
