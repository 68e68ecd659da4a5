"""Signed and stamped papers handed in with a proposal or an application."""

from django.db import models
from django.db.models import Q

from members.models.admissions import Admission
from members.models.corrections import Correction
from members.review_querysets import ScanQuerySet
from partyplatform.sealing import SealedColumn, enter
from partyplatform.uploads.records import SecretFile, keeps_files


@keeps_files
class Scan(SecretFile):
    """One file, readable with its key only; it belongs to what it was handed in with and is never removed."""

    correction = models.ForeignKey(
        Correction, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name="更正申请"
    )
    admission = models.ForeignKey(
        Admission, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name="补录申请"
    )
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


def _organization(scan: Scan) -> int:
    """Return whose key closes the key of the file."""
    return scan.admission.organization_id if scan.admission else scan.correction.member.organization_id


SCAN_KEYS = enter(
    SealedColumn(Scan, "key_sealed", "文件密钥", place=("members_scan", "key"), organization=_organization)
)
