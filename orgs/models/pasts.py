"""What an organisation was before a change that figures of earlier days must not feel."""

from django.db import models
from django.db.models import F, Q

from orgs.codes import OrgType
from orgs.models.organizations import Organization


class OrganizationPast(models.Model):
    """组织类别, 功能型 and 撤销 of one organisation from `begins_on` on and before `ends_on`; today's are in its row.

    Written by `orgs.services.pasts` with the act that changes them, only added.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="pasts", verbose_name="党组织")
    org_type = models.CharField("组织类别", max_length=3, choices=OrgType)
    is_functional = models.BooleanField("是否是功能型党支部")
    is_living = models.BooleanField("未撤销")
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")

    class Meta:
        verbose_name = "党组织以往情况"
        verbose_name_plural = "党组织以往情况"
        constraints = [
            models.CheckConstraint(condition=Q(begins_on__lt=F("ends_on")), name="org_past_lasted"),
        ]

    def __str__(self):
        return f"{self.organization_id} {self.begins_on:%Y-%m-%d}–{self.ends_on:%Y-%m-%d}"
