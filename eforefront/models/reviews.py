"""组织生活会和民主评议: a cycle for each branch and year, and what it says of each member. workflows.md 7.4."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from eforefront import review_steps
from eforefront.querysets.reviews import AppraisalQuerySet, ReviewCycleQuerySet, StudyEntryQuerySet
from members import codes
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status


class ReviewCycle(models.Model):
    """One year's 民主评议 of one branch. `step` comes next (`review_steps.STEPS`), 10 when all are done.

    Written by `eforefront.services.reviews`.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    step = models.PositiveSmallIntegerField("当前步骤", default=1)
    began_on = models.DateField("开展日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    answer = models.CharField("退回原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewCycleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "民主评议"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="cycle_once_a_year",
                violation_error_message="该年度已开展民主评议",
            ),
            models.CheckConstraint(
                condition=Q(step__lte=review_steps.LAST, ended_on=None)
                | Q(step=review_steps.LAST + 1, ended_on__isnull=False),
                name="cycle_ended_with_step",
            ),
        ]
        indexes = [models.Index(fields=["year", "organization"], name="cycle_of_year")]

    def __str__(self):
        return f"{self.year} 年度民主评议"

    def get_absolute_url(self) -> str:
        return reverse("eforefront:review_cycle", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.step > review_steps.LAST

    @property
    def status(self) -> Status:
        if self.is_over:
            return Status("已入库", "green")
        return Status(review_steps.STEPS[self.step - 1].label, "amber" if self.answer else "blue")


class CycleStep(models.Model):
    """When a step was done, and what about it; only added, a step done anew has a further row."""

    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, related_name="steps", verbose_name="民主评议")
    number = models.PositiveSmallIntegerField("步骤")
    label = models.CharField("办理", max_length=20)
    on = models.DateField("日期")
    note = models.CharField("情况", max_length=300, blank=True)
    by_name = models.CharField("办理人", max_length=120)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "民主评议办理记录"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.cycle_id} {self.label}"


class Appraisal(models.Model):
    """One member in one cycle: self and mutual appraisal, ballots by grade, the grade given.

    Ballots are anonymous: only their numbers are stored, nowhere who gave which.
    """

    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, related_name="appraisals", verbose_name="民主评议")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    takes_part = models.BooleanField("参加评议", default=True)
    absence = models.CharField("未参加原因", max_length=100, blank=True)
    is_probationary = models.BooleanField("预备党员", default=False)
    appraised_self = models.BooleanField("已自评", default=False)
    appraised_by_others = models.BooleanField("已互评", default=False)
    excellent = models.PositiveSmallIntegerField("优秀票", default=0)
    good = models.PositiveSmallIntegerField("合格票", default=0)
    basic = models.PositiveSmallIntegerField("基本合格票", default=0)
    failed = models.PositiveSmallIntegerField("不合格票", default=0)
    grade = models.CharField("评定等次", max_length=2, choices=codes.REVIEW_GRADES.choices, blank=True)
    handling = models.CharField("处置", max_length=2, choices=codes.REVIEW_HANDLING.choices, blank=True)
    opinion = models.CharField("评定意见", max_length=200, blank=True)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员评议"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "member"], name="appraisal_once"),
            models.CheckConstraint(
                condition=Q(is_probationary=False) | Q(grade__in=["", review_steps.NO_GRADE]),
                name="appraisal_probationary_without_grade",
            ),
            models.CheckConstraint(
                condition=Q(handling="") | Q(grade=review_steps.FAILED), name="appraisal_handled_where_failed"
            ),
        ]

    def __str__(self):
        return f"{self.cycle_id} {self.member_id}"

    @property
    def ballots(self) -> int:
        return self.excellent + self.good + self.basic + self.failed

    @property
    def graded(self) -> Status:
        tones = {"1": "green", "4": "red"}
        return Status(self.get_grade_display(), tones.get(self.grade, "")) if self.grade else Status("未评定", "amber")


class StudyEntry(models.Model):
    """学时 entered by hand: what was learned elsewhere. Taken off the page, never deleted."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False, verbose_name="党员")
    on = models.DateField("日期")
    subject = models.CharField("学习内容", max_length=100)
    halves = models.PositiveSmallIntegerField("半学时数")  # 学时 are whole or half
    by_name = models.CharField("登记人", max_length=120)
    at = models.DateTimeField("登记时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = StudyEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学时登记"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(halves__gte=1, halves__lte=16), name="study_hours_in_a_day"),
        ]
        indexes = [models.Index(fields=["member", "on"], name="study_of_member")]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.subject}"

    @property
    def hours(self) -> float:
        return self.halves / 2
