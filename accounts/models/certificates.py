"""Certificates people log in with, and the authorities that issue them. Source: security.md 11-18."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.querysets import CertificateQuerySet
from partyplatform.ui.status import Status

REMIND_DAYS = (60, 30, 7, 1)


class Authority(models.Model):
    """An authority whose client certificates are accepted: our own, or an outside one such as BJCA's.

    `chain` is PEM: the certificate that signs people, then those above it up to the root. `revocations` is the last
    list of revoked certificates of each, PEM. Written by `accounts.services.authorities`. No private key is here.
    """

    name = models.CharField("名称", max_length=100, unique=True)
    fingerprint = models.CharField("指纹（SHA-256）", max_length=64, unique=True)
    chain = models.TextField("证书链")
    revocations = models.TextField("吊销列表", blank=True)
    is_own = models.BooleanField("本平台自建", default=False)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("导入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "发证机构"

    def __str__(self):
        return self.name


class Certificate(models.Model):
    """A certificate registered for one account. Written by `accounts.services.certificates`; rows are never deleted.

    The dates are copies out of `der`, for lists; whether it is valid is read from the certificate itself.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "有效"
        RETIRED = "retired", "已换新"
        REVOKED = "revoked", "已吊销"

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name="持有人"
    )
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="certificates", verbose_name="发证机构")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewal", verbose_name="接替"
    )
    der = models.BinaryField("证书")
    fingerprint = models.CharField("指纹（SHA-256）", max_length=64, unique=True)
    serial = models.CharField("序列号", max_length=40)
    urn = models.CharField("账号标识", max_length=64, blank=True)
    algorithm = models.CharField("签名算法", max_length=40)
    not_before = models.DateTimeField("生效时间")
    not_after = models.DateTimeField("到期时间", db_index=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ACTIVE)
    registered_by_name = models.CharField("登记人", max_length=100, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    first_used_at = models.DateTimeField("首次使用时间", null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数字证书"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["active", "retired", "revoked"]), name="cert_state_known"),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True) | ~Q(state="active") & Q(ended_at__isnull=False),
                name="cert_ends_when_not_active",
            ),
        ]

    def __str__(self):
        return f"数字证书 {self.short_serial}"

    @property
    def short_serial(self) -> str:
        """The last characters of the serial number, by which people tell certificates apart."""
        return self.serial[-8:]

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def days_left(self, now: datetime.datetime | None = None) -> int:
        """Return the calendar days until the end, 0 on the last one, negative afterwards."""
        return (timezone.localdate(self.not_after) - timezone.localdate(now)).days

    def reminder(self) -> int | None:
        """Return which of 60, 30, 7 and 1 days has been reached, None while none is or when it is not in use."""
        left = self.days_left()
        return min((days for days in REMIND_DAYS if left <= days), default=None) if self.is_active else None

    def reminder_text(self) -> str:
        """What the holder is told while a reminder is due."""
        left = self.days_left()
        when = f"还有 {left} 天" if left > 0 else "今天"
        return f"您的数字证书{when}到期（{timezone.localtime(self.not_after):%Y-%m-%d %H:%M}），请及时换新。"

    def status(self) -> Status:
        """The state with its tone; an active one that ends soon says so."""
        if not self.is_active:
            return Status(self.get_state_display(), "red" if self.state == self.State.REVOKED else "")
        left = self.days_left()
        if self.not_after <= timezone.now():
            return Status("已过期", "red")
        if self.reminder() is None:
            return Status("有效", "green")
        return Status(f"还有 {left} 天到期" if left else "今天到期", "red" if left <= 7 else "amber")
