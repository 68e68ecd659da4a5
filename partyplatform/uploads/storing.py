"""Stored files: random names outside the web root, kept exactly when the transaction around them is.

    store() ── incoming/<name>.part ──┬── commit ──> <ab>/<name>
                                      └── rollback, crash: removed at once, or by `sweep` after a minute

A process holds a lock on each of its incoming files, so `sweep` tells those still in use from those of the dead.
One that was killed between commit and rename leaves a file some record names: `sweep` asks the owners and finishes.
"""

import fcntl
import hashlib
import os
import re
import secrets
import time
import weakref
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from partyplatform.chores import chore

from .kinds import Kind, check_content, kind_of
from .names import clean_name
from .secrets import OVERHEAD, FileKey
from .space import full_disk_noticed, require_space

MAX_BYTES = 10 * 1024 * 1024
SCANS = ("pdf", "jpg", "png")
ABANDONED_AFTER = 60  # seconds

_NAME = re.compile(r"([0-9a-f]{2})/[0-9a-f]{32}\.[a-z]{3,4}")
_PART = ".part"
Owner = Callable[[Collection[str]], Iterable[str]]
_owners: list[Owner] = []


@dataclass(frozen=True)
class StoredFile:
    """What a record keeps of a file: its stored name, bytes, SHA-256 in hex of what is stored, type, original name."""

    name: str
    size: int
    sha256: str
    content_type: str
    original_name: str


def owns_files(owner: Owner) -> Owner:
    """Register a function that returns which of the given stored names some record uses."""
    _owners.append(owner)
    return owner


def store(
    upload: UploadedFile,
    *,
    kinds: Collection[str] = SCANS,
    max_bytes: int = MAX_BYTES,
    key: FileKey | None = None,
) -> StoredFile:
    """Check an upload and keep it if the transaction commits; without a transaction, at once. With a `key`, encrypted.

    Raises ValidationError with the reason for a wrong kind, content or size, InsufficientStorage for a full disk.
    """
    kind = checked_kind(upload, kinds=kinds, max_bytes=max_bytes)
    require_space(upload.size or 0)
    sweep()
    return _take_in(upload, kind, clean_name(upload.name), key)


def checked_kind(upload: UploadedFile, *, kinds: Collection[str] = SCANS, max_bytes: int = MAX_BYTES) -> Kind:
    """Return the kind of an upload. Raises ValidationError with the reason for a wrong kind, content or size."""
    kind = kind_of(clean_name(upload.name), kinds)
    size = upload.size or 0
    if size > max_bytes:
        raise ValidationError(f"文件超过 {max_bytes // 1024 // 1024} MB。请压缩或拆分后再上传。", code="size")
    if not size:
        raise ValidationError("文件是空的。请重新选择文件。", code="empty")
    check_content(upload, kind)
    return kind


def open_stored(name: str) -> BinaryIO:
    """Open a stored file for reading, also before its transaction ends. Raises FileNotFoundError."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    try:
        return _kept(name).open("rb")
    except FileNotFoundError:
        return _incoming(name).open("rb")


def stored_size(name: str) -> int | None:
    """Return how many bytes a stored file has, also before its transaction ends; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    return next((path.stat().st_size for path in (_kept(name), _incoming(name)) if path.is_file()), None)


def discard(name: str) -> None:
    """Remove a stored file once the transaction has committed; one that is gone already is no error."""
    if _NAME.fullmatch(name):
        transaction.on_commit(lambda: _kept(name).unlink(missing_ok=True))


@chore
def sweep() -> None:
    """Clear away what dead processes left behind over a minute ago; files some record names are put in place."""
    folder = Path(settings.MEDIA_ROOT, "incoming")
    for path in folder.glob(f"*{_PART}") if folder.is_dir() else ():
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                _settle(path)


def _settle(path: Path) -> None:
    name = f"{path.name[:2]}/{path.name.removesuffix(_PART)}"
    if any(name in set(owner([name])) for owner in _owners):
        _put_in_place(path, name)
    else:
        path.unlink(missing_ok=True)


def _take_in(upload: UploadedFile, kind: Kind, original_name: str, key: FileKey | None) -> StoredFile:
    stem = secrets.token_hex(16)
    name = f"{stem[:2]}/{stem}.{kind.ending}"
    path = _incoming(name)
    with full_disk_noticed():
        path.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        pending = _Pending(path, name)
        digest, size = hashlib.sha256(), 0
        for chunk in _chunks(upload, name, key):
            pending.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        pending.sync()
    transaction.on_commit(pending.keep)
    size -= OVERHEAD if key else 0
    return StoredFile(name, size, digest.hexdigest(), kind.content_type, original_name)


def _chunks(upload: UploadedFile, name: str, key: FileKey | None) -> Iterable[bytes]:
    if key is None:
        return upload.chunks()
    upload.seek(0)
    return [key.close(upload.read(), name=name)]


class _Pending:
    """An incoming file, locked. Forgotten (after a rollback Django drops what holds it), it removes itself."""

    def __init__(self, path: Path, name: str) -> None:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, settings.FILE_UPLOAD_PERMISSIONS)
        self._path, self._name = path, name
        self._file = os.fdopen(descriptor, "wb")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._forget = weakref.finalize(self, _remove, path, self._file)

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def keep(self) -> None:
        self._forget.detach()  # from here on a record names the file: if the next line fails, `sweep` does it
        _put_in_place(self._path, self._name)
        self._file.close()


def _remove(path: Path, file: BinaryIO) -> None:
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the disk may be full: what could not be written is not wanted either
        file.close()


def _put_in_place(path: Path, name: str) -> None:
    target = _kept(name)
    target.parent.mkdir(exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    os.replace(path, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name survives a power cut, not only the content
    finally:
        os.close(folder)


def _kept(name: str) -> Path:
    return Path(settings.MEDIA_ROOT, name)


def _incoming(name: str) -> Path:
    return Path(settings.MEDIA_ROOT, "incoming", name.rpartition("/")[2] + _PART)
