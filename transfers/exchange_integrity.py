"""What must be true of the exchange between platforms; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from partyplatform.integrity import invariant
from transfers.codes import InState, MessageKind, OutState, TransferState, TransferType
from transfers.exchange import envelope, identity
from transfers.models import InMessage, Letter, OutMessage, Peer
from transfers.querysets import InMessageQuerySet

_CHUNK = 50  # envelopes have up to 64 KB
_ANSWER_STATES = (InState.APPLIED, InState.HELD)


@invariant("平台间交换：登记平台的密钥与指纹相符")
def keys_are_those_of_the_fingerprint() -> Iterator[str]:
    """The keys messages are judged and sealed by are those two operators compared by telephone."""
    for peer in Peer.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        keys = {name: getattr(peer, name) for name in ("platform", "signing_keys", "sealing_keys")}
        if identity.fingerprint(keys) != peer.fingerprint:
            yield f"平台 {peer.platform}：登记的密钥与指纹不符"


@invariant("平台间交换：收到的转接与转入、答复一致")
def what_came_agrees_with_what_was_done() -> Iterator[str]:
    """What is handled has its 市外转入 under way; who was taken in or sent back is answered so, once."""
    rows, came = InMessage.objects.filter(kind=MessageKind.TRANSFER), Q(transfer__type=TransferType.IN)
    own = InMessage.objects.filter(peer=OuterRef("peer"), reference=OuterRef("reference"), pk__gt=OuterRef("pk"))
    wrong = {
        "办理中，但没有办理中的转入": rows.filter(state=InState.TAKEN).exclude(
            came & Q(transfer__state=TransferState.SUBMITTED)
        ),
        "待分派，但转入已在办理": rows.filter(state=InState.NEW, transfer__state=TransferState.SUBMITTED),
        "已接收，但转入没有办结或没有回执": rows.filter(state=InState.DONE).exclude(
            came & Q(transfer__state=TransferState.DONE) & _answered(MessageKind.RECEIPT)
        ),
        "已退回对方，但没有退回消息": rows.filter(state=InState.REFUSED).exclude(_answered(MessageKind.REFUSAL)),
        "已被代替，但没有新的转接": rows.filter(state=InState.REPLACED).exclude(Exists(own)),
        "状态与类型不符": rows.filter(state__in=_ANSWER_STATES)
        | InMessage.objects.exclude(kind=MessageKind.TRANSFER).exclude(state__in=_ANSWER_STATES),
    }
    yield from _told(wrong)


@invariant("平台间交换：已登记的回执使转接办结")
def receipts_closed_their_transfers() -> Iterator[str]:
    """A receipt that was entered, and not put before people, ended the transfer it answers."""
    applied = InMessage.objects.filter(kind=MessageKind.RECEIPT, state=InState.APPLIED, remark="")
    yield from _told({"已登记回执，但转接没有办结": applied.exclude(transfer__state=TransferState.DONE)})


@invariant("平台间交换：发出的消息与转接、介绍信一致")
def what_goes_out_agrees_with_its_transfer() -> Iterator[str]:
    """A message on its way is of a transfer whose letter it carries; answers go to where the question came from."""
    rows = OutMessage.objects.select_related("transfer", "answers", "peer").order_by("pk")
    for message in rows.iterator(chunk_size=_CHUNK):
        if problem := _of_transfer(message) if message.kind == MessageKind.TRANSFER else _of_answer(message):
            yield f"发出的消息 {message.uid}：{problem}"
        header = envelope.header_of(bytes(message.envelope))
        told = (header.get("id"), header.get("type"), header.get("addressee"))
        if told != (str(message.uid), message.kind, message.peer.platform):
            yield f"发出的消息 {message.uid}：登记的内容与消息本身不符"


def _of_transfer(message: OutMessage) -> str:
    transfer = message.transfer
    if transfer is None or transfer.type != TransferType.OUT or message.answers_id is not None:
        return "没有对应的转往市外"
    if message.state == OutState.ANSWERED:
        return "" if transfer.state == TransferState.DONE else "已收到回执，但转接没有办结"
    if message.state not in (OutState.WAITING, OutState.FILE, OutState.DELIVERED):
        return ""
    letter = Letter.objects.of(transfer).first()
    if transfer.state not in (TransferState.LETTER, TransferState.EXPIRED):
        return f"仍为{message.get_state_display()}，但转接{transfer.get_state_display()}"
    return "" if letter and letter.label == message.letter_number else "介绍信已重开，消息没有随之取消"


def _of_answer(message: OutMessage) -> str:
    question = message.answers
    if question is None or question.kind != MessageKind.TRANSFER or question.peer_id != message.peer_id:
        return "没有所答复的转接"
    due = InState.DONE if message.kind == MessageKind.RECEIPT else InState.REFUSED
    return "" if question.state == due else f"所答复的转接为{question.get_state_display()}"


def _answered(kind: MessageKind) -> Exists:
    return Exists(OutMessage.objects.filter(answers=OuterRef("pk"), kind=kind, peer=F("answers__peer")))


def _told(wrong: dict[str, InMessageQuerySet]) -> Iterator[str]:
    for sentence, rows in wrong.items():
        for uid in rows.order_by("pk").values_list("uid", flat=True):
            yield f"收到的消息 {uid}：{sentence}"
