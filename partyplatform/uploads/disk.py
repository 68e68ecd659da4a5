"""Files on a file system that knows locks and renames; several machines mount the same one.

    put() ── incoming/<name>.part ──┬── commit ──> <ab>/<name>
                                    └── rollback, crash: removed at once, or by `sweep` after a minute

A process holds a lock on each of its incoming files, so `sweep` tells those still in use from those of the dead.
One that was killed between commit and rename leaves a file some record names: `sweep` asks the owners and finishes.
"""

import fcntl
import os
import shutil
import time
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from .places import InUse
from .space import full_disk_noticed, require_space

ABANDONED_AFTER = 60  # seconds

_PART = ".part"
_CHUNK = 1024 * 1024


class Disk:
    """See `places.Place`."""

    occupied = "VAR_DIR 下已有附件文件：请换一个空的目录"

    def make_room(self, size: int, in_use: InUse) -> None:
        require_space(size)
        self.sweep(in_use)

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        path = _incoming(name)
        with full_disk_noticed():
            path.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
            pending = _Pending(path, name)
            for chunk in chunks:
                pending.write(chunk)
            pending.sync()
        transaction.on_commit(pending.keep)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        path = _kept(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(path.name + _PART)
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        try:
            return _kept(name).open("rb")
        except FileNotFoundError:
            return _incoming(name).open("rb")

    def size(self, name: str) -> int | None:
        return next((path.stat().st_size for path in (_kept(name), _incoming(name)) if path.is_file()), None)

    def sizes(self, folder: str) -> dict[str, int]:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(_kept(folder)) as found:
            return {f"{folder}/{entry.name}": entry.stat().st_size for entry in found if entry.is_file()}
        return {}

    def discard(self, name: str) -> None:
        transaction.on_commit(lambda: self.remove(name))

    def remove(self, name: str) -> None:
        _kept(name).unlink(missing_ok=True)

    def sweep(self, in_use: InUse) -> None:
        folder = _kept("incoming")
        for path in folder.glob(f"*{_PART}") if folder.is_dir() else ():
            with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                    _settle(path, in_use)

    def names(self, folder: str = "") -> Iterator[str]:
        root = Path(settings.MEDIA_ROOT)
        found = (root / folder).rglob("*")
        return (str(path.relative_to(root)) for path in found if path.is_file() and not path.is_symlink())

    def put_back(self, name: str, source: Path) -> None:
        copy(source.open("rb"), _kept(name))


def copy(reading: BinaryIO, target: Path) -> None:
    """Write a file that nobody but its owner reads and that survives a power cut."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with reading, os.fdopen(descriptor, "wb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())


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


def _settle(path: Path, in_use: InUse) -> None:
    name = f"{path.name[:2]}/{path.name.removesuffix(_PART)}"
    if in_use([name]):
        _put_in_place(path, name)
    else:
        path.unlink(missing_ok=True)


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
