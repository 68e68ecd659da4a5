"""全项导出: who asks for full records, who let it pass, and the job that wrote them. Source: security.md 44."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.querysets import ExportRequestQuerySet
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status


class ExportRequest(models.Model):
    """One request. What was searched for is sealed: a name or a 身份证号 may be in it."""

    class State(models.TextChoices):
        WAITING = "waiting", "待审批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "已退回"

    TONES = {State.WAITING: "amber", State.APPROVED: "green", State.REFUSED: "red"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=State)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="导出范围")
    place = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="申请人所在党组织")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("申请人", max_length=50)
    role_id = models.BigIntegerField()
    role_label = models.CharField("角色", max_length=200)
    query_sealed = models.BinaryField("筛选条件（密文）", max_length=4000)
    described = models.CharField("筛选条件", max_length=500, blank=True)
    rows = models.PositiveIntegerField("人数")
    by_branch = models.BooleanField("每个党支部一张工作表", default=False)
    reason = models.CharField("用途", max_length=200)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    decider_uid = models.UUIDField(null=True, blank=True)
    decider_name = models.CharField("审批人", max_length=50, blank=True)
    decider_label = models.CharField("审批人角色", max_length=200, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    remark = models.CharField("审批意见", max_length=200, blank=True)
    job_uid = models.UUIDField(null=True, blank=True)
    exported_at = models.DateTimeField("导出时间", null=True, blank=True)

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "全项导出申请"
        verbose_name_plural = "全项导出申请"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "refused"]), name="export_request_state_known"
            ),
            models.CheckConstraint(condition=~Q(decider_uid=F("owner_uid")), name="export_request_by_two"),
        ]
        indexes = [
            models.Index(fields=["place"], condition=Q(state="waiting"), name="export_request_waiting"),
        ]

    def __str__(self):
        return f"{self.organization.short_name}全项导出"

    def get_absolute_url(self) -> str:
        return reverse("members:export_request", args=[self.uid])

    @property
    def is_over(self) -> bool:
        """Whether nobody decided in time."""
        return self.state == self.State.WAITING and self.expires_at <= timezone.now()

    @property
    def status(self) -> Status:
        if self.is_over:
            return Status("已过期", "")
        return (
            Status("已导出", "green")
            if self.exported_at
            else Status(self.get_state_display(), self.TONES[self.State(self.state)])
        )


EXPORT_QUERIES = enter(
    SealedColumn(
        ExportRequest,
        "query_sealed",
        "筛选条件",
        place=("members_exportrequest", "query"),
        organization=attrgetter("organization_id"),
    )
)
