"""The arithmetic of the chain: one canonical spelling per record, and the HMAC over it.

A record's MAC covers every stored field but the MAC itself, its number and the MAC before it included. Empty values
are left out of the spelling: a column added later with an empty default leaves old records valid.
"""

import datetime
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

CHAINED = (
    "seq", "at", "actor_uid", "actor_name", "role_label", "actor_organization_id", "actor_organization_name",
    "action", "object_type", "object_id", "object_label", "organization_id", "changes", "reason", "document",
    "succeeded", "level", "address_masked", "request_number", "key_id", "previous_mac",
)  # fmt: skip
SEALED = ("seq", "mac", "at", "key_id")  # of the head

_spell = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode


def newest_key() -> str:
    """Return the id of the key that chains new records."""
    return next(reversed(settings.AUDIT_KEYS))


def record_mac(values: Mapping[str, Any]) -> str | None:
    """Return the MAC that a record with these values must have; None when its key is not at hand."""
    return _mac("record", {name: values[name] for name in CHAINED})


def head_seal(values: Mapping[str, Any]) -> str | None:
    """Return the seal that a chain head with these values must have; None when its key is not at hand."""
    return _mac("head", {name: values[name] for name in SEALED})


def _mac(purpose: str, values: dict[str, Any]) -> str | None:
    key = settings.AUDIT_KEYS.get(values["key_id"])
    return hmac.digest(key, canonical(purpose, values), "sha256").hex() if key else None


def canonical(purpose: str, values: Mapping[str, Any]) -> bytes:
    """Return the one spelling of these values: JSON, keys sorted, no blanks, moments in UTC to the microsecond."""
    present = {name: _moment(value) for name, value in values.items() if value not in ("", None, [])}
    return _spell([purpose, present]).encode("utf-8", "surrogatepass")


def _moment(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return value
