"""Scans that belong to an organisation: decisions, seals, election reports."""

from django.db import models

from orgs.models.organizations import Organization
from orgs.models.terms import Term
from orgs.querysets import ScopedQuerySet
from partyplatform.uploads.records import FileRecord, keeps_files


@keeps_files
class Attachment(FileRecord):
    class Purpose(models.TextChoices):
        SEAL = "seal", "公章照片"
        TERM = "term", "换届材料"
        OTHER = "other", "附件"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="attachments", verbose_name="党组织")
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="届次"
    )
    purpose = models.CharField("用途", max_length=10, choices=Purpose, default=Purpose.OTHER)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["-uploaded_at"]
