"""Restoring a backup on an empty machine: everything is judged before anything is written. Source: security.md 73."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from partyplatform.uploads.places import place

from . import databases, files
from .failing import Refused
from .fingerprints import is_sealed, missing
from .making import FORMAT

_SHOWN = 5


def restore(folder: Path) -> dict[str, Any]:
    """Write the backup in `folder` into this installation and return its manifest. Raises `Refused` before writing."""
    manifest = _read(folder)
    if faults := list(_faults(folder, manifest)):
        more = f"；另有 {len(faults) - _SHOWN} 处" if len(faults) > _SHOWN else ""
        raise Refused("；".join(faults[:_SHOWN]) + more + "。没有写入任何内容。")
    databases.load(folder / manifest["database"]["name"])
    files.put_back(folder / "files", [file["name"] for file in manifest["files"]])
    return manifest


def differing(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each table whose rows are not as many as in the backup."""
    present = databases.state()["rows"]
    for table, rows in manifest["rows"].items():
        if present.get(table) != rows:
            yield f"数据表 {table} 有 {present.get(table, 0)} 行，备份中为 {rows} 行"


def _read(folder: Path) -> dict[str, Any]:
    """The keys are asked first: without them nobody can say whether the manifest is genuine."""
    try:
        content = (folder / "manifest.json").read_bytes()
        seal = json.loads((folder / "manifest.seal").read_text(encoding="utf-8"))
        manifest: dict[str, Any] = json.loads(content)
    except (OSError, ValueError):
        raise Refused(f"{folder} 不是完整的备份：没有可以读取的清单") from None
    if faults := list(missing(manifest.get("keys", {}))):
        raise Refused("密钥不符，请先放回备份当日的密钥文件：" + "；".join(faults) + "。没有写入任何内容。")
    if not is_sealed(content, seal):
        raise Refused("备份的清单被改动过，不能采用。没有写入任何内容。")
    return manifest


def _faults(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    if manifest["format"] != FORMAT:
        yield f"备份的格式为 {manifest['format']}，本版本只认识 {FORMAT}"
    if manifest["database"]["engine"] != connection.vendor:
        yield f"备份来自 {manifest['database']['engine']}，现在的数据库是 {connection.vendor}"
    elif not databases.is_empty():
        yield "数据库不是空的：请先新建一个空的数据库"
    if not files.is_empty():
        yield place().occupied
    if newer := sorted(set(manifest["migrations"]) - _known_migrations()):
        yield f"备份来自更新的版本（{newer[-1]}）"
    yield from _damaged(folder, manifest)


def _known_migrations() -> set[str]:
    """Return what this version can have applied; migrations that others replaced stay in the table for ever."""
    on_disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = {name for migration in on_disk.values() for name in migration.replaces}
    return {".".join(name) for name in {*on_disk, *replaced}}


def _damaged(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    database = manifest["database"]
    for name, expected in ((database["name"], database), *((f"files/{f['name']}", f) for f in manifest["files"])):
        path = folder / name
        if not path.is_file():
            yield f"备份中缺少 {name}"
        elif files.described(path) != {"size": expected["size"], "sha256": expected["sha256"]}:
            yield f"备份中的 {name} 已损坏"
