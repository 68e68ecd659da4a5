"""The algorithms that keys may have, international and 国密. The numbers stand in stored values and never change.

Every key is 32 random bytes. AES-256-GCM uses them as they are; the others use what is derived from them for that
algorithm alone, so no two algorithms ever share a key.
"""

import hmac
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NUMBERS = {"AES-256-GCM": 1, "SM4-GCM": 2}
_SM4_KEY = 16
_TAG = 16


class Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, place: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, place: bytes, /) -> bytes: ...


class Sm4Gcm:
    """SM4-GCM with the interface of AESGCM: the tag stands behind the ciphertext."""

    def __init__(self, secret: bytes) -> None:
        self._key = algorithms.SM4(HKDF(hashes.SM3(), _SM4_KEY, salt=None, info=b"SM4-GCM").derive(secret))

    def encrypt(self, nonce: bytes, data: bytes, place: bytes, /) -> bytes:
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(place)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, place: bytes, /) -> bytes:
        """Raises InvalidTag for anything that was not made by `encrypt` with this key, nonce and place."""
        decryptor = Cipher(self._key, modes.GCM(nonce, data[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(place)
        return decryptor.update(data[:-_TAG]) + decryptor.finalize()


@lru_cache(maxsize=32)
def cipher(algorithm: str, secret: bytes) -> Aead:
    return AESGCM(secret) if algorithm == "AES-256-GCM" else Sm4Gcm(secret)


def digest(algorithm: str, secret: bytes, column: str, data: bytes) -> bytes:
    """Return the 32 bytes of the keyed digest, under a key derived for this column."""
    key = _column_key(algorithm, secret, column)
    if algorithm == "HMAC-SHA-256":
        return hmac.digest(key, data, "sha256")
    mac = HMAC(key, hashes.SM3())
    mac.update(data)
    return mac.finalize()


@lru_cache(maxsize=128)
def _column_key(algorithm: str, secret: bytes, column: str) -> bytes:
    hasher = hashes.SHA256() if algorithm == "HMAC-SHA-256" else hashes.SM3()
    return HKDF(hasher, 32, salt=None, info=b"blind index:" + column.encode()).derive(secret)
