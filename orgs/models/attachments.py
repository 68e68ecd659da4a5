"""Scans that belong to an organisation: decisions, seals, election reports."""

import uuid

from django.db import models

from orgs.models.organizations import Organization
from orgs.models.terms import Term
from orgs.querysets import ScopedQuerySet


class Attachment(models.Model):
    class Purpose(models.TextChoices):
        SEAL = "seal", "公章照片"
        TERM = "term", "换届材料"
        OTHER = "other", "附件"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="attachments", verbose_name="党组织")
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="届次"
    )
    purpose = models.CharField("用途", max_length=10, choices=Purpose, default=Purpose.OTHER)
    original_name = models.CharField("文件名", max_length=255)
    stored_name = models.CharField(max_length=80, unique=True)
    content_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.CharField("上传人", max_length=120)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["-uploaded_at"]

    def __str__(self):
        return self.original_name
