"""The hashes of passwords a person has had."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class FormerPassword(models.Model):
    """A password that is no longer used; only the last ones are kept (`accounts.services.passwords`)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords", verbose_name="账号"
    )
    password = models.CharField("密码（哈希）", max_length=128)
    replaced_at = models.DateTimeField("更换时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ("-pk",)

    def __str__(self):
        return f"至 {timezone.localtime(self.replaced_at):%Y-%m-%d %H:%M}"
