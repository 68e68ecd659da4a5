"""One message between two installations: sealed for the addressee, signed by the sender, in one spelling.

    {"header": {protocol, id, type, sender, addressee, created_at, expires_at, sender_key, addressee_key},
     "sealed": HPKE(content; info = header),  "signature": Ed25519(header and sealed)}

The header is bound to the content by HPKE's info and to the sender by the signature, so neither can be taken from one
message into another. HPKE (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM. Source: docs/exchange.md.
"""

import base64
import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.utils import timezone

from partyplatform import signatures
from transfers.exchange import identity, schemas

PROTOCOL = "party-exchange/1"
LARGEST = 64 * 1024  # bytes of a message
SKEW = datetime.timedelta(minutes=10)  # how far the clocks of two installations may differ
LONGEST = datetime.timedelta(days=200)  # life of a message
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Refused(Exception):
    """A message that is not taken: `code` for the other platform, `reason` for people.

    `peer` is the registered installation it is known to come from, None as long as that is not proved.
    """

    def __init__(self, code: str, reason: str, peer: Any = None) -> None:
        super().__init__(code)
        self.code, self.reason, self.peer = code, reason, peer


class Peer(Protocol):
    """What is known of another installation."""

    platform: str

    def refusal(self) -> str: ...
    def signing_key(self, key_id: str) -> str: ...
    def newest_sealing_key(self) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that was found right. `kind` is transfer, receipt or refusal."""

    uid: uuid.UUID
    kind: str
    peer: Any
    created_at: datetime.datetime
    expires_at: datetime.datetime
    content: dict[str, Any]


def close(
    content: dict[str, Any], *, kind: str, to: Peer, uid: uuid.UUID, now: datetime.datetime, until: datetime.datetime
) -> bytes:
    """Return the message: content sealed for `to`, signed by this installation. ValueError for content out of form."""
    if fault := schemas.fault(content, kind):
        raise ValueError(fault)
    key_id, key = to.newest_sealing_key()
    header = {
        "protocol": PROTOCOL,
        "id": str(uid),
        "type": kind,
        "sender": identity.own_id(),
        "addressee": to.platform,
        "created_at": _spelled(now),
        "expires_at": _spelled(until),
        "sender_key": signatures.sign(b"", purpose=identity.SIGNING)[0],
        "addressee_key": key_id,
    }
    public = X25519PublicKey.from_public_bytes(identity.decoded(key))
    sealed = _SUITE.encrypt(schemas.spelled(content), public, info=_bound(header))
    message = {"header": header, "sealed": base64.b64encode(sealed).decode("ascii")}
    _, signature = signatures.sign(_signed(message), purpose=identity.SIGNING)
    return schemas.spelled(message | {"signature": base64.b64encode(signature).decode("ascii")})


def open_message(data: bytes, *, find: Callable[[str], Peer | None]) -> Opened:
    """Return a message that is whole, for us, of an installation `find` knows, and in its time; raises `Refused`."""
    message = _read(data)
    header = message["header"]
    if header["addressee"] != identity.own_id():
        raise Refused("addressee", "消息不是发给本平台的，请核对收件平台")
    peer = find(header["sender"])
    if peer is None:
        raise Refused("sender", "发件平台未在本平台登记")
    if not _is_signed(message, peer):
        raise Refused("signature", "签名不符：内容在传送中被改动，或不是由登记的平台发出")
    if refusal := peer.refusal():
        raise Refused("sender", refusal, peer)
    created, expires = _moment(header["created_at"]), _moment(header["expires_at"])
    _refuse_out_of_time(created, expires, peer)
    content = _content(message, peer)
    return Opened(uuid.UUID(header["id"]), header["type"], peer, created, expires, content)


def header_of(data: bytes) -> dict[str, Any]:
    """Return the header of a message, {} of what is none; nothing is proved by it."""
    try:
        return _read(data)["header"]
    except Refused:
        return {}


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise Refused("size", f"消息超过 {LARGEST // 1024} KB")
    try:
        message = schemas.read(data)
    except ValueError:
        raise Refused("form", "不是平台间交换文件，或文件已被改动") from None
    header = message.get("header") if isinstance(message, dict) else None
    if isinstance(header, dict) and header.get("protocol", PROTOCOL) != PROTOCOL:
        raise Refused("protocol", f"协议版本不同，本平台使用 {PROTOCOL}")
    if schemas.fault(message, "envelope"):
        raise Refused("form", "不是平台间交换文件，或文件已被改动")
    return message


def _is_signed(message: dict[str, Any], peer: Peer) -> bool:
    key = peer.signing_key(message["header"]["sender_key"])
    try:
        signature = identity.decoded(message["signature"])
        return bool(key) and signatures.is_signed_by(identity.public_key(key), _signed(message), signature)
    except ValueError:
        return False


def _refuse_out_of_time(created: datetime.datetime, expires: datetime.datetime, peer: Peer) -> None:
    now = timezone.now()
    if created > now + SKEW:
        raise Refused("early", "消息的时间晚于本平台的时间，请核对两个平台的时钟", peer)
    if expires - created > LONGEST or expires <= created:
        raise Refused("time", "消息的有效期不符合要求", peer)
    if now > expires:
        raise Refused("late", f"消息已于 {timezone.localtime(expires):%Y-%m-%d %H:%M} 过期", peer)


def _content(message: dict[str, Any], peer: Peer) -> dict[str, Any]:
    header = message["header"]
    key = identity.sealing_key(header["addressee_key"])
    if key is None:
        raise Refused("key", "消息使用的密钥不是本平台的，请对方重新登记本平台", peer)
    try:
        content = schemas.read(_SUITE.decrypt(identity.decoded(message["sealed"]), key, info=_bound(header)))
    except (InvalidTag, ValueError):
        raise Refused("sealed", "消息无法解密", peer) from None
    if fault := schemas.fault(content, header["type"]):
        raise Refused("content", f"消息内容不符合约定（{fault}）", peer)
    return content


def _bound(header: dict[str, Any]) -> bytes:
    return PROTOCOL.encode() + b"\n" + schemas.spelled(header)


def _signed(message: dict[str, Any]) -> bytes:
    return PROTOCOL.encode() + b"\n" + schemas.spelled({name: message[name] for name in ("header", "sealed")})


def _spelled(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime(schemas.MOMENT)


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, schemas.MOMENT).replace(tzinfo=datetime.UTC)
