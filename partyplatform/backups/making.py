"""Making a backup: database, files, and a manifest that says what both must be. Source: security.md 63, 73.

    DIR/party-platform-20270101-013000/
        database.dump | database.sqlite3
        files/…                     as they lie in VAR_DIR/files or in the bucket
        manifest.json               rows by table, migrations, size and SHA-256 of each file, fingerprints of the keys
        manifest.seal               its digest by an audit key

The folder gets its name when everything in it is on the disk: what has the name is whole. Keys are never in it.
"""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from . import databases, files
from .fingerprints import fingerprints, seal_of

PREFIX = "party-platform-"
FORMAT = 1


def make(place: Path) -> Path:
    """Write a backup into a new folder below `place` and return the folder."""
    moment = timezone.localtime()
    final = place / f"{PREFIX}{moment:%Y%m%d-%H%M%S}"
    beside = place / f".{final.name}.{os.getpid()}"
    beside.mkdir(mode=0o700, parents=True)
    try:
        state = databases.dump(beside)
        kept = files.copy_all(beside / "files")
        _write_manifest(beside, _manifest(beside, moment, state, kept))
        beside.rename(final)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return final


def clear_old(place: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest whole backups; return what was removed."""
    whole = sorted(path for path in place.glob(f"{PREFIX}*") if (path / "manifest.json").is_file())
    old = whole[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old


def _manifest(folder: Path, moment: datetime, state: dict[str, Any], kept: list[dict[str, Any]]) -> dict[str, Any]:
    name = databases.NAMES[connection.vendor]
    return {
        "format": FORMAT,
        "made_at": moment.isoformat(timespec="seconds"),
        "database": {"engine": connection.vendor, "name": name, **files.described(folder / name)},
        **state,
        "files": kept,
        "keys": fingerprints(),
    }


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    for name, text in (("manifest.json", content), ("manifest.seal", json.dumps(seal_of(content)).encode())):
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    (folder / json.loads(content)["database"]["name"]).chmod(0o600)
