"""The table of background jobs: what to do, for whom, who works on it now and what came out."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from .querysets import JobQuerySet


class State(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "处理中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"

    @property
    def tone(self) -> str:
        """The colour of its tag."""
        return {"running": "blue", "done": "green", "failed": "red"}.get(self.value, "")


OPEN = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """One job. `attempts` counts how often it was taken; it fences off a worker that was given up (claiming.py)."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类别", max_length=64)
    title = models.CharField("任务", max_length=200)
    params = models.JSONField("参数", default=dict)
    owner_uid = models.CharField("提交人标识", max_length=36)
    owner_name = models.CharField("提交人", max_length=100)
    role_id = models.BigIntegerField("角色标识", null=True)
    role_label = models.CharField("角色", max_length=200)
    organization_id = models.BigIntegerField("党组织标识", null=True)
    state = models.CharField("状态", max_length=16, choices=State, default=State.QUEUED)
    done = models.BigIntegerField("已处理", default=0)
    total = models.BigIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=500, blank=True)
    result_path = models.CharField("结果存储名", max_length=100, blank=True)
    result_name = models.CharField("结果文件名", max_length=255, blank=True)
    result_size = models.BigIntegerField("结果大小", default=0)
    # While running: the worker must renew it before. While queued: not to be taken before.
    lease_until = models.DateTimeField("租约到期", null=True)
    worker = models.CharField("处理程序", max_length=100, blank=True)
    attempts = models.PositiveIntegerField("已尝试次数", default=0)
    max_attempts = models.PositiveIntegerField("最多尝试次数", default=3)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    expires_at = models.DateTimeField("结果保留至", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner_uid", "-id"], name="jobs_job_owner"),
            models.Index(fields=["id"], condition=Q(state__in=OPEN), name="jobs_job_open"),
            models.Index(fields=["expires_at"], condition=~Q(result_path=""), name="jobs_job_kept_result"),
        ]
        constraints = [models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_job_state")]

    def __str__(self) -> str:
        return f"{self.title}（任务编号 {self.pk}）"

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.uid])

    @property
    def status(self) -> State:
        """The state with its label and the tone of its tag."""
        return State(self.state)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def percent(self) -> float:
        """How much is done, 0–100; 0 while the total is not known."""
        if self.state == State.DONE:
            return 100
        return min(100, 100 * self.done / self.total) if self.total else 0

    @property
    def has_result(self) -> bool:
        """Whether there is a file to download."""
        return self.state == State.DONE and bool(self.result_path)

    @property
    def has_expired(self) -> bool:
        """Whether there was a file that is not kept any more."""
        return self.state == State.DONE and bool(self.result_name) and not self.result_path

    @property
    def page(self) -> str:
        """Where the outcome is read, for a job whose result is no file."""
        return self.params.get("page", "")

    @property
    def can_be_retried(self) -> bool:
        return self.state in (State.FAILED, State.CANCELLED) or self.has_expired
