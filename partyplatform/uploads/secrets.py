"""Files whose content is secret: each has a key of its own, which its record keeps in a sealed column.

    bytes on the disk:  nonce (12) | ciphertext and tag (16), authenticated together with the stored name

New keys for the platform therefore renew the sealed column and touch no file. Source: security.md 41.
"""

import secrets
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from django.conf import settings

from partyplatform.ciphers import cipher
from partyplatform.crypto import NONCE, TAG, Undecipherable, newest

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
