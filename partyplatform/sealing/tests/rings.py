"""Rings for tests: {"k1": b"…32 bytes…"} or {"k1": ("SM4-GCM", b"…")}; the last one makes new values."""

from partyplatform.keyring import CURRENT, OLD, RINGS, Key


def ring(name, secrets):
    keys = {}
    for key_id, secret in secrets.items():
        algorithm, secret = secret if isinstance(secret, tuple) else (RINGS[name][0], secret)
        keys[key_id] = Key(key_id, secret, algorithm, CURRENT if key_id == list(secrets)[-1] else OLD)
    return keys


def field_ring(secrets):
    return ring("FIELD_KEYS", secrets)


def index_ring(secrets):
    return ring("INDEX_KEYS", secrets)
