"""Stored files: checked, under random names, kept exactly when the transaction around them is.

Where they lie and how the promise is kept is `places`'.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from partyplatform.chores import chore

from .kinds import Kind, check_content, kind_of
from .names import clean_name
from .places import place
from .secrets import OVERHEAD, FileKey

MAX_BYTES = 10 * 1024 * 1024
SCANS = ("pdf", "jpg", "png")

_NAME = re.compile(r"([0-9a-f]{2})/[0-9a-f]{32}\.[a-z]{3,4}")
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

    Raises ValidationError with the reason for a wrong kind, content or size, InsufficientStorage for a
    full disk or bucket, StorageAway for an object storage that does not answer.
    """
    kind = checked_kind(upload, kinds=kinds, max_bytes=max_bytes)
    place().make_room(upload.size or 0, in_use)
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
    """Open a stored file for reading, also before its transaction ends. Raises FileNotFoundError, StorageAway."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return place().open(name)


def stored_size(name: str) -> int | None:
    """Return how many bytes a stored file has, also before its transaction ends; None where there is none."""
    return place().size(name) if _NAME.fullmatch(name) else None


def discard(name: str) -> None:
    """Remove a stored file once the transaction has committed; one that is gone already is no error."""
    if _NAME.fullmatch(name):
        place().discard(name)


@chore
def sweep() -> None:
    """Clear away what dead processes left behind; files some record names are put in place."""
    place().sweep(in_use)


def in_use(names: Collection[str]) -> set[str]:
    """Return which of these stored names some record uses."""
    return {name for owner in _owners for name in owner(names)}


def _take_in(upload: UploadedFile, kind: Kind, original_name: str, key: FileKey | None) -> StoredFile:
    stem = secrets.token_hex(16)
    name = f"{stem[:2]}/{stem}.{kind.ending}"
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in _chunks(upload, name, key):
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    place().put(name, counted())
    size -= OVERHEAD if key else 0
    return StoredFile(name, size, digest.hexdigest(), kind.content_type, original_name)


def _chunks(upload: UploadedFile, name: str, key: FileKey | None) -> Iterable[bytes]:
    if key is None:
        return upload.chunks()
    upload.seek(0)
    return [key.close(upload.read(), name=name)]
