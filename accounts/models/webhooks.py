"""Where another system wants to be told that something changed."""

import datetime

from django.db import models
from django.utils import timezone

from accounts.models.api_tokens import ApiToken
from accounts.querysets import WebhookQuerySet
from partyplatform.ui.status import Status


class Webhook(models.Model):
    """The address of one system that reads by a token; it is told that there are changes, and reads them itself.

    `told_seq` is the number of the last change it knows of. Source: docs/api.md, decision 0056.
    """

    token = models.OneToOneField(ApiToken, models.CASCADE, related_name="webhook", verbose_name="接口凭证")
    address = models.CharField("推送地址", max_length=200)
    told_seq = models.BigIntegerField("已推送至")
    told_at = models.DateTimeField("最近推送时间", null=True, blank=True)
    next_at = models.DateTimeField("下次推送时间", default=timezone.now, db_index=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0)
    fault = models.CharField("失败原因", max_length=100, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变动推送"

    def __str__(self):
        return f"变动推送 {self.address}"

    @property
    def status(self) -> Status:
        if self.failures:
            return Status(f"推送失败 {self.failures} 次：{self.fault}", "red")
        return Status("推送正常" if self.told_at else "还没有变动", "green" if self.told_at else "")

    def wait(self, fault: str, *, now: datetime.datetime) -> None:
        """Note that it could not be told, and try again after 2, 4, 8 … minutes, six hours at most."""
        self.failures, self.fault = min(self.failures + 1, 999), fault[:100]
        self.next_at = now + datetime.timedelta(minutes=min(2**self.failures, 360) if self.failures < 9 else 360)
