"""Slips with fresh codes, on their way from the screen of the person who issued them to paper."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.querysets import HandOverQuerySet
from partyplatform.sealing import SealedColumn, enter


class HandOver(models.Model):
    """What one person has to hand out, readable in that person's session and for a short time only.

    Written by `accounts.services.handovers`. The slips are sealed, and wiped when the time is over; the row stays a
    while, so that a form sent twice leads to a page and not into the void.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发放人")
    session_mark = models.CharField("会话标记", max_length=32)
    slips_sealed = models.BinaryField("领取单（密文）")
    created_at = models.DateTimeField("建立时间", default=timezone.now)
    expires_at = models.DateTimeField("显示至", db_index=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "启用码领取单"

    def __str__(self):
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def is_readable(self) -> bool:
        return bool(self.slips_sealed) and timezone.now() < self.expires_at


SLIPS = enter(SealedColumn(HandOver, "slips_sealed", "启用码领取单", place=("accounts_handover", "slips")))
