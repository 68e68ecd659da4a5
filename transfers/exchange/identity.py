"""Who this installation is towards others: its name, its keys, and the file by which others register it.

Both key pairs are derived from a key of AUDIT_KEYS, each for this purpose alone: that ring is never emptied, so a
message written for an old key still opens. Source: docs/exchange.md.
"""

import base64
import binascii
import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from partyplatform import signatures
from transfers.exchange import schemas

SIGNING = "platform exchange"  # purpose of signatures
_SEALING = b"X25519/platform exchange"
CARD = "party-exchange-card/1"
LARGEST_CARD = 32 * 1024


def own_id() -> str:
    """Return the id of this installation, "" while the exchange is off."""
    return settings.EXCHANGE_ID


def sealing_key(key_id: str) -> X25519PrivateKey | None:
    """Return the key that opens what was sealed for this key id, None for an unknown id."""
    secret = settings.AUDIT_KEYS.get(key_id)
    if secret is None:
        return None
    return X25519PrivateKey.from_private_bytes(HKDF(hashes.SHA256(), 32, salt=None, info=_SEALING).derive(secret))


def card(*, address: str, certificates: str, valid_until: datetime.date) -> dict[str, Any]:
    """Return what others register this installation by; signed, so that its keys and address belong together."""
    content = {
        "format": CARD,
        "platform": own_id(),
        "name": settings.PLATFORM_NAME,
        "address": address,
        "certificates": certificates,
        "signing_keys": _signing_keys(),
        "sealing_keys": [
            {"id": key_id, "key": _text(_known(key_id).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))}
            for key_id in settings.AUDIT_KEYS
        ],
        "valid_until": valid_until.isoformat(),
    }
    _, signature = signatures.sign(schemas.spelled(content), purpose=SIGNING)
    return content | {"signature": _text(signature)}


def read_card(data: bytes) -> dict[str, Any]:
    """Return the content of a registration file; ValueError with a sentence for anything else."""
    try:
        content = schemas.read(data.strip()) if len(data) <= LARGEST_CARD else None
    except ValueError:
        content = None
    if content is None or schemas.fault(content, "card"):
        raise ValueError("不是平台登记文件，或文件已被改动")
    signed = {name: value for name, value in content.items() if name != "signature"}
    newest = public_key(content["signing_keys"][-1]["key"])
    if not signatures.is_signed_by(newest, schemas.spelled(signed), decoded(content["signature"])):
        raise ValueError("平台登记文件的签名不符，文件已被改动")
    return content


def fingerprint(keys: Mapping[str, Any]) -> str:
    """Return the fingerprint of the keys of a card, which two operators compare by telephone."""
    named = {name: keys[name] for name in ("platform", "signing_keys", "sealing_keys")}
    digest = hashlib.sha256(schemas.spelled(named)).hexdigest()[:40].upper()
    return " ".join(digest[start : start + 4] for start in range(0, 40, 4))


def public_key(text: str) -> Ed25519PublicKey:
    """Return an Ed25519 key as cards spell it; ValueError for another text."""
    return Ed25519PublicKey.from_public_bytes(decoded(text))


def decoded(text: str) -> bytes:
    """Return the bytes of strict Base64; ValueError for another text, another spelling of the same included."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not Base64") from None
    if _text(data) != text:
        raise ValueError("not the one spelling")
    return data


def _signing_keys() -> list[dict[str, str]]:
    found = signatures.public_keys(purpose=SIGNING)
    return [{"id": key_id, "key": _text(_raw(pem))} for key_id, pem in found.items()]


def _raw(pem: str) -> bytes:
    return load_pem_public_key(pem.encode()).public_bytes(Encoding.Raw, PublicFormat.Raw)


def _known(key_id: str) -> X25519PrivateKey:
    key = sealing_key(key_id)
    assert key is not None
    return key


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
