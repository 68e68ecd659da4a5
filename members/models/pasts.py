"""What a record said before a change that figures of earlier days must not feel."""

from django.db import models
from django.db.models import F, Q

from members import codes
from members.models.members import Member


class PastRecord(models.Model):
    """The items of one member that change in the course of a life, as they were from `begins_on` on and before
    `ends_on`; today's stand in the record itself.

    Written by `members.services.pasts` with the change, never removed. Sex, birthday and the like are not among them:
    who changes those puts an error right, for all days.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="pasts", verbose_name="党员")
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    education = models.CharField("最高学历", max_length=2, blank=True)
    title = models.CharField("职称", max_length=3, blank=True)
    social_class = models.CharField("新社会阶层情况", max_length=2, blank=True)
    job_post = models.CharField("工作岗位", max_length=4, blank=True)
    is_migrant_worker = models.BooleanField("农民工标识", null=True, blank=True)
    front_line = models.CharField("一线情况", max_length=2, choices=codes.FRONT_LINES.choices, blank=True)

    class Meta:
        verbose_name = "以往信息"
        verbose_name_plural = "以往信息"
        constraints = [
            models.CheckConstraint(condition=Q(begins_on__lt=F("ends_on")), name="past_record_lasted"),
            models.UniqueConstraint(fields=["member", "ends_on"], name="past_record_one_a_day"),
        ]

    def __str__(self):
        return f"{self.member_id} {self.begins_on:%Y-%m-%d}–{self.ends_on:%Y-%m-%d}"
