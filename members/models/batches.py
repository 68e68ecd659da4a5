"""批量维护: what is to be changed for whom, between the preview and the last row."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.items import BY_FIELD
from members.models.imports import UNDOABLE
from members.models.members import Member
from members.querysets import BatchQuerySet, BatchRowQuerySet
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status


class Batch(models.Model):
    """One change of many records. The new values are sealed: an address or a number may be among them.

    They are the same for everybody, or those of a sheet (`file_name`), a set for each row.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", "待确认"
        RUNNING = "running", "办理中"
        DONE = "done", "已办理"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"

    TONES = {
        State.PREVIEW: "amber",
        State.RUNNING: "blue",
        State.DONE: "green",
        State.UNDOING: "blue",
        State.UNDONE: "",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PREVIEW)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="办理的党组织")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("办理人", max_length=50)
    role_id = models.BigIntegerField()
    fields = models.JSONField("项目", default=list)
    values_sealed = models.BinaryField("新值（密文）")
    file_name = models.CharField("文件", max_length=255, blank=True)
    job_uid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    done_at = models.DateTimeField("办理时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "批量维护"
        verbose_name_plural = "批量维护"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["preview", "running", "done", "undoing", "undone"]), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at=None)),
                name="batch_undone_when_taken_back",
            ),
        ]

    def __str__(self):
        return f"批量维护：{self.items_label}"

    def get_absolute_url(self) -> str:
        return reverse("members:batch", args=[self.uid])

    @property
    def items_label(self) -> str:
        return "、".join(BY_FIELD[field].label for field in self.fields if field in BY_FIELD)

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_undoable(self) -> bool:
        return self.state == self.State.DONE and timezone.now() <= self.done_at + UNDOABLE


class BatchRow(models.Model):
    """One member of it: what changes, or why nothing does. Sealed items are shown masked.

    `place` is the number of the row in a sheet. A row that means nobody has only the name that stands in it.
    `was_sealed` holds what was changed, [field, before, after], as long as it can be taken back.
    """

    class State(models.TextChoices):
        READY = "ready", "将修改"
        SAME = "same", "无变化"
        REFUSED = "refused", "不能修改"
        DONE = "done", "已修改"
        OVERTAKEN = "overtaken", "未修改"
        UNDONE = "undone", "已撤回"
        KEPT = "kept", "保留"

    TONES = {
        State.READY: "blue",
        State.REFUSED: "red",
        State.DONE: "green",
        State.OVERTAKEN: "amber",
        State.UNDONE: "green",
        State.KEPT: "amber",
    }

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="党员")
    name = models.CharField("表中姓名", max_length=50, blank=True)
    place = models.PositiveIntegerField("序号")
    version = models.PositiveIntegerField(default=0)
    state = models.CharField("结果", max_length=9, choices=State)
    changes = models.JSONField("变动", default=list)  # [label, before, after]
    note = models.CharField("说明", max_length=500, blank=True)
    was_sealed = models.BinaryField("原值（密文）", blank=True, default=b"")

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        verbose_name = "批量维护的党员"
        verbose_name_plural = "批量维护的党员"
        constraints = [
            models.UniqueConstraint(fields=["batch", "member"], name="batch_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["ready", "same", "refused", "done", "overtaken", "undone", "kept"]),
                name="batch_row_state_known",
            ),
            models.CheckConstraint(
                condition=Q(member=None, state="refused") | ~Q(member=None), name="batch_row_of_whom"
            ),
        ]

    def __str__(self):
        return f"{self.batch_id} {self.place}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES.get(self.State(self.state), ""))

    @property
    def person(self) -> str:
        return self.member.name if self.member else self.name

    @property
    def person_url(self) -> str:
        return self.member.get_absolute_url() if self.member else ""

    @property
    def branch(self) -> str:
        return self.member.organization.short_name if self.member else ""

    @property
    def before(self) -> str:
        return self._side(1)

    @property
    def after(self) -> str:
        return self._side(2)

    def _side(self, side: int) -> str:
        """One side of the changes, with the labels where there are several."""
        if len(self.changes) == 1:
            return self.changes[0][side] or "（空）"
        return "；".join(f"{change[0]}：{change[side] or '（空）'}" for change in self.changes)


BATCH_VALUES = enter(
    SealedColumn(
        Batch,
        "values_sealed",
        "新值",
        place=("members_batch", "values"),
        organization=attrgetter("organization_id"),
    )
)
WAS = enter(
    SealedColumn(
        BatchRow,
        "was_sealed",
        "原值",
        place=("members_batchrow", "was"),
        row="id",
        organization=attrgetter("batch.organization_id"),
    )
)
