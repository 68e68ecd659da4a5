"""Secret texts in columns: authenticated ciphertext bound to its place, and a keyed index for exact search.

A sealed value is these bytes, in this order and in no other spelling:

    version (1) | algorithm (1) | length of key id (1) | key id | nonce (12) | ciphertext and tag (16)

The head up to the key id, the table, the column and the row's immutable id are authenticated with it, so a value
that was moved, swapped, shortened or relabelled does not open. Keys come from settings.FIELD_KEYS and
settings.INDEX_KEYS, {key id: Key}; the last of each is used for new values, the others still open old ones. The
algorithm belongs to the key, so values of different algorithms stand side by side and all of them open.
No exception raised here carries a secret, neither in its text nor in its context.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.conf import settings

from partyplatform.ciphers import NUMBERS, cipher, digest
from partyplatform.keyring import Key

logger = logging.getLogger(__name__)

VERSION = 1
NONCE = 12
TAG = 16


class Undecipherable(Exception):
    """The stored bytes do not open for this table, column and row with the keys at hand; shown as 无法解密."""


class Head(NamedTuple):
    """What stands before the nonce: the algorithm's number, the key id, and both as they are spelled."""

    algorithm: int
    key_id: str
    spelled: bytes


def seal(text: str, *, table: str, column: str, row: object) -> bytes:
    """Encrypt `text` for one cell, with the newest key.

    `row` is the row's immutable id, known before the first save. Raises ValueError for a place without a name and
    for a text that is not valid Unicode.
    """
    data = _utf8(text)
    if data is None:
        raise ValueError("the text to seal is not valid Unicode")
    key = newest(settings.FIELD_KEYS)
    name = key.id.encode("ascii")
    head = bytes((VERSION, NUMBERS[key.algorithm], len(name))) + name
    nonce = secrets.token_bytes(NONCE)
    return head + nonce + cipher(key.algorithm, key.secret).encrypt(nonce, data, _place(head, table, column, row))


def unseal(blob: bytes | memoryview, *, table: str, column: str, row: object) -> str:
    """Return the text of a sealed cell; anything else raises `Undecipherable` and leaves an alarm in the log."""
    data = bytes(blob)
    head = head_of(data)
    key: Key | None = settings.FIELD_KEYS.get(head.key_id) if head else None
    text = None
    if head and key and NUMBERS[key.algorithm] == head.algorithm:
        text = _opened(key, data[len(head.spelled) :], _place(head.spelled, table, column, row))
    if text is None:
        key_id = head.key_id if head else ""
        logger.error("undecipherable value in %s.%s of row %s (key %r)", table, column, row, key_id)
        raise Undecipherable(f"{table}.{column}")
    return text


def head_of(blob: bytes | memoryview) -> Head | None:
    """Return the head of a sealed value, None when it has no head of a kind known here."""
    data = bytes(blob)
    if len(data) < 3 or data[0] != VERSION or data[1] not in NUMBERS.values():
        return None
    spelled = data[: 3 + data[2]]
    name = spelled[3:]
    if not name.isascii() or len(name) != data[2]:
        return None
    return Head(data[1], name.decode("ascii"), spelled)


def blind_index(text: str, *, column: str) -> str:
    """Return the search key of `text` in `column`: 64 hex digits, equal only for equal texts of one column.

    The caller normalises first (security.md 2). The key is derived per column, so equal values in two columns
    have different search keys.
    """
    return index_under(newest(settings.INDEX_KEYS), text, column=column)


def blind_indexes(text: str, *, column: str) -> list[str]:
    """Return the search keys under all known keys, newest first: what to look for while keys are being changed."""
    keys = list(settings.INDEX_KEYS.values())
    return [index_under(key, text, column=column) for key in reversed(keys)]


def index_under(key: Key, text: str, *, column: str) -> str:
    """Return the search key of `text` in `column` under one key."""
    data = _utf8(text)
    if data is None:
        raise ValueError("the text to index is not valid Unicode")
    if not column:
        raise ValueError("a search key needs a column")
    return digest(key.algorithm, key.secret, column, data).hex()


def newest(ring: Mapping[str, Key]) -> Key:
    """Return the key that new values are made with."""
    return ring[next(reversed(list(ring)))]


def _utf8(text: str) -> bytes | None:
    """Return None for what UTF-8 cannot spell; an error passing through here would carry the text."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _opened(key: Key, rest: bytes, place: bytes) -> str | None:
    nonce, body = rest[:NONCE], rest[NONCE:]
    if len(body) < TAG:
        return None
    try:
        return cipher(key.algorithm, key.secret).decrypt(nonce, body, place).decode("utf-8")
    except (InvalidTag, UnicodeDecodeError):
        return None


def _place(head: bytes, table: str, column: str, row: object) -> bytes:
    """Spell head and place unambiguously: each part is preceded by its length."""
    parts = [part.encode() for part in (table, column, "" if row is None else str(row))]
    if not all(parts):
        raise ValueError("a sealed value needs a table, a column and a row")
    return head + b"".join(len(part).to_bytes(2) + part for part in parts)
