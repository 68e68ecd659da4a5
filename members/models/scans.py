"""Signed and stamped papers handed in with a proposal or an application."""

import uuid

from django.db import models
from django.db.models import Q

from members.models.admissions import Admission
from members.models.corrections import Correction
from members.review_querysets import ScanQuerySet


class Scan(models.Model):
    """One file; it belongs to what it was handed in with and is never removed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    correction = models.ForeignKey(
        Correction, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name="更正申请"
    )
    admission = models.ForeignKey(
        Admission, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name="补录申请"
    )
    original_name = models.CharField("文件名", max_length=255)
    stored_name = models.CharField(max_length=80, unique=True)
    content_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.CharField("上传人", max_length=120)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = "证明材料"
        verbose_name_plural = "证明材料"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(correction=None, admission__isnull=False) | Q(correction__isnull=False, admission=None),
                name="scan_belongs_to_one",
            )
        ]

    def __str__(self):
        return self.original_name
