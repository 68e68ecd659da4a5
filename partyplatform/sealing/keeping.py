"""The life of a key in the key file: made (待启用) → in use → only for old values → removed.

Each step replaces the file at once, under a lock, and is written in the audit by its caller. A new key is first only
known: processes and machines that hear of the change late must be able to read what others seal with it.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from partyplatform.keyring import CURRENT, LENGTH, OLD, READY, Key, read_file, write_file

from .census import UNKNOWN, Census

SETTLING = timedelta(minutes=15)  # transactions that sealed with the old key have ended by then


class Refused(Exception):
    """The step is not possible now; the text says why."""


def new_key(algorithm: str) -> Key:
    now = timezone.localtime()
    key_id = f"{now:%Y%m%d}-{secrets.token_hex(2)}"
    moment = now.isoformat(timespec="seconds")
    return Key(key_id, secrets.token_bytes(LENGTH), algorithm, READY, made_at=moment, since=moment)


def add(path: Path, name: str, key: Key) -> None:
    """Put a new key into a ring. Raises `Refused` while an earlier one still waits to be used."""
    with _rings(path) as rings:
        if waiting := [known.id for known in rings[name].values() if known.state == READY]:
            raise Refused(f"{name} 中已有待启用的密钥 {waiting[0]}，请先执行 keys rotate 或 keys retire")
        rings[name][key.id] = key


def promote(path: Path) -> list[tuple[str, Key]]:
    """Let the waiting keys be used from now on; return (ring, key) of each."""
    moment = timezone.localtime().isoformat(timespec="seconds")
    promoted = []
    with _rings(path) as rings:
        for name, ring in rings.items():
            for key in [key for key in ring.values() if key.state == READY]:
                for known in list(ring.values()):
                    if known.state == CURRENT:
                        ring[known.id] = replace(known, state=OLD, since=moment)
                ring[key.id] = replace(key, state=CURRENT, since=moment)
                promoted.append((name, key))
    return promoted


def remove(path: Path, name: str, key_id: str) -> None:
    with _rings(path) as rings:
        del rings[name][key_id]


def reasons_against_retiring(ring: Mapping[str, Key], key_id: str, counted: list[Census], *, name: str) -> list[str]:
    """Return why a key must stay; an empty list when nothing uses it."""
    if name == "AUDIT_KEYS":
        return ["审计密钥只增不减：停用后，由它写下的记录和授权标记都不能再核对"]
    if (key := ring.get(key_id)) is None:
        return [f"{name} 中没有密钥 {key_id}"]
    if key.state == CURRENT:
        return [f"密钥 {key_id} 正在使用"]
    reasons = _uses(key_id, counted, name)
    if key.state == OLD and key.since and (left := _settles_at(key) - timezone.now()) > timedelta():
        reasons.append(f"密钥 {key_id} 刚刚换下，尚未结束的操作可能还在用它，请在 {-(-left.seconds // 60)} 分钟后再试")
    return reasons


def _uses(key_id: str, counted: list[Census], name: str) -> list[str]:
    reasons = []
    for census in counted:
        title = f"{census.column.model._meta.verbose_name}的{census.column.label}"
        keys = census.field_keys if name == "FIELD_KEYS" else census.index_keys
        if keys[key_id]:
            reasons.append(f"{title}还有 {keys[key_id]} 行使用密钥 {key_id}")
        if keys[UNKNOWN]:
            reasons.append(f"{title}有 {keys[UNKNOWN]} 行认不出所用的密钥，请先执行 check_integrity 查明")
    return reasons


def _settles_at(key: Key) -> datetime:
    return datetime.fromisoformat(key.since) + SETTLING


@contextmanager
def _rings(path: Path) -> Iterator[dict[str, dict[str, Key]]]:
    """Give the rings of the file to be changed, and write them back; one writer at a time."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        _, rings = read_file(path)
        yield rings
        write_file(path, {name: ring.values() for name, ring in rings.items()})
    finally:
        os.close(folder)
