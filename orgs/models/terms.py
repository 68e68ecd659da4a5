"""届次 and 换届: the terms of an organisation and the procedure that leads to the next one."""

import datetime

from django.db import models
from django.db.models import F, Q

from orgs import codes
from orgs.models.organizations import Organization
from orgs.querysets import RenewalQuerySet, TermQuerySet
from orgs.renewal import TONES, RenewalKind, RenewalState
from partyplatform.ui.status import Status


class Term(models.Model):
    """One 届次. Exactly one is current; saving a new one closes the old (orgs.services.terms)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name="党组织")
    number = models.PositiveSmallIntegerField("届数")
    elected_on = models.DateField("当选（换届）日期")
    years = models.PositiveSmallIntegerField("任期年限")
    ends_on = models.DateField("届满日期")
    method = models.CharField("选举方式", max_length=2, choices=codes.ELECTION_METHODS.choices)
    voters_due = models.PositiveIntegerField("应到会人数")
    voters_present = models.PositiveIntegerField("实到会人数")
    ballots_sent = models.PositiveIntegerField("发出票数", null=True, blank=True)
    ballots_returned = models.PositiveIntegerField("收回票数", null=True, blank=True)
    ballots_valid = models.PositiveIntegerField("有效票数", null=True, blank=True)
    committee_size = models.PositiveSmallIntegerField("委员数", null=True, blank=True)
    alternates = models.PositiveSmallIntegerField("候补委员数", null=True, blank=True)
    result = models.CharField("选举结果", max_length=500, blank=True)
    document = models.CharField("批准文号", max_length=60, blank=True)
    is_current = models.BooleanField("是否当届", default=True)
    shifted_months = models.SmallIntegerField("延期/提前（月）", default=0)
    shift_document = models.CharField("延期/提前批准文号", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织届次"
        verbose_name_plural = "党组织届次"
        ordering = ["-elected_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_current=True), name="term_one_current_per_organization"
            ),
            models.UniqueConstraint(
                fields=["organization", "number"], name="term_number_unique", violation_error_message="该届数已登记"
            ),
            models.CheckConstraint(condition=Q(method__in=list(codes.ELECTION_METHODS.rows)), name="term_method_known"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("elected_on")), name="term_ends_after_election"),
        ]
        indexes = [models.Index(fields=["ends_on"], condition=Q(is_current=True), name="term_current_end")]

    def __str__(self):
        return f"第 {self.number} 届"

    @property
    def shift_size(self) -> int:
        return abs(self.shifted_months)

    def days_left(self, today: datetime.date) -> int:
        """Days until the term ends; negative when it is overdue."""
        return (self.ends_on - today).days


class Renewal(models.Model):
    """One 换届 from 请示 to 批复 of the elected. The steps are data in orgs/renewal.py."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="renewals", verbose_name="党组织")
    kind = models.CharField("事项", max_length=10, choices=RenewalKind)
    state = models.CharField("状态", max_length=10, choices=RenewalState, default=RenewalState.ASKED)
    reason = models.CharField("理由", max_length=500, blank=True)
    months = models.SmallIntegerField("延期/提前（月）", default=0)
    planned_on = models.DateField("拟选举日期", null=True, blank=True)
    seats = models.PositiveSmallIntegerField("委员名额", null=True, blank=True)
    candidates = models.PositiveSmallIntegerField("候选人数", null=True, blank=True)
    plan = models.CharField("换届方案", max_length=1000, blank=True)
    reply_document = models.CharField("批复文号", max_length=60, blank=True)
    draft = models.JSONField("选举结果（待批）", default=dict, blank=True)
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="产生的届次")
    asked_by = models.CharField("申请人", max_length=120)
    decided_by = models.CharField("批复人", max_length=120, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = "换届事项"
        verbose_name_plural = "换届事项"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=~Q(state__in=["done", "refused", "withdrawn"]),
                name="renewal_one_open_per_organization",
                violation_error_message="该党组织已有办理中的换届事项",
            ),
            models.CheckConstraint(condition=Q(kind__in=RenewalKind.values), name="renewal_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RenewalState.values), name="renewal_state_known"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.get_state_display()}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), TONES[RenewalState(self.state)])
