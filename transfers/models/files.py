"""扫描件 of a transfer: the receipt, the letter somebody brought, the old letter of a new one (security.md 41)."""

from django.db import models

from partyplatform.sealing import SealedColumn, enter
from partyplatform.uploads.records import SecretFile, keeps_files
from transfers.models.transfers import Transfer
from transfers.querysets import TransferFileQuerySet


@keeps_files
class TransferFile(SecretFile):
    """One scan, readable with its key only. It belongs to the act it was handed in with and is never removed."""

    class Purpose(models.TextChoices):
        RECEIPT = "receipt", "回执联"
        ARRIVING = "arriving", "转入介绍信"
        OLD = "reopen", "原介绍信"
        LOST = "replace", "遗失声明"

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="files", verbose_name="组织关系转接")
    purpose = models.CharField("内容", max_length=8, choices=Purpose)

    objects = TransferFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转接扫描件"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=["receipt", "arriving", "reopen", "replace"]),
                name="transfer_file_purpose_known",
            )
        ]


def _organization(file: TransferFile) -> int | None:
    """Return whose key closes the key of the file."""
    return file.transfer.source_id or file.transfer.target_id


FILE_KEYS = enter(
    SealedColumn(
        TransferFile, "key_sealed", "文件密钥", place=("transfers_transferfile", "key"), organization=_organization
    )
)
