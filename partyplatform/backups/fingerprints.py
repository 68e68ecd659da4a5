"""Which keys a backup needs, told without telling a key: fingerprints nobody can go back from.

A key is 32 random bytes, so its keyed digest says whether a key at hand is the same one, and nothing else.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings

from partyplatform.keyring import RINGS

_PURPOSE = b"party-platform: fingerprint of a key"
_SEAL = b"party-platform: manifest of a backup"


def fingerprints() -> dict[str, dict[str, str]]:
    """Return {ring: {key id: fingerprint}} of the keys at hand."""
    return {ring: {key: _digest(secret, _PURPOSE) for key, secret in _secrets(ring)} for ring in RINGS}


def missing(needed: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield a sentence for each key that is needed and is not at hand, or is another one of that name."""
    present = fingerprints()
    for ring, keys in needed.items():
        for key, fingerprint in keys.items():
            if key not in present.get(ring, {}):
                yield f"缺少密钥 {ring} {key}"
            elif present[ring][key] != fingerprint:
                yield f"密钥 {ring} {key} 与备份时的不是同一把"


def seal_of(content: bytes) -> dict[str, str]:
    """Return what proves a manifest: the newest audit key and its digest of the content."""
    key, secret = list(_secrets("AUDIT_KEYS"))[-1]
    return {"key": key, "digest": _digest(secret, _SEAL + content)}


def is_sealed(content: bytes, seal: dict[str, str]) -> bool:
    secret = dict(_secrets("AUDIT_KEYS")).get(seal.get("key", ""))
    return secret is not None and hmac.compare_digest(_digest(secret, _SEAL + content), seal.get("digest", ""))


def _secrets(ring: str) -> Iterator[tuple[str, bytes]]:
    for key, value in getattr(settings, ring).items():
        yield key, value if isinstance(value, bytes) else value.secret


def _digest(secret: bytes, content: bytes) -> str:
    return hmac.new(secret, content, "sha256").hexdigest()
