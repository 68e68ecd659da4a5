"""Files whose content is secret: each has a key of its own, which its record keeps in a sealed column.

    bytes on the disk:  nonce (12) | ciphertext and tag (16), authenticated together with the stored name

New keys for the platform therefore renew the sealed column and touch no file. Source: security.md 41.
"""

import io
import secrets
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

from cryptography.exceptions import InvalidTag
from django.conf import settings

from partyplatform.ciphers import cipher
from partyplatform.crypto import NONCE, TAG, Undecipherable, newest, seal, unseal

OVERHEAD = NONCE + TAG
_KEY = 32


@dataclass(frozen=True)
class FileKey:
    """The key of one file; `text` is what its record seals."""

    algorithm: str
    secret: bytes

    @classmethod
    def fresh(cls) -> Self:
        """Return a random key for the algorithm the platform uses now."""
        return cls(newest(settings.FIELD_KEYS).algorithm, secrets.token_bytes(_KEY))

    @classmethod
    def read(cls, text: str) -> Self:
        algorithm, _, secret = text.partition(":")
        return cls(algorithm, bytes.fromhex(secret))

    @property
    def text(self) -> str:
        return f"{self.algorithm}:{self.secret.hex()}"

    def close(self, content: bytes, *, name: str) -> bytes:
        """Return what is stored under `name`."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + cipher(self.algorithm, self.secret).encrypt(nonce, content, name.encode())

    def open(self, stored: bytes, *, name: str) -> bytes:
        """Return the content stored under `name`. Raises `Undecipherable` for anything else."""
        if len(stored) < OVERHEAD:
            raise Undecipherable(name)
        try:
            return cipher(self.algorithm, self.secret).decrypt(stored[:NONCE], stored[NONCE:], name.encode())
        except InvalidTag:
            raise Undecipherable(name) from None


# ── files written and read piece by piece, which bring their key along, sealed by the platform's ────────────
#    length (4) | sealed key | length (4) | piece | …     a piece is bound to its file, its place and the file's end

_PIECE = 1024 * 1024


def _place(name: str) -> dict[str, str]:
    return {"table": "file", "column": "key", "row": name}


class SecretWriter:
    """Takes what a file is to hold and writes it encrypted; `finish` writes the end."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self._key = file, name, FileKey.fresh()
        self._held, self._number, self.size = bytearray(), 0, 0
        self._put(seal(self._key.text, **_place(name)))

    def write(self, content: bytes) -> int:
        self._held += content
        self.size += len(content)
        while len(self._held) > _PIECE:
            self._close(bytes(self._held[:_PIECE]), is_last=False)
            del self._held[:_PIECE]
        return len(content)

    def finish(self) -> None:
        self._close(bytes(self._held), is_last=True)

    def _close(self, piece: bytes, *, is_last: bool) -> None:
        self._put(self._key.close(piece, name=f"{self._name}:{self._number}:{is_last}"))
        self._number += 1

    def _put(self, content: bytes) -> None:
        self._file.write(len(content).to_bytes(4, "big") + content)


class SecretReader(io.RawIOBase):
    """The content of such a file; raises `Undecipherable` for one that was changed, cut or renamed."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self._number, self._left, self._next = file, name, 0, b"", b""
        self._key = FileKey.read(unseal(self._take(), **_place(name)))
        self._next = self._take()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left and self._next:
            present, self._next = self._next, self._take()
            self._left = self._key.open(present, name=f"{self._name}:{self._number}:{not self._next}")
            self._number += 1
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()

    def _take(self) -> bytes:
        return self._file.read(int.from_bytes(self._file.read(4), "big"))
