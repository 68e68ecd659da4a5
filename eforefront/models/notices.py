"""通知: what an organisation tells its members, to whom, and who has read it. Source: screens.md 3.9."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from eforefront.notice_workflow import NOTICE_TONES, NoticeState, Range
from eforefront.querysets.notices import NoticeQuerySet, ReadQuerySet
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status

LONGEST = 20_000  # characters of a text


class Notice(models.Model):
    """One notice. Written by `eforefront.services.notices`; once published only its state changes.

    Whom it is for stands in `targets`, as places of the tree: nothing is written for a reader who has not read it.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="notices", db_index=False, verbose_name="发布组织"
    )
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文", max_length=LONGEST)
    range = models.CharField("发布范围", max_length=10, choices=Range)
    is_pinned = models.BooleanField("置顶", default=False)
    closes_on = models.DateField("截止日期", null=True, blank=True)
    needs_receipt = models.BooleanField("需要回执", default=False)
    state = models.CharField("状态", max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    written_by = models.CharField("起草人", max_length=120)
    written_at = models.DateTimeField("起草时间", default=timezone.now)
    published_by = models.CharField("发布人", max_length=120, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    withdrawn_by = models.CharField("撤回人", max_length=120, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)
    # How many had read it when it was last counted, for audiences too large to be counted on the page.
    read_count = models.PositiveIntegerField("已读人数", default=0, editable=False)
    receipt_count = models.PositiveIntegerField("回执人数", default=0, editable=False)
    counted_at = models.DateTimeField("统计时间", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(condition=Q(range__in=Range.values), name="notice_range_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], published_at=None)
                | Q(state__in=["published", "withdrawn"], published_at__isnull=False),
                name="notice_published_when_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) | ~Q(state="withdrawn"),
                name="notice_withdrawn_when_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="notice_of_organization"),
            models.Index(fields=["-published_at"], condition=Q(state="published"), name="notice_by_day"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("eforefront:notice", args=[self.pk])

    @property
    def status(self) -> Status:
        state = NoticeState(self.state)
        return Status(state.label, NOTICE_TONES.get(state, ""))

    @property
    def published_on(self) -> datetime.date | None:
        return timezone.localdate(self.published_at) if self.published_at else None

    @property
    def is_published(self) -> bool:
        return self.state == NoticeState.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.state == NoticeState.DRAFT

    @property
    def is_over(self) -> bool:
        """Whether 截止日期 has passed."""
        return self.closes_on is not None and self.closes_on < timezone.localdate()

    @property
    def reader_marks(self) -> list[Status]:
        """What stands behind the title for a reader; `is_read` and `is_receipted` come from `for_reader`."""
        marks = [] if self.is_read else [Status("未读", "red")]
        marks += [Status("置顶", "gold")] if self.is_pinned else []
        if self.needs_receipt and not self.is_receipted:
            marks.append(Status("需回执", "amber"))
        return marks


class NoticeTarget(models.Model):
    """One place a notice is for: an organisation, alone or with everything below it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="targets", db_index=False, verbose_name="通知")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="党组织"
    )
    with_below = models.BooleanField("含下级", default=True)

    class Meta:
        verbose_name = "发布范围"
        verbose_name_plural = "发布范围"
        constraints = [models.UniqueConstraint(fields=["notice", "organization"], name="notice_target_once")]
        # A reader asks for the few organisations above the own one.
        indexes = [models.Index(fields=["organization", "notice", "with_below"], name="notice_target_place")]

    def __str__(self):
        return f"{self.notice_id} → {self.organization_id}"


class NoticeRead(models.Model):
    """Who has read a notice, where that person stood then, and whether receipt was confirmed. Rows are only added."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="reads", db_index=False, verbose_name="通知")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="阅读人"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_index=False, null=True, blank=True, verbose_name="党员"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="阅读时所在组织"
    )
    read_at = models.DateTimeField("阅读时间", default=timezone.now)
    receipted_at = models.DateTimeField("回执时间", null=True, blank=True)

    objects = ReadQuerySet.as_manager()

    class Meta:
        verbose_name = "阅读记录"
        verbose_name_plural = "阅读记录"
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]
        indexes = [
            models.Index(fields=["notice", "member", "receipted_at"], name="notice_read_member"),
            models.Index(fields=["read_at"], name="notice_read_lately"),
            models.Index(
                fields=["receipted_at"], condition=Q(receipted_at__isnull=False), name="notice_receipted_lately"
            ),
        ]

    def __str__(self):
        return f"{self.notice_id} {self.user_id}"
