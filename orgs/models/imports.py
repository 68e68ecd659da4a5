"""An uploaded sheet between its check and its confirmation."""

import uuid

from django.conf import settings
from django.db import models

from orgs.models.organizations import Organization
from orgs.querysets import ScopedQuerySet
from partyplatform.ui.status import Status


class ImportSession(models.Model):
    """One upload: its rows and faults are kept here, the tree is untouched until it is confirmed."""

    class Kind(models.TextChoices):
        TREE = "tree", "导入党组织"
        ORDER = "order", "导入组织排序"

    class State(models.TextChoices):
        WAITING = "waiting", "检查中"
        FAULTY = "faulty", "有错误"
        CHECKED = "checked", "待确认"
        DONE = "done", "已导入"

    TONES = {State.WAITING: "blue", State.FAULTY: "red", State.CHECKED: "amber", State.DONE: "green"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    state = models.CharField("状态", max_length=10, choices=State)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="导入到")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("导入人", max_length=50)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_name = models.CharField(max_length=80, blank=True)
    rows = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    job_uid = models.UUIDField(null=True, blank=True)  # of the last background job that checked or confirmed it
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["tree", "order"]), name="import_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "faulty", "checked", "done"]), name="import_state_known"
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_large(self) -> bool:
        """Whether it is checked and brought in by a background job."""
        return self.result.get("rows", 0) > settings.IMPORT_AT_ONCE
