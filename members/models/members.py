"""The member's record."""

import uuid

from django.db import models
from django.db.models import Q

from members import completeness
from members.codes import MembershipStatus, PersonCategory
from members.querysets import MemberQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status

_TONES = {MembershipStatus.NORMAL: "green", MembershipStatus.SUSPENDED: "amber"}


class Member(models.Model):
    """One person on the roll. Written by `members.services`, which keeps the organisation's counters."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50)
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="members",
        db_index=False,  # member_roll begins with it
        verbose_name="人员所在支部",
    )
    status = models.CharField("党籍状态", max_length=2, choices=MembershipStatus, default=MembershipStatus.NORMAL)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        verbose_name_plural = "党员"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="member_category_known"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="member_status_known"),
        ]
        # Both hold all that a list shows and filters by, so that counting and leafing read no row of the table.
        indexes = [
            models.Index(fields=["organization", "name", "id", "status", "category"], name="member_roll"),
            models.Index(
                fields=["name", "organization", "id", "status", "category"],
                opclasses=["varchar_pattern_ops", "int8_ops", "int8_ops", "varchar_ops", "varchar_ops"],
                name="member_name",  # the order of the other one does not serve LIKE on PostgreSQL
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def category_label(self) -> str:
        """The manual's list prints 中共党员 for a full member."""
        return "中共党员" if self.category == PersonCategory.FULL else self.get_category_display()

    @property
    def is_enrolled(self) -> bool:
        """Whether the person still belongs to the branch: active or suspended."""
        return self.status in (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED)

    @property
    def standing(self) -> Status:
        """党籍状态 with the tone of its tag."""
        return Status(self.get_status_display(), _TONES.get(MembershipStatus(self.status), ""))

    @property
    def completeness(self) -> int | None:
        """信息完整度 in whole per cent."""
        return completeness.percent(*completeness.score(self))
