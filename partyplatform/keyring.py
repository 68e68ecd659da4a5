"""The keys of the installation: rings of them, from the environment or from a key file only its owner can read.

A ring is {key id: key} in which the last one makes new values; the others still open old ones. In the key file every
key has a state; in the environment the place in the line says it. Nothing here carries a key in a message or a repr.
"""

import base64
import binascii
import json
import logging
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)

LENGTH = 32  # bytes of every key, whatever its algorithm derives from it
LOOK_EVERY = 1.0  # seconds after which a running process looks whether the key file was replaced
READY, CURRENT, OLD = "ready", "current", "old"
STATES = {READY: "待启用", CURRENT: "使用中", OLD: "仅供解密"}
# The first algorithm of each ring is what a key without a named one has.
RINGS = {
    "FIELD_KEYS": ("AES-256-GCM", "SM4-GCM"),
    "INDEX_KEYS": ("HMAC-SHA-256", "HMAC-SM3"),
    "AUDIT_KEYS": ("HMAC-SHA-256",),
}
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")


@dataclass(frozen=True)
class Key:
    """One key. `made_at` and `since`, when it was made and when its state changed, are known of keys in a file."""

    id: str
    secret: bytes = field(repr=False)
    algorithm: str
    state: str = CURRENT
    made_at: str = ""
    since: str = ""


class Ring(Mapping[str, Any]):
    """A ring that may change while the process runs: asks `read` each time."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read

    def __getitem__(self, key_id: str) -> Any:
        return self._read()[key_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self._read()))

    def __len__(self) -> int:
        return len(self._read())


class KeyFile:
    """The rings in a key file. A process that runs takes up a replaced file within a second.

    At the start a faulty file is an ImproperlyConfigured that names the file; later it is an alarm in the log, and the
    process goes on with the keys it knows.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._rings: dict[str, dict[str, Key]] = {}
        self._stamp: tuple[int, ...] = ()
        self._look_at = 0.0
        self._fault = ""
        self._read()

    def ring(self, name: str) -> dict[str, Key]:
        if time.monotonic() >= self._look_at:
            self._look_again()
        return self._rings[name]

    def live(self, name: str) -> Ring:
        """Return the ring as it stands in the file at each moment."""
        return Ring(lambda: self.ring(name))

    def _look_again(self) -> None:
        self._look_at = time.monotonic() + LOOK_EVERY
        try:
            if _stamp(self.path) != self._stamp:
                self._read()
        except (OSError, ImproperlyConfigured) as fault:
            if str(fault) != self._fault:
                self._fault = str(fault)
                logger.error("the key file was replaced by one that cannot be used: %s", fault)

    def _read(self) -> None:
        stamp, rings = read_file(self.path)
        self._look_at, self._stamp, self._rings = time.monotonic() + LOOK_EVERY, stamp, rings


def from_environment(name: str, text: str) -> dict[str, Key]:
    """Return the ring of "id:base64,id:algorithm:base64"; the last one is current."""
    keys = []
    parts = text.split(",")
    for number, part in enumerate(parts, 1):
        key_id, *algorithm, encoded = part.strip().split(":") if ":" in part else (part.strip(), "")
        state = CURRENT if number == len(parts) else OLD
        keys.append(_key(name, key_id, encoded, ":".join(algorithm) or RINGS[name][0], state))
    return _ring(name, keys)


def read_file(path: Path) -> tuple[tuple[int, ...], dict[str, dict[str, Key]]]:
    """Return the stamp and the rings of a key file; raises ImproperlyConfigured for one that cannot be used."""
    try:
        with open(path, encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ImproperlyConfigured(f"密钥文件 {path} 对其他用户可读，请执行 chmod 600 {path}")
            content = json.load(file)
    except OSError as fault:
        raise ImproperlyConfigured(f"密钥文件 {path} 无法读取：{fault.strerror}") from None
    except ValueError:
        raise ImproperlyConfigured(f"密钥文件 {path} 格式不正确：应为 JSON") from None
    if not isinstance(content, dict):
        raise ImproperlyConfigured(f"密钥文件 {path} 格式不正确：应为 JSON 对象")
    return _stamp_of(status), {name: _from_rows(name, content.get(name)) for name in RINGS}


def write_file(path: Path, rings: Mapping[str, Iterable[Key]]) -> None:
    """Replace a key file at once: whoever reads sees the old one or the new one, whole."""
    content = {name: [_row(key) for key in keys] for name, keys in rings.items()}
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _from_rows(name: str, rows: Any) -> dict[str, Key]:
    if not isinstance(rows, list) or not rows:
        raise ImproperlyConfigured(f"缺少密钥 {name}：密钥文件中没有这一组")
    if not all(isinstance(row, dict) and all(isinstance(value, str) for value in row.values()) for row in rows):
        raise ImproperlyConfigured(f"密钥 {name} 格式不正确：每把密钥应为一个由文本组成的对象")
    return _ring(
        name,
        [
            _key(
                name,
                row.get("id", ""),
                row.get("key", ""),
                row.get("algorithm", ""),
                row.get("state", ""),
                made_at=row.get("made_at", ""),
                since=row.get("since", ""),
            )
            for row in rows
        ],
    )


def _key(name: str, key_id: str, encoded: str, algorithm: str, state: str, **when: str) -> Key:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not _ID.fullmatch(key_id):
        raise ImproperlyConfigured(f"密钥 {name} 格式不正确：编号应为 1 至 32 个字母、数字、点、横线或下划线")
    if len(secret) != LENGTH:
        raise ImproperlyConfigured(f"密钥 {name} 格式不正确：{key_id} 应为 {LENGTH} 字节的 base64，长短不能有出入")
    if algorithm not in RINGS[name]:
        raise ImproperlyConfigured(f"密钥 {name} 的 {key_id} 算法不正确：应为 {'、'.join(RINGS[name])}")
    if state not in STATES:
        raise ImproperlyConfigured(f"密钥 {name} 的 {key_id} 状态不正确：应为 {'、'.join(STATES)}")
    return Key(key_id, secret, algorithm, state, **when)


def _ring(name: str, keys: list[Key]) -> dict[str, Key]:
    """Return the ring, the current key last."""
    if len({key.id for key in keys}) != len(keys):
        raise ImproperlyConfigured(f"密钥 {name} 中有重复的编号")
    if len({key.secret for key in keys}) != len(keys):
        raise ImproperlyConfigured(f"密钥 {name} 中有两个编号的密钥相同")
    if sum(key.state == CURRENT for key in keys) != 1:
        raise ImproperlyConfigured(f"密钥 {name} 中应恰有一把处于 {CURRENT} 状态")
    return {key.id: key for key in sorted(keys, key=lambda key: key.state == CURRENT)}


def _row(key: Key) -> dict[str, str]:
    encoded = base64.b64encode(key.secret).decode()
    return {
        "id": key.id,
        "algorithm": key.algorithm,
        "state": key.state,
        "made_at": key.made_at,
        "since": key.since,
        "key": encoded,
    }


def _stamp(path: Path) -> tuple[int, ...]:
    return _stamp_of(os.stat(path))


def _stamp_of(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_mtime_ns, status.st_size
