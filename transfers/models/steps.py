"""The steps of a transfer: who decides, in which order, since when and until when."""

from django.db import models
from django.db.models import Q

from orgs.models import Organization
from transfers.codes import Outcome, Stage
from transfers.models.transfers import Transfer
from transfers.querysets import StepQuerySet


class TransferStep(models.Model):
    """One link of the chain of one transfer. `substitute` names the upper organisation that acted for it (代办)."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="steps", db_index=False, verbose_name="转接")
    position = models.PositiveSmallIntegerField("顺序")
    stage = models.CharField("环节", max_length=10, choices=Stage)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="办理组织"
    )
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.WAITING)
    opened_at = models.DateTimeField("到达时间", null=True, blank=True)
    due_on = models.DateField("办理期限", null=True, blank=True)
    acted_at = models.DateTimeField("办理时间", null=True, blank=True)
    acted_by = models.CharField("办理人", max_length=120, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    remark = models.CharField("意见", max_length=500, blank=True)
    substitute = models.CharField("代办组织", max_length=50, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "转接环节"
        verbose_name_plural = "转接环节"
        constraints = [
            models.UniqueConstraint(fields=["transfer", "position"], name="transfer_step_in_order"),
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(outcome=Outcome.OPEN), name="transfer_one_open_step"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="transfer_step_stage_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="transfer_step_outcome_known"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "transfer"],
                condition=Q(outcome__in=[Outcome.WAITING, Outcome.OPEN]),
                name="transfer_step_to_come",
            )
        ]

    def __str__(self):
        return f"{self.transfer_id} {self.position} {self.label}"

    @property
    def label(self) -> str:
        """转出党总支审核, 转入支部接收: what the step is called at an organisation of this kind."""
        if self.stage not in (Stage.REVIEW_OUT, Stage.REVIEW_IN, Stage.COMMON):
            return self.get_stage_display()
        side = {Stage.REVIEW_OUT: "转出", Stage.REVIEW_IN: "转入"}.get(Stage(self.stage), "")
        level = "党委" if self.organization.is_committee else "党总支"
        return f"{side}{level}{'审批' if self.stage == Stage.COMMON else '审核'}"
