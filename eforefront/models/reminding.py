"""The daily run: that it took place, what it wrote down, and the digests it sends. Source: workflows.md 11."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter


class DailyRun(models.Model):
    """One day. Whoever holds the lease runs it; a process that was killed loses the lease by doing nothing."""

    day = models.DateField("日期", unique=True)
    holder = models.CharField("执行者", max_length=120, blank=True)
    leased_until = models.DateTimeField("租期至", null=True, blank=True)
    started_at = models.DateTimeField("开始时间", default=timezone.now)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    failed = models.CharField("未完成的事项", max_length=500, blank=True)

    class Meta:
        verbose_name = "每日任务"
        verbose_name_plural = "每日任务"

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"


class Reminded(models.Model):
    """That something was called to mind: one row for each rule, object, due day and stage, whoever runs the day.

    It names no person but the one who is told: `key` says which object it is, `organization` or `user` who sees to it.
    """

    rule = models.CharField("提醒类型", max_length=40)
    key = models.CharField("对象", max_length=60)
    due_on = models.DateField("到期日期")
    stage = models.SmallIntegerField("提前天数")
    noted_on = models.DateField("提醒日期")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_index=False, null=True, blank=True, verbose_name="党组织"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, null=True, blank=True
    )

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(fields=["rule", "key", "due_on", "stage"], name="reminded_once"),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(user__isnull=False), name="reminded_tells_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "noted_on"], name="reminded_place"),
            models.Index(fields=["user", "noted_on"], condition=Q(user__isnull=False), name="reminded_person"),
        ]

    def __str__(self):
        return f"{self.rule} {self.key} {self.due_on:%Y-%m-%d}"


class ReminderAddress(models.Model):
    """The e-mail address a person wants the daily digest at; without one nothing is sent."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_address", verbose_name="账号"
    )
    address_sealed = models.BinaryField("邮箱（密文）", max_length=600)

    class Meta:
        verbose_name = "提醒邮箱"
        verbose_name_plural = "提醒邮箱"

    def __str__(self):
        return f"{self.user_id} 提醒邮箱"


class Digest(models.Model):
    """One person's e-mail of one day. `sending` is kept before it is handed over: what was interrupted there may have
    gone out, and is not sent again."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name="账号"
    )
    day = models.DateField("日期")
    text = models.TextField("内容", max_length=4000)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送", default=timezone.now)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = "提醒邮件"
        verbose_name_plural = "提醒邮件"
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed"]), name="digest_state_known"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="digest_waiting")]

    def __str__(self):
        return f"{self.user_id} {self.day:%Y-%m-%d}"


ADDRESSES = enter(
    SealedColumn(
        ReminderAddress,
        "address_sealed",
        "提醒邮箱",
        place=("eforefront_reminderaddress", "address"),
    )
)
