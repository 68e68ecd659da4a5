"""One transfer of 组织关系."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status
from transfers.codes import UNFINISHED, Cause, Stage, TransferState, TransferType
from transfers.querysets import TransferQuerySet

_TONES = {
    TransferState.SUBMITTED: "blue",
    TransferState.LETTER: "gold",
    TransferState.EXPIRED: "red",
    TransferState.REFUSED: "amber",
    TransferState.DONE: "green",
}
_OPEN = Q(state__in=UNFINISHED)
WARNED = 7  # days before a letter runs out


def _place(name: str, **options: object) -> models.ForeignKey:
    """An organisation on one side; the indexes below begin with it."""
    return models.ForeignKey(
        Organization, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=name, **options
    )


class Transfer(models.Model):
    """One member on the way from one organisation to another. Written by `transfers.services`; only `advance`, by the
    table of `transfers.workflow`, gives it another state.

    `holder` is the organisation that has it now, at `stage`, since `holder_since` and until `due_on`. `valid_until` is
    the last day of the letter in force, `released_on` the day of the first one. A 市外转入 has no `source` and, until
    it is done, no `member`; a 转往市外 has no `target`.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField("转接类型", max_length=10, choices=TransferType)
    state = models.CharField("状态", max_length=10, choices=TransferState, default=TransferState.SUBMITTED)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="transfers", null=True, blank=True, verbose_name="党员"
    )
    name = models.CharField("姓名", max_length=50)
    source = _place("转出组织", db_index=False)
    target = _place("转入组织", db_index=False)
    source_committee = _place("转出基层党委", db_index=False)
    target_committee = _place("转入基层党委", db_index=False)
    heading = models.CharField("抬头（接收党组织名称）", max_length=100, blank=True)
    destination = models.CharField("转往（去何单位）", max_length=100, blank=True)
    cause = models.CharField("转接原因", max_length=10, choices=Cause)
    note = models.CharField("说明", max_length=200, blank=True)
    dues_paid_to = models.DateField("党费交至")  # the first day of the month
    valid_days = models.PositiveSmallIntegerField("介绍信有效期（天）", default=0)
    released_on = models.DateField("首次开具介绍信日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)

    stage = models.CharField("当前环节", max_length=10, choices=Stage, blank=True)
    holder = _place("当前办理组织", db_index=False)
    holder_since = models.DateTimeField("到达时间", null=True, blank=True)
    due_on = models.DateField("办理期限", null=True, blank=True)
    is_advanced = models.BooleanField("已有组织审批", default=False)
    reminded_days = models.PositiveSmallIntegerField("已提醒（逾期天数）", default=0)
    escalated_to = _place("督办组织", db_index=False)

    starter = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="发起组织")
    started_by = models.CharField("发起人", max_length=120)
    started_at = models.DateTimeField("发起时间", default=timezone.now)
    last_by = models.CharField("最近办理人", max_length=120)
    last_at = models.DateTimeField("最近办理时间", default=timezone.now)
    finished_on = models.DateField("办结日期", null=True, blank=True)
    received_on = models.DateField("回执日期", null=True, blank=True)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name="原转接"
    )
    batch = models.CharField("批次", max_length=30, blank=True)
    lacking = models.CharField("党员信息尚缺", max_length=200, blank=True)  # of a 市外转入, by the rules of 完整度
    release_reason = models.CharField("免职理由", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "组织关系转接"
        verbose_name_plural = "组织关系转接"
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=_OPEN,
                name="transfer_one_open_per_member",
                violation_error_message="该党员有未办结的组织关系转接",
            ),
            models.CheckConstraint(condition=Q(type__in=TransferType.values), name="transfer_type_known"),
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="transfer_state_known"),
            models.CheckConstraint(condition=Q(stage__in=["", *Stage.values]), name="transfer_stage_known"),
            models.CheckConstraint(
                condition=(_OPEN & Q(holder__isnull=False, due_on__isnull=False, finished_on=None))
                | (~_OPEN & Q(holder=None, due_on=None, finished_on__isnull=False)),
                name="transfer_held_while_open",
            ),
            models.CheckConstraint(
                condition=Q(type="in", source=None, target__isnull=False)
                | Q(type="out", source__isnull=False, target=None)
                | Q(type__in=["internal", "city"], source__isnull=False, target__isnull=False),
                name="transfer_sides_fit_type",
            ),
            models.CheckConstraint(
                condition=~Q(source=models.F("target")) | Q(source=None) | Q(target=None),
                name="transfer_goes_elsewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="transfer_name"),
            models.Index(fields=["source", "-id"], name="transfer_leaving"),
            models.Index(fields=["target", "-id"], name="transfer_arriving"),
            # Histories are cut into pages in these alone.
            models.Index(fields=["source", "-id"], condition=~_OPEN, name="transfer_left"),
            models.Index(fields=["target", "-id"], condition=~_OPEN, name="transfer_arrived"),
            models.Index(fields=["batch"], condition=~Q(batch=""), name="transfer_batch"),
            # Few among many: what is open.
            models.Index(fields=["-id"], condition=_OPEN, name="transfer_open_newest"),
            models.Index(fields=["holder", "due_on"], condition=_OPEN, name="transfer_held"),
            models.Index(fields=["source"], condition=_OPEN, name="transfer_open_source"),
            models.Index(fields=["target"], condition=_OPEN, name="transfer_open_target"),
            models.Index(
                fields=["starter", "finished_on"],
                condition=Q(state__in=["refused", "withdrawn"]),
                name="transfer_told_back",
            ),
            models.Index(fields=["escalated_to"], condition=_OPEN, name="transfer_escalated"),
            models.Index(fields=["valid_until"], condition=_OPEN, name="transfer_validity"),
            models.Index(fields=["due_on"], condition=_OPEN, name="transfer_due"),
            # Whose receipt may be owed is asked for beside the bell of every page.
            models.Index(fields=["target_committee"], condition=Q(type="in", state="done"), name="transfer_to_answer"),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("transfers:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """编号, as ZJ-2026-001873."""
        return f"ZJ-{timezone.localtime(self.started_at):%Y}-{self.pk:06d}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), _TONES.get(TransferState(self.state), ""))

    @property
    def source_name(self) -> str:
        """转出组织 as lists show it: a branch of the platform, or what the letter from outside says."""
        return self.source.short_name if self.source else self.heading

    @property
    def target_name(self) -> str:
        """转入组织 as lists show it."""
        return self.target.short_name if self.target else self.heading

    @property
    def source_full(self) -> str:
        return self.source.full_name if self.source else self.heading

    @property
    def target_full(self) -> str:
        return self.target.full_name if self.target else self.heading

    @property
    def dues_month(self) -> str:
        """党费交至, as 2026 年 11 月."""
        return f"{self.dues_paid_to.year} 年 {self.dues_paid_to.month} 月"

    @property
    def started_on(self) -> datetime.date:
        return timezone.localdate(self.started_at)

    @property
    def stage_label(self) -> str:
        """当前环节: what waits, and where."""
        return f"{self.holder.short_name}：{self.get_stage_display()}" if self.holder else ""

    @property
    def head(self) -> list[tuple[str, object]]:
        """What the page of a transfer says below its title: of one that is over no clock that still ran."""
        rows: list[tuple[str, object]] = [("发起", self.started_on)]
        if self.valid_until:
            left = (self.valid_until - timezone.localdate()).days
            told = f"（剩 {left} 天）" if self.is_unfinished and left >= 0 else ""
            rows.append(("介绍信有效期至", f"{self.valid_until:%Y-%m-%d}{told}"))
        if self.is_unfinished:
            return [*rows, ("当前环节", self.stage_label), ("办理期限", self.due_on)]
        return [*rows, ("办结", self.finished_on)]

    def days_held(self, today: datetime.date) -> int:
        """Days since the present holder got it."""
        return (today - timezone.localdate(self.holder_since)).days if self.holder_since else 0

    @property
    def urgency(self) -> Status | None:
        """How late the present step is, as a tag; None while it is in time."""
        late = (timezone.localdate() - self.due_on).days if self.due_on else 0
        return Status(f"逾期 {late} 天", "red") if late > 0 else None

    @property
    def running_out(self) -> Status | None:
        """How soon the letter in force runs out, from a week before. Source: workflows.md 11."""
        left = (self.valid_until - timezone.localdate()).days if self.valid_until and self.is_unfinished else -1
        return Status(f"介绍信 {left} 天后到期" if left else "介绍信今天到期", "amber") if 0 <= left <= WARNED else None

    @property
    def urgencies(self) -> list[Status]:
        """The tags behind 当前环节 in a list."""
        return [tag for tag in (self.urgency, self.running_out) if tag is not None]
