"""What a row says of its stored file: models of every app that keep files are made from these.

    @keeps_files
    class Attachment(FileRecord): ...                     # readable on the disk by whoever reads the disk
    class MemberFile(SecretFile): ...                     # readable with its key only, which a sealed column holds

Nothing is deleted: `take_off` hides a file, which stays for the record.
"""

import logging
import uuid
from typing import Any, TypeVar

from django.db import models
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone

from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn
from partyplatform.sealing.columns import column_of

from .secrets import OVERHEAD, FileKey
from .sending import attachment_response, content_response
from .storing import SCANS, StoredFile, open_stored, owns_files, store

logger = logging.getLogger(__name__)
_KEPT: list[type["FileRecord"]] = []


class FileRecord(models.Model):
    """One stored file. The key to what it belongs to is the subclass's."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    original_name = models.CharField("文件名", max_length=255)
    stored_name = models.CharField(max_length=80, unique=True)
    content_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.CharField("上传人", max_length=120)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    overhead = 0  # bytes the stored file is longer than `size`

    class Meta:
        abstract = True

    def __str__(self):
        return self.original_name

    def hold(self, upload: Any, *, kinds: tuple[str, ...] = SCANS) -> None:
        """Check and store an upload and describe it here; saving is the caller's. Raises what `store` raises."""
        self._describe(store(upload, kinds=kinds))

    def take_off(self) -> bool:
        """Hide the file; False when it was hidden already. The caller holds the lock of what it belongs to."""
        moment = timezone.now()
        rows = type(self)._base_manager.filter(pk=self.pk, removed_at=None)
        return bool(rows.update(removed_at=moment))

    def _describe(self, stored: StoredFile) -> None:
        self.original_name, self.stored_name = stored.original_name, stored.name
        self.content_type, self.size, self.sha256 = stored.content_type, stored.size, stored.sha256


Kept = TypeVar("Kept", bound=type[FileRecord])


class SecretFile(FileRecord):
    """A stored file nobody reads without its key. `sha256` is that of the bytes on the disk."""

    key_sealed = models.BinaryField("文件密钥（密文）", max_length=300)

    overhead = OVERHEAD

    class Meta:
        abstract = True

    def hold(self, upload: Any, *, kinds: tuple[str, ...] = SCANS) -> None:
        key = FileKey.fresh()
        self._describe(store(upload, kinds=kinds, key=key))
        self._key_column().put(self, key.text)

    def content(self) -> bytes:
        """Return the file. Raises `Undecipherable`, and FileNotFoundError when it is gone from the disk."""
        key = FileKey.read(self._key_column().text(self))
        with open_stored(self.stored_name) as file:
            return key.open(file.read(), name=self.stored_name)

    @classmethod
    def _key_column(cls) -> SealedColumn:
        return column_of(cls, "key_sealed")


def keeps_files(model: Kept) -> Kept:
    """Decorate a model: its files are in use, and `check_integrity` looks for them on the disk."""
    owns_files(lambda names: model._base_manager.filter(stored_name__in=names).values_list("stored_name", flat=True))
    _KEPT.append(model)
    return model


def kept_files() -> tuple[type[FileRecord], ...]:
    """Return the models of all apps that keep files."""
    return tuple(_KEPT)


def file_response(record: FileRecord, *, name: str = "") -> HttpResponseBase:
    """Return the file of a record, secret or not, to be saved as `name` or under its own name.

    The reader's right is the caller's to check, each time. Raises Http404 when the file is gone or does not open.
    """
    name = name or record.original_name
    if not isinstance(record, SecretFile):
        return attachment_response(record.stored_name, name)
    try:
        return content_response(record.content(), name, content_type=record.content_type)
    except (FileNotFoundError, Undecipherable):
        logger.error("a secret file is missing or does not open: %s", record.stored_name)
        raise Http404 from None
