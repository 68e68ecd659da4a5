"""党内统计: reports that were put together, sealed and opened again."""

import datetime

from django.db import models
from django.db.models import F, Q

from eforefront.querysets.statistics import ReportQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status


class StatisticalReport(models.Model):
    """The figures of one organisation for one day: a draft that is put together anew as often as one likes, or sealed.

    `figures` holds {table: rows of numbers} in the order of the edition it was counted by, `findings` what the checks
    came to. A sealed row is never changed: opening it again says who, when and why, and the next sealing is a new row.
    Written by `eforefront.services.statistics`.
    """

    class Kind(models.TextChoices):
        YEAR = "year", "年度"
        HALF = "half", "半年"
        DAY = "day", "指定日期"

    class State(models.TextChoices):
        DRAFT = "draft", "未封存"
        SEALED = "sealed", "已封存"
        OPENED = "opened", "已启封"

    TONES = {State.DRAFT: "amber", State.SEALED: "green", State.OPENED: ""}

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    kind = models.CharField("报告类型", max_length=4, choices=Kind)
    on = models.DateField("统计截止日期")
    edition = models.CharField("报表版本", max_length=10)
    state = models.CharField("状态", max_length=6, choices=State, default=State.DRAFT)
    figures = models.JSONField("数据", default=dict)
    findings = models.JSONField("检查结果", default=list)
    counted_at = models.DateTimeField("统计时间")
    counted_by = models.CharField("统计人", max_length=120)
    sealed_at = models.DateTimeField("封存时间", null=True, blank=True)
    sealed_by = models.CharField("封存人", max_length=120, blank=True)
    opened_at = models.DateTimeField("启封时间", null=True, blank=True)
    opened_by = models.CharField("启封人", max_length=120, blank=True)
    opening_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="启封党组织"
    )
    reason = models.CharField("启封原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党内统计报告"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "on", "state"], condition=~Q(state="opened"), name="report_one_of_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sealed_at=None, opened_at=None)
                | Q(state="sealed", sealed_at__isnull=False, opened_at=None)
                | Q(state="opened", sealed_at__isnull=False, opened_at__isnull=False),
                name="report_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(opened_at__gte=F("sealed_at")), name="report_opened_after_sealing"
            ),
        ]
        indexes = [models.Index(fields=["state", "on"], name="report_state")]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return title(self.kind, self.on)

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_sealed(self) -> bool:
        return self.state == self.State.SEALED


def title(kind: str, on: datetime.date) -> str:
    """Return 2025 年度党内统计, 2026 年半年党内统计, or one with the day."""
    if kind == StatisticalReport.Kind.YEAR:
        return f"{on.year} 年度党内统计"
    if kind == StatisticalReport.Kind.HALF:
        return f"{on.year} 年半年党内统计"
    return f"党内统计（截至 {on:%Y-%m-%d}）"
