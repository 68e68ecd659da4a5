"""The zip file of a workbook, handed out in pieces while it is being written: no file, no seeking, little memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zipfile import ZIP_DEFLATED, ZipFile

from . import parts


class Package:
    """Sheets go in one after another, `take()` returns the bytes that are ready; `finish()` writes the rest."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        self._names: list[str] = []
        self._zip.writestr("_rels/.rels", parts.ROOT_RELATIONS)

    @property
    def names(self) -> set[str]:
        """The names taken so far, in lower case."""
        return {name.lower() for name in self._names}

    @contextmanager
    def sheet(self, name: str) -> Iterator[Callable[[str], None]]:
        """Begin a sheet; the block gets a function that takes its XML."""
        self._names.append(name)
        with self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w") as part:

            def write(xml: str) -> None:
                part.write(xml.encode())

            yield write

    def take(self) -> bytes:
        return self._sink.take()

    def finish(self, *, repeated: range = range(0)) -> bytes:
        """Write what names the sheets and return the last bytes; sheets in `repeated` print their head on each page."""
        count = len(self._names)
        self._zip.writestr("xl/styles.xml", parts.styles())
        self._zip.writestr("xl/workbook.xml", parts.workbook(self._names, repeated=repeated))
        self._zip.writestr("xl/_rels/workbook.xml.rels", parts.workbook_relations(count))
        self._zip.writestr("[Content_Types].xml", parts.content_types(count))
        self._zip.close()
        return self._sink.take()


class _Sink:
    """What ZipFile writes to; it has no `tell`, so sizes follow each part instead of preceding it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing was opened."""

    def take(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece
