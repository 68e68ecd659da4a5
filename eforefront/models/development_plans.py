"""年度发展计划: how many an organisation means to bring on in a year, and what the level above agreed to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from eforefront.querysets.development_ways import PlanQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status


class DevelopmentPlan(models.Model):
    """One organisation and year. Written by `eforefront.services.development.planning`; never removed."""

    class State(models.TextChoices):
        ASKED = "asked", "待批复"
        AGREED = "agreed", "已批复"
        RETURNED = "returned", "退回"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    year = models.PositiveSmallIntegerField("年度")
    activists = models.PositiveSmallIntegerField("拟确定积极分子")
    admissions = models.PositiveSmallIntegerField("拟发展党员")
    note = models.CharField("说明", max_length=500, blank=True)
    activists_agreed = models.PositiveSmallIntegerField("批复积极分子", null=True, blank=True)
    admissions_agreed = models.PositiveSmallIntegerField("批复发展党员", null=True, blank=True)
    opinion = models.CharField("批复意见", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    asked_by = models.CharField("上报人", max_length=120)
    asked_at = models.DateTimeField("上报时间", default=timezone.now)
    decided_by = models.CharField("批复人", max_length=120, blank=True)
    decided_at = models.DateTimeField("批复时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度发展计划"
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="development_plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="agreed", activists_agreed__isnull=False, admissions_agreed__isnull=False)
                | Q(state__in=["asked", "returned"], activists_agreed=None, admissions_agreed=None),
                name="development_plan_agreed_in_numbers",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年发展计划"

    @property
    def status(self) -> Status:
        tones = {self.State.ASKED: "amber", self.State.AGREED: "green", self.State.RETURNED: "red"}
        return Status(self.get_state_display(), tones[self.State(self.state)])
