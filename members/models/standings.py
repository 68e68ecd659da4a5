"""Where a member stood from one day to another."""

from django.db import models
from django.db.models import F, Q

from members.admissions import COUNTED_AS
from members.codes import MembershipStatus, PersonCategory
from members.models.members import Member
from members.querysets import StandingQuerySet
from orgs.models import Organization


class Standing(models.Model):
    """One member's branch, 人员类别 and 党籍状态 from `begins_on` on and before `ends_on`; the last one is open.

    Rows follow each other without a gap, so that lists and figures can be asked for any day. Written by
    `members.services.standings` with every change of the member, never removed.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="standings", verbose_name="党员")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="人员所在支部"
    )
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    status = models.CharField("党籍状态", max_length=2, choices=MembershipStatus)
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    cause = models.CharField("变动", max_length=20)
    kind = models.CharField("增加、减少方式", max_length=2, blank=True)  # of member_add_kind or member_remove_kind
    # Of 补录: what it truly was. Rows written by SQL of their own have none.
    counted_as = models.CharField("统计口径", max_length=2, choices=COUNTED_AS, blank=True, default="", db_default="")
    document = models.CharField("依据、文号", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    by_name = models.CharField("操作人", max_length=100, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = "党籍变动"
        verbose_name_plural = "党籍变动"
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ends_on=None), name="standing_one_open"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="standing_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="standing_category_known"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="standing_status_known"),
        ]
        indexes = [models.Index(fields=["organization", "begins_on"], name="standing_place")]

    def __str__(self):
        return f"{self.member_id} {self.begins_on:%Y-%m-%d} {self.cause}"
