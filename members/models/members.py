"""The member's record."""

import uuid

from django.db import models
from django.db.models import Q

from members.codes import MembershipStatus, PersonCategory
from members.querysets import MemberQuerySet
from orgs.models import Organization


class Member(models.Model):
    """One person on the roll. Written by `members.services`, which keeps the organisation's counters."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50)
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="members", verbose_name="人员所在支部")
    status = models.CharField("党籍状态", max_length=2, choices=MembershipStatus, default=MembershipStatus.NORMAL)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        verbose_name_plural = "党员"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="member_category_known"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="member_status_known"),
        ]
        indexes = [models.Index(fields=["organization", "name"], name="member_roll")]

    def __str__(self):
        return self.name

    @property
    def category_label(self) -> str:
        """The manual's list prints 中共党员 for a full member."""
        return "中共党员" if self.category == PersonCategory.FULL else self.get_category_display()
