"""One-time codes with which a person sets the first password, or a new one after a reset."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

TRIES = 5  # of one code, however the counters of logins stand


class ActivationCode(models.Model):
    """The one live code of an account. Used up, expired or tried too often it opens nothing.

    Written by `accounts.services.activations` alone; the code itself is kept nowhere, only its hash.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activation_code", verbose_name="账号"
    )
    code_hash = models.CharField("启用码（哈希）", max_length=128)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    expires_at = models.DateTimeField("有效期至")
    issued_at = models.DateTimeField("发放时间", default=timezone.now)
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发放人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "启用码"

    def __str__(self):
        return f"有效期至 {timezone.localtime(self.expires_at):%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        """Whether it may still open something, given that it is typed rightly."""
        return self.tries < TRIES and timezone.now() < self.expires_at
