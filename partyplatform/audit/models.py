"""The tables of the audit. Rows are added by `recording.record` and never touched again (see triggers.py)."""

from django.db import models
from django.urls import reverse

from partyplatform.ui.status import Status

from .actions import action_label
from .chain import record_mac
from .querysets import AlarmQuerySet, RecordQuerySet


class Level(models.TextChoices):
    INFO = "info", "一般"
    ALARM = "alarm", "告警"


class Record(models.Model):
    """One act: who did what to which object, chained to the act before it."""

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    actor_uid = models.CharField("操作人标识", max_length=36, blank=True)
    actor_name = models.CharField("操作人", max_length=100)
    role_label = models.CharField("角色", max_length=200)
    actor_organization_id = models.BigIntegerField("操作人所在党组织标识", null=True)
    actor_organization_name = models.CharField("操作人所在党组织", max_length=300, blank=True)
    action = models.CharField("操作", max_length=64)
    object_type = models.CharField("对象类型", max_length=100, blank=True)
    object_id = models.CharField("对象标识", max_length=64, blank=True)
    object_label = models.CharField("对象", max_length=300, blank=True)
    organization_id = models.BigIntegerField("所属党组织标识", null=True)
    changes = models.JSONField("变动内容", default=list)  # [[label, before, after], …], texts only
    reason = models.TextField("原因", blank=True)
    document = models.CharField("文号", max_length=200, blank=True)
    succeeded = models.BooleanField("是否成功", default=True)
    level = models.CharField("级别", max_length=8, choices=Level, default=Level.INFO)
    address_masked = models.CharField("网络地址", max_length=64, blank=True)
    request_number = models.CharField("请求编号", max_length=64, blank=True)
    key_id = models.CharField("密钥编号", max_length=64)
    previous_mac = models.CharField("上一条校验码", max_length=64, blank=True)
    mac = models.CharField("校验码", max_length=64)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        indexes = [
            models.Index(fields=["organization_id", "seq"], name="audit_record_organization"),
            models.Index(fields=["actor_uid", "seq"], name="audit_record_actor"),
            models.Index(fields=["actor_name", "seq"], name="audit_record_actor_name"),
            models.Index(fields=["object_type", "object_id", "seq"], name="audit_record_object"),
            models.Index(fields=["object_label", "seq"], name="audit_record_object_label"),
            models.Index(fields=["action", "seq"], name="audit_record_action"),
            models.Index(fields=["at", "seq"], name="audit_record_at"),
            models.Index(
                fields=["request_number"], condition=~models.Q(request_number=""), name="audit_record_request"
            ),
            models.Index(fields=["seq"], condition=models.Q(level=Level.ALARM), name="audit_record_alarms"),
            models.Index(fields=["seq"], condition=models.Q(succeeded=False), name="audit_record_failed"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(level__in=Level.values), name="audit_record_level")]

    def __str__(self) -> str:
        return f"第 {self.seq} 号 {self.actor_name} {self.action_label} {self.object_label}"

    def get_absolute_url(self) -> str:
        return reverse("audit:record", args=[self.pk])

    @property
    def action_label(self) -> str:
        return action_label(self.action)

    @property
    def marks(self) -> list[Status]:
        """What sets the record apart: an alarm, an act that failed."""
        alarm, failed = self.level == Level.ALARM, not self.succeeded
        return [
            status for status, shown in ((Status("告警", "red"), alarm), (Status("未成功", "amber"), failed)) if shown
        ]

    @property
    def changes_text(self) -> str:
        """The changes on one line: 角色：（空）→ 审计员；…"""
        return "；".join(
            f"{label}：{before or '（空）'} → {after or '（空）'}" for label, before, after in self.changes
        )

    @property
    def genuineness(self) -> str:
        """Whether the record is as it was written, in words. Whether one is missing, `verify` finds out."""
        expected = record_mac(vars(self))
        if expected is None:
            return "密钥不在密钥表中，无法校验"
        return "与校验码相符" if expected == self.mac else "与校验码不符"


class ChainHead(models.Model):
    """The last record given, in one row: the lock of the chain and the witness against a cut tail."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField("序号", default=0)
    mac = models.CharField("校验码", max_length=64, blank=True)
    at = models.DateTimeField("时间", null=True)
    key_id = models.CharField("密钥编号", max_length=64, blank=True)
    seal = models.CharField("链头校验码", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链头"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_chainhead_only_one")]

    def __str__(self) -> str:
        return f"第 {self.seq} 号"


class Alarm(models.Model):
    """What became of an alarm: how often it was raised, whom it reaches, who dealt with it. Written by `alarms` alone.

    What happened is in the record, which stays as it is; this row changes. The database keeps no constraint on the
    record: it is never deleted, and its own triggers are to be the ones that refuse.
    """

    record = models.OneToOneField(
        Record, models.DO_NOTHING, primary_key=True, related_name="alarm", db_constraint=False, verbose_name="审计记录"
    )
    superior_id = models.BigIntegerField("上级党组织标识", null=True)
    committee_id = models.BigIntegerField("所属党委标识", null=True)
    times = models.PositiveIntegerField("次数", default=1)
    last_at = models.DateTimeField("最近一次")
    handled_at = models.DateTimeField("处置时间", null=True)
    handler_uid = models.CharField("处置人标识", max_length=36, blank=True)
    handler_name = models.CharField("处置人", max_length=100, blank=True)
    handler_label = models.CharField("处置人角色", max_length=400, blank=True)
    remark = models.CharField("处置说明", max_length=500, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "告警"
        indexes = [
            models.Index(
                fields=["superior_id"], condition=models.Q(handled_at__isnull=True), name="audit_alarm_superior"
            ),
            models.Index(
                fields=["committee_id"], condition=models.Q(handled_at__isnull=True), name="audit_alarm_committee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record.action_label} {self.record.object_label}".strip()

    def get_absolute_url(self) -> str:
        return reverse("audit:alarm", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.handled_at is None

    @property
    def status(self) -> Status:
        return Status("待处置", "red") if self.is_open else Status("已处置", "green")
