"""The stored files of a backup: copied as they are, the secret ones encrypted as they lie there."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

_CHUNK = 1024 * 1024


def copy_all(folder: Path) -> list[dict[str, Any]]:
    """Copy every stored file below `folder`; return name, size and SHA-256 of each.

    Called after the database was read, so that every file a row names is there; one that is cleared away meanwhile
    belongs to no row of any worth (an upload that was given up, an old result).
    """
    found = []
    for name in sorted(_names(Path(settings.MEDIA_ROOT))):
        with suppress(FileNotFoundError):
            found.append({"name": name, **_copy(Path(settings.MEDIA_ROOT, name), folder / name)})
    return found


def put_back(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        _copy(folder / name, Path(settings.MEDIA_ROOT, name))


def is_empty() -> bool:
    return next(_names(Path(settings.MEDIA_ROOT)), None) is None


def described(path: Path) -> dict[str, Any]:
    """Return size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}


def _names(root: Path) -> Iterator[str]:
    return (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _copy(source: Path, target: Path) -> dict[str, Any]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
            shutil.copyfileobj(reading, writing, _CHUNK)
            writing.flush()
            os.fsync(writing.fileno())
    except FileNotFoundError:
        os.close(descriptor)
        target.unlink()
        raise
    return described(target)
