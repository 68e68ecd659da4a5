"""Files in object storage that speaks S3, which knows neither locks nor renames.

    put()     ── mark incoming/<name>.part ── object <ab>/<name> ──┬── commit ──> mark taken away
                                                                   └── rollback, crash: both removed by `sweep`
    discard() ── mark ──┬── commit ──> object and mark taken away
                        └── rollback: mark taken away by `sweep`

The object lies under its last name before the commit, so a row that can be seen has its file. Only what is marked is
ever judged: `sweep` asks the owners once a mark is older than any transaction, and removes nothing else. An
installation that was restored for a drill and given the bucket of the real one by mistake sweeps no upload away there.
"""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from storages.backends.s3 import S3Storage

from .places import InUse
from .space import InsufficientStorage, StorageAway, full_disk_noticed

logger = logging.getLogger(__name__)

OLDER_THAN_ANY_TRANSACTION = timedelta(days=1)
_MARKS, _MARK = "incoming", ".part"  # as half-done files are named on a disk: a backup of either fits the other
_IN_MEMORY = 1024 * 1024  # bytes of a file that is read; a larger one is on the local disk meanwhile
_PART = 16 * 1024 * 1024  # larger files are sent in pieces of so many bytes, one after the other
_FULL = 507
_AT_ONCE = 500


class Bucket(S3Storage):
    """The bucket, with what holds for every installation; names and keys come from the settings."""

    def get_default_settings(self) -> dict[str, Any]:
        """Wait for a silent store no longer than a page may, and ask nothing of it that only Amazon's knows."""
        endpoint = settings.FILES_S3_ENDPOINT
        config = Config(
            connect_timeout=2,
            read_timeout=6,
            retries={"total_max_attempts": 2, "mode": "standard"},
            max_pool_connections=20,
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        transfer = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, use_threads=False)
        return super().get_default_settings() | {
            "bucket_name": settings.FILES_S3_BUCKET,
            "location": settings.FILES_S3_PREFIX,
            "endpoint_url": endpoint or None,
            "region_name": settings.FILES_S3_REGION or None,
            "access_key": settings.FILES_S3_ACCESS_KEY or None,
            "secret_key": settings.FILES_S3_SECRET_KEY or None,
            "max_memory_size": _IN_MEMORY,
            "default_acl": None,
            "client_config": config,
            "transfer_config": transfer,
        }

    def listed(self, folder: str = "") -> Iterator[tuple[str, Any]]:
        """Yield names below a folder and what is told of each, in pages of a thousand."""
        for found in self.bucket.objects.filter(Prefix=f"{self._above}{folder}/" if folder else self._above):
            yield found.key.removeprefix(self._above), found

    def unfinished(self) -> Iterator[Any]:
        """Yield what was sent in pieces and has not come to its end."""
        yield from self.bucket.multipart_uploads.filter(Prefix=self._above)

    @property
    def _above(self) -> str:
        return f"{self.location}/" if self.location else ""


class Objects:
    """See `places.Place`."""

    occupied = "对象存储中已有附件文件：请换一个空的存储桶，或另设 FILES_S3_PREFIX"

    def make_room(self, size: int, in_use: InUse) -> None:
        """Nobody says how much room a bucket has."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        with _beside() as file:
            with full_disk_noticed():
                file.writelines(chunks)
            with _answering():
                self._mark(name)
                _bucket().save(name, File(file))
        transaction.on_commit(lambda: self._settle(name, is_kept=True))

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        with _beside() as file:
            yield file
            with _answering():
                _bucket().save(name, File(file))

    def open(self, name: str) -> BinaryIO:
        with _answering(), full_disk_noticed():
            opened: Any = _bucket().open(name)
            return opened.open()  # all of it is here from now on: what breaks off breaks off before the answer begins

    def size(self, name: str) -> int | None:
        with _answering():
            try:
                return int(_bucket().size(name))
            except FileNotFoundError:
                return None

    def sizes(self, folder: str) -> dict[str, int]:
        with _answering():
            return {name: int(found.size) for name, found in _bucket().listed(folder)}

    def discard(self, name: str) -> None:
        with _answering():
            self._mark(name)
        transaction.on_commit(lambda: self._settle(name, is_kept=False))

    def remove(self, name: str) -> None:
        with _answering():
            _bucket().delete(name)

    def sweep(self, in_use: InUse) -> None:
        """Go over the marks, and files sent in part, that are older than any transaction."""
        before = timezone.now() - OLDER_THAN_ANY_TRANSACTION
        with _answering():
            old = [_marked(mark) for mark, found in _bucket().listed(_MARKS) if found.last_modified < before]
            for start in range(0, len(old), _AT_ONCE):
                names = old[start : start + _AT_ONCE]
                kept = in_use(names)
                for name in names:
                    self._clear(name, is_kept=name in kept)
            for pieces in _bucket().unfinished():
                if pieces.initiated < before:
                    pieces.abort()

    def names(self, folder: str = "") -> Iterator[str]:
        with _answering():
            yield from (name for name, _ in _bucket().listed(folder) if not name.startswith(f"{_MARKS}/"))

    def put_back(self, name: str, source: Path) -> None:
        """A file that was half done on a disk is put with its mark, for `sweep` to judge."""
        with source.open("rb") as file, _answering():
            if name.startswith(f"{_MARKS}/"):
                name = _marked(name)
                self._mark(name)
            _bucket().save(name, File(file))

    def _mark(self, name: str) -> None:
        _bucket().save(_mark_of(name), ContentFile(b""))

    def _settle(self, name: str, *, is_kept: bool) -> None:
        """Do after the commit what no error may undo any more: what fails is left to `sweep`."""
        try:
            with _answering():
                self._clear(name, is_kept=is_kept)
        except (StorageAway, InsufficientStorage):
            logger.warning("left for the sweep: %s", name)

    def _clear(self, name: str, *, is_kept: bool) -> None:
        if not is_kept:
            _bucket().delete(name)
        _bucket().delete(_mark_of(name))


def _bucket() -> Bucket:
    found: Any = storages["default"]
    return found


def _beside() -> BinaryIO:
    """Return a file without a name, for what is on its way: a process that is killed leaves nothing of it."""
    settings.VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    file: Any = tempfile.TemporaryFile(dir=settings.VAR_DIR)  # noqa: SIM115  # the caller closes it
    return file


def _mark_of(name: str) -> str:
    return f"{_MARKS}/{name.rpartition('/')[2]}{_MARK}"


def _marked(mark: str) -> str:
    name = mark.rpartition("/")[2].removesuffix(_MARK)
    return f"{name[:2]}/{name}"


@contextmanager
def _answering() -> Iterator[None]:
    """Turn a store that does not answer, refuses us or is full into what pages know. Keys are in no such error."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        logger.warning("object storage: %s %s", status, error.response.get("Error", {}).get("Code"))
        raise (InsufficientStorage if status == _FULL else StorageAway) from error
    except (BotoCoreError, Boto3Error) as error:
        logger.warning("object storage: %s", type(error).__name__)
        raise StorageAway from error
