"""班子成员: who holds which duty in which term."""

from django.db import models
from django.db.models import F, Q

from members import codes
from members.codes import Duty
from members.models.members import Member
from members.querysets import PostQuerySet
from orgs.models import Term


class Post(models.Model):
    """One member in one duty of one term. A 党小组组长 is recorded here as well, with the group's name."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="posts", verbose_name="届次")
    member = models.ForeignKey(Member, models.PROTECT, related_name="posts", verbose_name="姓名")
    duty = models.CharField("党内职务", max_length=4, choices=codes.PARTY_DUTIES.choices)
    appointment = models.CharField("任职方式", max_length=2, choices=codes.APPOINTMENT_KINDS.choices, blank=True)
    started_on = models.DateField("任职日期")
    ended_on = models.DateField("离任日期", null=True, blank=True)
    document = models.CharField("批准文号", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField("排序", default=0)
    portfolio = models.CharField("分工", max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "班子成员"
        verbose_name_plural = "班子成员"
        ordering = ["position", "duty", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["term"],
                condition=Q(duty=Duty.SECRETARY, ended_on__isnull=True),
                name="post_one_secretary_per_term",
                violation_error_message="本届次已有书记",
            ),
            models.UniqueConstraint(
                fields=["term", "member", "duty"],
                condition=Q(ended_on__isnull=True),
                name="post_once_per_term_and_duty",
                violation_error_message="该人员在本届次已任此职务",
            ),
            models.CheckConstraint(condition=Q(duty__in=list(codes.PARTY_DUTIES.rows)), name="post_duty_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="post_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.duty_label}"

    @property
    def duty_label(self) -> str:
        return codes.PARTY_DUTIES.label(self.duty)
