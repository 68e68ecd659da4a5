"""上级党组织变更: asked by the old parent, decided by the lowest common upper committee."""

from django.db import models
from django.db.models import Q

from orgs.models.organizations import Organization
from orgs.querysets import ParentChangeQuerySet
from partyplatform.ui.status import Status


class ParentChange(models.Model):
    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        DONE = "done", "已变更"
        REFUSED = "refused", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    TONES = {State.ASKED: "amber", State.DONE: "green", State.REFUSED: "red", State.WITHDRAWN: ""}

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="parent_changes", verbose_name="党组织")
    old_parent = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="原上级党组织")
    new_parent = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="新上级党组织")
    decider = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="审批党委")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField("变更原因", max_length=500)
    document = models.CharField("文号", max_length=60, blank=True)
    asked_by = models.CharField("申请人", max_length=120)
    asking_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="申请党组织")
    decided_by = models.CharField("审批人", max_length=120, blank=True)
    remark = models.CharField("审批意见", max_length=500, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)

    objects = ParentChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "上级党组织变更"
        verbose_name_plural = "上级党组织变更"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(state="asked"),
                name="parent_change_one_open",
                violation_error_message="该党组织已有待审批的上级党组织变更",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "done", "refused", "withdrawn"]), name="parent_change_state_known"
            ),
        ]

    def __str__(self):
        return f"{self.organization_id} → {self.new_parent_id}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])
