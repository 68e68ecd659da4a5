"""Tokens by which other systems read the data of an organisation and of everything below it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.querysets import ApiTokenQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status


class Scope(models.TextChoices):
    """What a token opens."""

    ORGANIZATIONS = "organizations", "党组织"
    MEMBERS = "members", "党员"
    CHANGES = "changes", "变动"


class ApiToken(models.Model):
    """One system that may read. Of the token itself only a digest is kept: it was shown once, when it was issued."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="党组织"
    )  # the reach: this one and everything below
    name = models.CharField("使用系统", max_length=60)
    digest = models.CharField("凭证摘要", max_length=64, unique=True, editable=False)
    scopes = models.JSONField("开放范围", default=list)
    ends_on = models.DateField("有效期至")
    issued_by_name = models.CharField("发放人", max_length=100)
    created_at = models.DateTimeField("发放时间", auto_now_add=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    reason = models.CharField("停用原因", max_length=200, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口凭证"
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="api_token_has_digest")]

    def __str__(self):
        return f"接口凭证 {self.name}"

    @property
    def is_good(self) -> bool:
        """Whether it opens anything today: not revoked, not ended, and its organisation not dissolved."""
        return self.revoked_at is None and self.ends_on >= timezone.localdate() and self.organization.is_living

    @property
    def scopes_text(self) -> str:
        return "、".join(Scope(scope).label for scope in self.scopes)

    @property
    def webhook_status(self) -> Status | str:
        webhook = getattr(self, "webhook", None)
        return webhook.status if webhook and self.is_good else ""

    @property
    def status(self) -> Status:
        if self.revoked_at is not None:
            return Status("已停用", "red")
        return Status("有效", "green") if self.is_good else Status("已过期", "")
