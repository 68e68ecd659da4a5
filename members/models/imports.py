"""新增人员信息表 between its upload and the end of the days in which it can be undone."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models.members import Member
from orgs.models import Organization
from orgs.querysets import ScopedQuerySet
from partyplatform.audit import ActingRole
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

UNDOABLE = datetime.timedelta(days=30)


class MemberImportQuerySet(ScopedQuerySet):
    def open_to(self, role: ActingRole) -> Self:
        """One's own imports, and what colleagues at the same organisation have brought in: the rows of a sheet that is
        not confirmed hold full numbers, and are seen by nobody else."""
        done = Q(organization=role.organization_id, done_at__isnull=False)
        return self.visible_to(role).filter(Q(owner_uid=role.user_uid) | done)


class MemberImport(models.Model):
    """One uploaded sheet. The roll is untouched until it is confirmed; its rows are `ImportRow`s.

    `result` holds figures only: how many rows there are of each outcome, what the check stood on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "检查中"
        FAULTY = "faulty", "有错误"
        CHECKED = "checked", "待确认"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"

    TONES = {
        State.WAITING: "blue",
        State.FAULTY: "red",
        State.CHECKED: "amber",
        State.DONE: "green",
        State.UNDONE: "",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="导入到")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("导入人", max_length=50)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    result = models.JSONField(default=dict)
    job_uid = models.UUIDField(null=True, blank=True)  # of the last background job that worked on it
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = MemberImportQuerySet.as_manager()

    class Meta:
        verbose_name = "新增党员导入"
        verbose_name_plural = "新增党员导入"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "faulty", "checked", "done", "undone"]),
                name="member_import_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "undone"], done_at__isnull=False)
                | Q(state__in=["waiting", "faulty", "checked"], done_at=None),
                name="member_import_done_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at=None)),
                name="member_import_undone_when_taken_back",
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_large(self) -> bool:
        """Whether background jobs work on it."""
        return self.result.get("rows", 0) > settings.IMPORT_AT_ONCE

    @property
    def is_open(self) -> bool:
        """Whether nothing of it is in the roll yet."""
        return self.done_at is None

    @property
    def undoable_until(self) -> datetime.datetime | None:
        return self.done_at + UNDOABLE if self.done_at else None

    @property
    def is_undoable(self) -> bool:
        return self.state == self.State.DONE and timezone.now() <= self.done_at + UNDOABLE


class ImportRow(models.Model):
    """One row of a sheet. What it says is sealed, and emptied when it can be of no use any more.

    Before the confirmation that is the row as it was typed with its faults; afterwards only the values it changed,
    until the days of undoing are over. `version` is that of the member as the import left it.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "未检查"
        NEW = "new", "新增"
        UPDATE = "update", "更新"
        SAME = "same", "无变化"
        FAULTY = "faulty", "有错误"

    class Ending(models.TextChoices):
        NONE = "", "—"
        UNDONE = "undone", "已撤回"
        KEPT = "kept", "保留"

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(MemberImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行")
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.WAITING)
    has_remarks = models.BooleanField("有提示", default=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    ending = models.CharField("撤销结果", max_length=10, choices=Ending, default=Ending.NONE, blank=True)
    why_kept = models.CharField("保留的原因", max_length=200, blank=True)
    content_sealed = models.BinaryField("内容（密文）", blank=True, default=b"")

    class Meta:
        verbose_name = "新增党员导入的行"
        verbose_name_plural = "新增党员导入的行"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "new", "update", "same", "faulty"]), name="import_row_outcome_known"
            ),
        ]

    def __str__(self):
        return f"第 {self.number} 行"


CONTENTS = enter(
    SealedColumn(
        ImportRow,
        "content_sealed",
        "导入的内容",
        place=("members_importrow", "content"),
        organization=lambda row: row.sheet.organization_id,
    )
)
