"""The complete file leaves the platform: as one PDF, or with its papers as one archive. Each time is recorded."""

import logging
import zipfile
from collections.abc import Iterator

from django.db import transaction

from eforefront.development.dossiers import entry_name, papers
from eforefront.models import Applicant, DevelopmentFile
from eforefront.services.development.stepping import tell
from partyplatform import audit
from partyplatform.crypto import Undecipherable

logger = logging.getLogger(__name__)


@transaction.atomic
def note(applicant: Applicant, *, by: audit.ActingRole, file_name: str, papers: int = 0) -> None:
    """Record that the file of a person leaves the platform, before it does."""
    told = [["完整材料", "", file_name]] + ([["材料", "", f"{papers} 份"]] if papers else [])
    tell(applicant, "take_dossier", by=by, changes=told)


def archive(applicant: Applicant, document: bytes, *, name: str) -> Iterator[bytes]:
    """Yield a zip of the PDF and every paper, one paper in memory at a time; what does not open is named in it."""
    made = _Sink()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as book:
        book.writestr(name, document)
        yield made.taken()
        lost = []
        for place, file in enumerate(papers(applicant), 1):
            content = _content(file)
            if content is None:
                lost.append(f"{entry_name(file, place)}：无法读取")
                continue
            book.writestr(entry_name(file, place), content)
            yield made.taken()
        if lost:
            book.writestr("未能读取的材料.txt", "\n".join(lost))
    yield made.taken()


def _content(file: DevelopmentFile) -> bytes | None:
    try:
        return file.content()
    except (FileNotFoundError, Undecipherable):
        logger.error("a secret file is missing or does not open: %s", file.stored_name)
        return None


class _Sink:
    """Takes what a zip writes and gives it on; it cannot be wound back, and zipfile knows how to do without."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        data, self._parts = b"".join(self._parts), []
        return data
