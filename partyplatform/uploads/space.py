"""Room for a file: the size a request declares, the free space of the disk."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

MOST_READ = 64 * 1024 * 1024  # bytes of a form that are read for its fields when a file in it is too large
_FORM_AROUND = 64 * 1024  # bytes the other fields and the multipart frame may add to a file
_FULL = (errno.ENOSPC, errno.EDQUOT)


class BodyTooLarge(RequestDataTooBig):
    """A body larger than the address takes; `limit` is what it takes, in bytes, `of_file` what a file in it may have.

    Shown as page 413.
    """

    def __init__(self, limit: int, of_file: int | None = None) -> None:
        super().__init__("the declared body is larger than this address takes")
        self.limit, self.of_file = limit, of_file or limit


class InsufficientStorage(Exception):
    """The disk has no room left for uploads; shown as page 507."""


class StorageAway(Exception):
    """The object storage does not answer, or does not let us in; shown as page 503."""

    def __str__(self) -> str:
        return "对象存储没有应答，或不允许访问"


def too_large(request: HttpRequest, limit: int) -> bool:
    """Whether the request declares a body larger than one file of `limit` bytes needs. Reads nothing of the body."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return not declared.isdecimal() or int(declared) > limit + _FORM_AROUND


def refuse_too_large(request: HttpRequest, limit: int, of_file: int | None = None) -> None:
    """Raise BodyTooLarge for a body `too_large` for `limit`."""
    if too_large(request, limit):
        raise BodyTooLarge(limit, of_file)


def spoken(size: int) -> str:
    """Return a number of bytes as limits are told: 8 MB, 64 KB."""
    return f"{size / 1024 / 1024:g} MB" if size >= 1024 * 1024 else f"{size // 1024} KB"


def require_space(size: int) -> None:
    """Raise InsufficientStorage when `size` more bytes leave less than the floor of free space."""
    if shutil.disk_usage(_existing(Path(settings.MEDIA_ROOT))).free - size < settings.UPLOAD_FREE_FLOOR:
        raise InsufficientStorage


@contextmanager
def full_disk_noticed() -> Iterator[None]:
    """Turn the operating system's "no space left" into InsufficientStorage."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise InsufficientStorage from error
        raise


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
