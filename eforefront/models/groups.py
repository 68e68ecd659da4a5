"""党小组: groups inside a branch. Source: workflows.md 2.1."""

from django.db import models
from django.db.models import Q

from eforefront.querysets.groups import GroupMemberQuerySet, PartyGroupQuerySet
from members.models import Member
from orgs.models import Organization


class PartyGroup(models.Model):
    """One 党小组 of a branch; closed rather than deleted. Written by `eforefront.services.groups`."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="党支部"
    )
    name = models.CharField("名称", max_length=30)
    leader = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="组长")
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PartyGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党小组"
        ordering = ["organization", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(closed_on=None),
                name="group_name_unique",
                violation_error_message="本支部已有同名党小组",
            )
        ]

    def __str__(self):
        return self.name


class GroupMember(models.Model):
    """Who belongs to which group: to one at most."""

    group = models.ForeignKey(PartyGroup, models.PROTECT, related_name="members", verbose_name="党小组")
    member = models.OneToOneField(Member, models.PROTECT, related_name="+", verbose_name="党员")

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党小组成员"

    def __str__(self):
        return f"{self.group_id} {self.member_id}"
