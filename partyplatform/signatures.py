"""The platform's own signature: Ed25519, detached, so that a paper or a message can be proved without the platform.

The key pair is derived from a key of AUDIT_KEYS for one purpose alone. That ring is never emptied, so what was signed
once can be proved for ever, and an installation has no further secret to keep.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

ALGORITHM = "Ed25519"
_BEGIN = b"-----BEGIN PUBLIC KEY-----"


def sign(data: bytes, *, purpose: str) -> tuple[str, bytes]:
    """Return the id of the current key and its signature (64 bytes) of `data`."""
    key_id = next(reversed(settings.AUDIT_KEYS))
    return key_id, _private(settings.AUDIT_KEYS[key_id], purpose).sign(data)


def is_signed(data: bytes, signature: bytes, *, key_id: str, purpose: str) -> bool:
    """Say whether this installation signed `data` for this purpose."""
    secret = settings.AUDIT_KEYS.get(key_id)
    return secret is not None and is_signed_by(_private(secret, purpose).public_key(), data, signature)


def is_signed_by(key: Ed25519PublicKey, data: bytes, signature: bytes) -> bool:
    """Say whether the holder of the private half signed `data`."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def public_keys(*, purpose: str) -> dict[str, str]:
    """Return the public halves in PEM by the id of their key, oldest first: what others check signatures with."""
    return {
        key_id: _private(secret, purpose)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
        for key_id, secret in settings.AUDIT_KEYS.items()
    }


def read_public_keys(pem: bytes) -> list[Ed25519PublicKey]:
    """Return the keys in a file as `public_keys` gives them; raises ValueError for anything else."""
    keys = [load_pem_public_key(_BEGIN + part) for part in pem.split(_BEGIN)[1:]]
    found = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if not found or len(found) < len(keys):
        raise ValueError("not a file of Ed25519 public keys")
    return found


@lru_cache(maxsize=16)
def _private(secret: bytes, purpose: str) -> Ed25519PrivateKey:
    info = f"{ALGORITHM}/{purpose}".encode()
    return Ed25519PrivateKey.from_private_bytes(HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret))
