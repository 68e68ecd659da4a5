"""批量转接 and 批量通过: many members under one number, a record and a result for each of them."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status
from transfers.codes import TransferType
from transfers.models.transfers import Transfer
from transfers.querysets import TransferBatchQuerySet, TransferBatchRowQuerySet


class TransferBatch(models.Model):
    """Many acts of one person: transfers begun from a sheet or from ticks, or steps passed from 待办工作.

    Nothing happens before it is confirmed; then each row is done in a transaction of its own. `columns` says under
    which letter of the sheet each field stood.
    """

    class Kind(models.TextChoices):
        SHEET = "sheet", "批量转接（导入）"
        TICKS = "ticks", "批量转接"
        PASS = "pass", "批量通过"

    class State(models.TextChoices):
        FAULTY = "faulty", "有错误"
        CHECKED = "checked", "待确认"
        RUNNING = "running", "办理中"
        DONE = "done", "已办理"

    TONES = {State.FAULTY: "red", State.CHECKED: "amber", State.RUNNING: "blue", State.DONE: "green"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类型", max_length=6, choices=Kind)
    state = models.CharField("状态", max_length=8, choices=State, default=State.CHECKED)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="办理的党组织")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("办理人", max_length=50)
    file_name = models.CharField("文件名", max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    remark = models.CharField("意见", max_length=500, blank=True)
    columns = models.JSONField(default=dict)
    job_uid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    done_at = models.DateTimeField("办理时间", null=True, blank=True)

    objects = TransferBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "批量转接"
        verbose_name_plural = "批量转接"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["sheet", "ticks", "pass"]), name="transfer_batch_kind_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | Q(state__in=["faulty", "checked", "running"], done_at=None),
                name="transfer_batch_done_when_over",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("transfers:batch", args=[self.uid])

    @property
    def number(self) -> str:
        """批次号, as PC-2026-000012: what its transfers name."""
        return f"PC-{timezone.localtime(self.created_at):%Y}-{self.pk:06d}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_open(self) -> bool:
        """Whether nothing of it was done yet."""
        return self.state in (self.State.FAULTY, self.State.CHECKED)

    @property
    def begins(self) -> bool:
        """Whether it begins transfers, and does not pass steps of others."""
        return self.kind != self.Kind.PASS


class TransferBatchRow(models.Model):
    """One member of it. What was typed is sealed, and emptied once it is of no use any more.

    `source` and `version` are what the check saw: the member's branch, the version of the transfer to be passed.
    """

    class State(models.TextChoices):
        FAULTY = "faulty", "有错误"
        READY = "ready", "将办理"
        DONE = "done", "已办理"
        REFUSED = "refused", "未办理"

    TONES = {State.FAULTY: "red", State.READY: "blue", State.DONE: "green", State.REFUSED: "amber"}

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(TransferBatch, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField("行")
    state = models.CharField("结果", max_length=8, choices=State)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, db_index=False, verbose_name="党员"
    )
    source = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", null=True, blank=True, db_index=False, verbose_name="转出组织"
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="组织关系转接"
    )
    version = models.PositiveIntegerField(null=True, blank=True)
    type = models.CharField("转接类型", max_length=10, choices=TransferType, blank=True)
    goal = models.CharField("转入组织", max_length=100, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    content_sealed = models.BinaryField("内容（密文）", blank=True, default=b"")

    objects = TransferBatchRowQuerySet.as_manager()

    class Meta:
        verbose_name = "批量转接的行"
        verbose_name_plural = "批量转接的行"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="transfer_batch_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["faulty", "ready", "done", "refused"]), name="transfer_batch_row_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(transfer__isnull=False), name="transfer_batch_row_done_has_transfer"
            ),
        ]

    def __str__(self):
        return f"{self.batch_id} {self.number}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def name(self) -> str:
        return self.transfer.name if self.transfer else self.member.name if self.member else ""

    @property
    def place(self) -> str:
        """转出组织 as lists show it."""
        if self.transfer:
            return self.transfer.source_name
        return self.source.short_name if self.source else ""

    @property
    def transfer_url(self) -> str:
        return self.transfer.get_absolute_url() if self.transfer else ""

    @property
    def transfer_number(self) -> str:
        return self.transfer.number if self.transfer else ""


ORDERS = enter(
    SealedColumn(
        TransferBatchRow,
        "content_sealed",
        "批量转接的内容",
        place=("transfers_batchrow", "content"),
        organization=attrgetter("batch.organization_id"),
    )
)
