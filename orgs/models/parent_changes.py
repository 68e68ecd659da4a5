"""上级党组织变更: asked by the old parent, decided by the lowest common upper committee."""

from django.db import models
from django.db.models import Q

from orgs.models.organizations import Organization
from orgs.querysets import ParentChangeQuerySet
from partyplatform.ui.status import Status


class ParentChange(models.Model):
    """One request, and what was carried out.

    Where the 基层党委 changed with it, the two committees are named and the members counted as they stood at
    `decided_at`: the 整建制转出 and 整建制转入 of 党内统计. Source: workflows.md 2.3.
    """

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

    old_committee = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整建制转出党委"
    )
    new_committee = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整建制转入党委"
    )
    full_members = models.PositiveIntegerField("随同转移的正式党员", default=0)
    probationary_members = models.PositiveIntegerField("随同转移的预备党员", default=0)

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
            models.CheckConstraint(
                condition=Q(old_committee=None, new_committee=None, full_members=0, probationary_members=0)
                | Q(state="done", old_committee__isnull=False, new_committee__isnull=False),
                name="parent_change_wholesale_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.organization_id} → {self.new_parent_id}"

    @property
    def is_wholesale(self) -> bool:
        """Did the 基层党委 change, 整建制转移?"""
        return self.old_committee_id is not None

    @property
    def moved_members(self) -> int:
        return self.full_members + self.probationary_members

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])
