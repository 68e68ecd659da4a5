"""Secret texts in columns: authenticated ciphertext bound to its place, and a keyed index for exact search.

A sealed value is these bytes, in this order and in no other spelling:

    version (1) | algorithm (1) | length of key id (1) | key id | nonce (12) | AES-256-GCM ciphertext and tag (16)

The head up to the key id, the table, the column and the row's immutable id are authenticated with it, so a value
that was moved, swapped, shortened or relabelled does not open. Keys come from settings.FIELD_KEYS and
settings.INDEX_KEYS, {key id: 32 bytes}; the last of each is used for new values, the others still open old ones.
No exception raised here carries a secret, neither in its text nor in its context.
"""

import hmac
import logging
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

logger = logging.getLogger(__name__)

VERSION = 1
AES_256_GCM = 1
NONCE = 12
TAG = 16


class Undecipherable(Exception):
    """The stored bytes do not open for this table, column and row with the keys at hand; shown as 无法解密."""


def seal(text: str, *, table: str, column: str, row: object) -> bytes:
    """Encrypt `text` for one cell, with the newest key.

    `row` is the row's immutable id, known before the first save. Raises ValueError for a place without a name and
    for a text that is not valid Unicode.
    """
    data = _utf8(text)
    if data is None:
        raise ValueError("the text to seal is not valid Unicode")
    key_id, key = _newest(settings.FIELD_KEYS)
    head = _head(key_id)
    nonce = secrets.token_bytes(NONCE)
    return head + nonce + _cipher(key).encrypt(nonce, data, _place(head, table, column, row))


def unseal(blob: bytes | memoryview, *, table: str, column: str, row: object) -> str:
    """Return the text of a sealed cell; anything else raises `Undecipherable` and leaves an alarm in the log."""
    data = bytes(blob)
    key_id = _key_id(data)
    head = _head(key_id)
    nonce, body = data[len(head) : len(head) + NONCE], data[len(head) + NONCE :]
    key = settings.FIELD_KEYS.get(key_id)
    text = _opened(key, nonce, body, _place(head, table, column, row)) if key and len(body) >= TAG else None
    if text is None:
        logger.error("undecipherable value in %s.%s of row %s (key %r)", table, column, row, key_id)
        raise Undecipherable(f"{table}.{column}")
    return text


def blind_index(text: str, *, column: str) -> str:
    """Return the search key of `text` in `column`: 64 hex digits, equal only for equal texts of one column.

    The caller normalises first (security.md 2). The key is derived per column, so equal values in two columns
    have different search keys.
    """
    _, key = _newest(settings.INDEX_KEYS)
    return _index(text, column, key)


def blind_indexes(text: str, *, column: str) -> list[str]:
    """Return the search keys under all known keys, newest first: what to look for while keys are being changed."""
    return [_index(text, column, key) for key in reversed(settings.INDEX_KEYS.values())]


def _index(text: str, column: str, key: bytes) -> str:
    data = _utf8(text)
    if data is None:
        raise ValueError("the text to index is not valid Unicode")
    return hmac.digest(_column_key(key, column), data, "sha256").hex()


def _utf8(text: str) -> bytes | None:
    """Return None for what UTF-8 cannot spell; an error passing through here would carry the text."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _opened(key: bytes, nonce: bytes, body: bytes, place: bytes) -> str | None:
    try:
        return _cipher(key).decrypt(nonce, body, place).decode("utf-8")
    except (InvalidTag, UnicodeDecodeError):
        return None


def _head(key_id: str) -> bytes:
    name = key_id.encode("ascii")
    return bytes((VERSION, AES_256_GCM, len(name))) + name


def _key_id(data: bytes) -> str:
    """Return the key id in the head; "" when the head is of a kind not known here."""
    if len(data) < 3 or data[0] != VERSION or data[1] != AES_256_GCM:
        return ""
    name = data[3 : 3 + data[2]]
    return name.decode("ascii") if name.isascii() and len(name) == data[2] else ""


def _place(head: bytes, table: str, column: str, row: object) -> bytes:
    """Spell head and place unambiguously: each part is preceded by its length."""
    parts = [part.encode() for part in (table, column, "" if row is None else str(row))]
    if not all(parts):
        raise ValueError("a sealed value needs a table, a column and a row")
    return head + b"".join(len(part).to_bytes(2) + part for part in parts)


def _newest(ring: dict[str, bytes]) -> tuple[str, bytes]:
    key_id = next(reversed(ring))
    return key_id, ring[key_id]


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=64)
def _column_key(key: bytes, column: str) -> bytes:
    if not column:
        raise ValueError("a search key needs a column")
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"blind index:" + column.encode()).derive(key)
