"""What a person is asked to sign when the browser cannot present a certificate. Source: security.md 12."""

import uuid

from django.conf import settings
from django.db import models


class Challenge(models.Model):
    """32 random bytes for one session, account and origin, good once. Written by `accounts.services.challenges`."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    nonce = models.CharField("随机数", max_length=64, unique=True)
    session_mark = models.CharField("会话标记", max_length=64)
    origin = models.CharField("来源", max_length=200)
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("失效时间", db_index=True)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名挑战"

    def __str__(self):
        return f"签名挑战，至 {self.expires_at:%Y-%m-%d %H:%M:%S}"
