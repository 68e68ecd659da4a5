"""动态: what a branch reports of its life, released by an organisation above it. Source: screens.md 3.9."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from eforefront.models.notices import LONGEST
from eforefront.notice_workflow import NEWS_TONES, NewsState
from eforefront.querysets.notices import NewsQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status


class News(models.Model):
    """One report. Written by `eforefront.services.news`; shown to everybody below `released_in` once released."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="news", db_index=False, verbose_name="报送组织"
    )
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文", max_length=LONGEST)
    state = models.CharField("状态", max_length=10, choices=NewsState, default=NewsState.DRAFT)
    written_by = models.CharField("起草人", max_length=120)
    written_at = models.DateTimeField("起草时间", default=timezone.now)
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    released_in = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name="发布组织",
    )
    decided_by = models.CharField("审核人", max_length=120, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = "动态"
        verbose_name_plural = "动态"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NewsState.values), name="news_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["released", "withdrawn"], released_in__isnull=False)
                | (~Q(state__in=["released", "withdrawn"]) & Q(released_in=None)),
                name="news_released_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="news_of_organization"),
            models.Index(fields=["released_in", "-decided_at"], condition=Q(state="released"), name="news_released"),
            models.Index(fields=["organization"], condition=Q(state="submitted"), name="news_waiting"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("eforefront:news_item", args=[self.pk])

    @property
    def status(self) -> Status:
        state = NewsState(self.state)
        return Status(state.label, NEWS_TONES.get(state, ""))

    @property
    def is_released(self) -> bool:
        return self.state == NewsState.RELEASED

    @property
    def can_be_written(self) -> bool:
        return self.state in (NewsState.DRAFT, NewsState.RETURNED)

    @property
    def released_on(self) -> datetime.date | None:
        return timezone.localdate(self.decided_at) if self.is_released and self.decided_at else None
