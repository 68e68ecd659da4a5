"""Standing totals of subtrees, and the changes not yet added to them (docs/decisions/0008-standing-totals.md)."""

from django.db import models

from orgs.models.organizations import Organization


class SubtreeTotal(models.Model):
    """Figures of one committee or general branch with everything below it, without the changes still in the journal.

    Written by `orgs.totals` alone, under the tree lock. A branch has no row: its own counters are its figures.
    """

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="total", verbose_name="党组织"
    )
    full = models.IntegerField("正式党员", default=0)
    probationary = models.IntegerField("预备党员", default=0)
    filled = models.IntegerField("已填项", default=0)
    required = models.IntegerField("应填项", default=0)
    committees = models.IntegerField("党委", default=0)
    general_branches = models.IntegerField("党总支部", default=0)
    branches = models.IntegerField("党支部", default=0)
    functional = models.IntegerField("功能型党支部", default=0)

    class Meta:
        verbose_name = "汇总数"
        verbose_name_plural = "汇总数"

    def __str__(self):
        return f"{self.organization_id} 汇总数"


class CounterChange(models.Model):
    """One change of an organisation's own counters that the totals above it do not contain yet."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="counter_changes", verbose_name="党组织"
    )
    full = models.IntegerField(default=0)
    probationary = models.IntegerField(default=0)
    filled = models.IntegerField(default=0)
    required = models.IntegerField(default=0)

    class Meta:
        verbose_name = "计数变动"
        verbose_name_plural = "计数变动"

    def __str__(self):
        return f"{self.organization_id} 计数变动"
