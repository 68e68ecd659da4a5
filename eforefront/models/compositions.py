"""How the members below a committee or general branch are made up: counted once a day, read by 首页."""

from django.db import models

from orgs.models import Organization


class Composition(models.Model):
    """Standing figures of one upper organisation with everything below it; a branch is counted when it is looked at.

    `ages`, `education` and `months` are lists of numbers in the order of `eforefront.services.composing`.
    """

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="+", verbose_name="党组织"
    )
    counted_on = models.DateField("统计日期")
    ages = models.JSONField("年龄", default=list)
    education = models.JSONField("学历", default=list)
    months = models.JSONField("近 6 个月组织生活", default=list)
    groups = models.JSONField("党龄、性别、工作岗位", default=dict)  # {grouping of 随机统计: a number for each heading}

    class Meta:
        verbose_name = "党员构成"
        verbose_name_plural = "党员构成"

    def __str__(self):
        return f"{self.organization_id} {self.counted_on:%Y-%m-%d}"
