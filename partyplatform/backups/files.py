"""The stored files of a backup: copied as they are, the secret ones encrypted as they lie there."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from partyplatform.uploads.disk import copy
from partyplatform.uploads.places import place

_CHUNK = 1024 * 1024


def copy_all(folder: Path) -> list[dict[str, Any]]:
    """Copy every stored file below `folder`; return name, size and SHA-256 of each.

    Called after the database was read, so that every file a row names is there; one that is cleared away meanwhile
    belongs to no row of any worth (an upload that was given up, an old result).
    """
    found = []
    for name in sorted(place().names()):
        with suppress(FileNotFoundError):
            copy(place().open(name), folder / name)
            found.append({"name": name, **described(folder / name)})
    return found


def put_back(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        place().put_back(name, folder / name)


def is_empty() -> bool:
    return next(place().names(), None) is None


def described(path: Path) -> dict[str, Any]:
    """Return size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}
