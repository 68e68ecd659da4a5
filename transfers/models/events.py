"""The history of a transfer: every act, and what the platform did by itself."""

from django.db import models

from orgs.models import Organization
from transfers.codes import TransferType
from transfers.models.transfers import Transfer
from transfers.querysets import EventQuerySet


class TransferEvent(models.Model):
    """One act on one transfer, in the words of the table. Rows are only added."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="events", verbose_name="转接")
    # The one of its transfer, which never changes: many acts are narrowed by it without asking each for its transfer.
    type = models.CharField("转接类型", max_length=10, choices=TransferType, default="", db_default="", editable=False)
    verb = models.CharField("办理事项", max_length=10)
    sentence = models.CharField("内容", max_length=60)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name="办理组织",
    )
    substitute = models.CharField("代办组织", max_length=50, blank=True)
    by_name = models.CharField("办理人", max_length=120)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    remark = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "转接记录"
        verbose_name_plural = "转接记录"
        indexes = [
            models.Index(fields=["organization", "-id"], name="transfer_event_place"),
            models.Index(fields=["organization", "type", "-id"], name="transfer_event_type"),
        ]

    def __str__(self):
        return f"{self.transfer_id} {self.sentence}"

    @property
    def place(self) -> str:
        """办理组织, and who acted for it."""
        name = self.organization.short_name if self.organization else ""
        return f"{name}（{self.substitute}代办）" if self.substitute else name
