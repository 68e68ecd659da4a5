"""信息校核 and 疑似重复党员: what the platform found doubtful, and what people said about it."""

from django.db import models
from django.db.models import F, Q

from members.doubts import KINDS, DoubtState
from members.models.members import Member
from members.review_querysets import DoubtQuerySet, TwinQuerySet
from partyplatform.ui.status import Status


class Doubt(models.Model):
    """One doubt about one record. Written by `members.services.checking` with every change of the record."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="doubts", verbose_name="党员")
    kind = models.CharField("问题", max_length=10, choices=[(kind.slug, kind.label) for kind in KINDS.values()])
    text = models.CharField("说明", max_length=300)
    fingerprint = models.CharField(max_length=32, editable=False)
    state = models.CharField("状态", max_length=10, choices=DoubtState, default=DoubtState.OPEN)
    found_at = models.DateTimeField("发现时间")
    confirmed_by = models.CharField("确认人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    why = models.CharField("确认理由", max_length=200, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        verbose_name = "信息疑点"
        verbose_name_plural = "信息疑点"
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="doubt_once_per_kind"),
            models.CheckConstraint(condition=Q(state__in=DoubtState.values), name="doubt_state_known"),
        ]
        indexes = [models.Index(fields=["state", "-found_at", "-id"], name="doubt_latest")]

    def __str__(self):
        return f"{self.member}：{self.get_kind_display()}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), "amber" if self.state == DoubtState.OPEN else "green")


class TwinState(models.TextChoices):
    OPEN = "open", "待核对"
    DISTINCT = "distinct", "不是同一人"
    MERGED = "merged", "已合并"


class Twin(models.Model):
    """Two records of the same name and date of birth. `gone` is the one that went into 历史党员 by a merge."""

    first = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员一")
    second = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员二")
    gone = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被合并")
    state = models.CharField("状态", max_length=10, choices=TwinState, default=TwinState.OPEN)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)
    decided_by = models.CharField("办理人", max_length=120, blank=True)
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    why = models.CharField("理由", max_length=200, blank=True)

    objects = TwinQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复党员"
        verbose_name_plural = "疑似重复党员"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="twin_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="twin_in_order"),
            models.CheckConstraint(condition=Q(state__in=TwinState.values), name="twin_state_known"),
            models.CheckConstraint(
                condition=Q(state=TwinState.MERGED, gone__isnull=False) | (~Q(state=TwinState.MERGED) & Q(gone=None)),
                name="twin_gone_when_merged",
            ),
        ]
        indexes = [models.Index(fields=["-found_at"], condition=Q(state=TwinState.OPEN), name="twin_open")]

    def __str__(self):
        return str(self.first)

    @property
    def organization_id(self) -> int:
        return self.first.organization_id
