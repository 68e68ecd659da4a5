"""Where stored files lie: on a disk, or in object storage (FILES_S3_BUCKET). One promise, kept in two ways.

Whoever finds a row finds its file, as soon as the row can be seen; a file no row names is cleared away. A name is
`ab/…` for an upload, `jobs/…` for the result of a job.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

InUse = Callable[[Collection[str]], set[str]]  # which of these names some record uses


class Place(Protocol):
    """What `disk.Disk` and `objects.Objects` do.

    Raises InsufficientStorage where no room is left, StorageAway where nobody answers, FileNotFoundError.
    """

    occupied: str  # what a restore says when files are here already

    def make_room(self, size: int, in_use: InUse) -> None:
        """See to it that so many bytes can be put."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a file exactly when the transaction around is kept; without one, at once."""

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Give a file to write into; it appears whole under its name when the block ends well, else not at all."""

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading, also before its transaction ends."""

    def size(self, name: str) -> int | None:
        """Return how many bytes a file has, also before its transaction ends; None where there is none."""

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the sizes of all files of one folder (`ab`, `jobs`) by their names, cheaper than one by one."""

    def discard(self, name: str) -> None:
        """Remove a file once the transaction has committed; one that is gone already is no error."""

    def remove(self, name: str) -> None:
        """Remove a file at once; one that is gone already is no error."""

    def sweep(self, in_use: InUse) -> None:
        """Finish or clear away what processes left half done that are dead by now."""

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield the names of all files, of one folder or of all; those half done may be among them."""

    def put_back(self, name: str, source: Path) -> None:
        """Write a file of a backup under the name it had."""


def place() -> Place:
    """Return where the files of this installation lie."""
    return _made(settings.FILES_PLACE)


@lru_cache
def _made(dotted: str) -> Place:
    made: Place = import_string(dotted)()
    return made
