"""The mark of a grant: an HMAC over everything in the row that gives rights. Source: security.md 70.

A row that was written by hand, or changed by hand, has no mark that fits: it gives no right. The key is derived from
settings.AUDIT_KEYS, a ring that keeps its old keys as long as the audit can be read; new marks are made with the
newest one and name it, "key id:64 hex digits".
"""

import datetime
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

PURPOSE = b"accounts: marks of grants"
MARKED = ("user_id", "organization_id", "kind", "system", "starts_on", "ends_on")


class MarkField(models.CharField):
    """Holds the mark of its row and renews it whenever the row is saved with it.

    `QuerySet.update`, `bulk_update` and SQL know nothing of it: whoever writes that way writes the mark too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 100, "editable": False, "default": ""} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = mark(**values_of(model_instance))
        setattr(model_instance, self.attname, value)
        return value


def values_of(grant: Any) -> dict[str, Any]:
    """Return what the mark of a grant speaks of."""
    return {name: getattr(grant, name) for name in MARKED}


def mark(
    *,
    user_id: int,
    organization_id: int,
    kind: str,
    system: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
) -> str:
    """Return the mark of a grant with these values, made with the newest key."""
    key_id = next(reversed(settings.AUDIT_KEYS))
    return f"{key_id}:{_mac(key_id, [user_id, organization_id, kind, system, starts_on, ends_on])}"


def is_genuine(grant: Any) -> bool:
    """Say whether a grant carries the mark of its values, made with any key at hand."""
    key_id, _, found = grant.mark.rpartition(":")
    if key_id not in settings.AUDIT_KEYS or not found.isascii():
        return False
    return hmac.compare_digest(found, _mac(key_id, list(values_of(grant).values())))


def _mac(key_id: str, values: list[Any]) -> str:
    text = json.dumps([key_id, *(None if value is None else str(value) for value in values)], ensure_ascii=True)
    return hmac.digest(_key(settings.AUDIT_KEYS[key_id]), text.encode(), "sha256").hex()


@lru_cache(maxsize=16)
def _key(ring_key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=PURPOSE).derive(ring_key)
