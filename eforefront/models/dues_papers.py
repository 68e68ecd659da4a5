"""What a branch states once a year, what is passed on, and sheets of payments. Source: workflows.md 8."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse

from eforefront.querysets.dues_rows import OfBranchQuerySet, PaymentSheetQuerySet, PublicationQuerySet, ShareQuerySet
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status


class DuesConfirmation(models.Model):
    """A branch confirmed the standards of all its members for a year."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    year = models.PositiveSmallIntegerField("年度")
    members = models.PositiveIntegerField("党员人数")
    by_name = models.CharField("确认人", max_length=120)
    at = models.DateTimeField("确认时间", auto_now_add=True)

    objects = OfBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费标准年度确认"
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="dues_confirmed_once")]

    def __str__(self):
        return f"{self.organization_id} {self.year}"


class DuesPublication(models.Model):
    """党费公示 of a branch for a year: the figures as they stood on the day. Source: 党费规定 26."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    year = models.PositiveSmallIntegerField("年度")
    figures = models.JSONField("合计", default=dict)
    rows = models.JSONField("各党员", default=list)  # [name, due, paid, gift, state of the year]
    note = models.CharField("说明", max_length=200, blank=True)
    by_name = models.CharField("公示人", max_length=120)
    at = models.DateTimeField("公示时间", auto_now_add=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费公示"
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="dues_published_once")]

    def __str__(self):
        return f"{self.organization_id} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("eforefront:dues_publication", args=[self.pk])


class DuesShare(models.Model):
    """留存比例 of one level of organisations from one month on, as a committee was told. There is no default."""

    class Level(models.TextChoices):
        BRANCH = "1", "党支部"
        GENERAL = "2", "党总支"
        COMMITTEE = "3", "下级党委"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="规定的党委")
    level = models.CharField("适用层级", max_length=1, choices=Level)
    percent = models.DecimalField("留存比例（%）", max_digits=5, decimal_places=2)
    from_month = models.DateField("起始月份")
    document = models.CharField("依据文号", max_length=60)
    by_name = models.CharField("登记人", max_length=120)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费留存比例"
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="dues_share_percent"),
            models.UniqueConstraint(fields=["organization", "level", "from_month"], name="dues_share_once"),
        ]

    def __str__(self):
        return f"{self.organization_id} {self.get_level_display()} {self.percent}%"

    @property
    def percent_label(self) -> str:
        return f"{self.percent:f}"

    @property
    def month_label(self) -> str:
        return f"{self.from_month:%Y-%m}"


class PaymentSheet(models.Model):
    """An uploaded sheet of payments: nothing is written to the ledger before it is confirmed.

    What was typed is sealed until then, since it holds ends of 身份证号; `rows` are what confirming would enter.
    """

    class State(models.TextChoices):
        FAULTY = "faulty", "有错误"
        CHECKED = "checked", "待确认"
        DONE = "done", "已导入"

    TONES = {State.FAULTY: "red", State.CHECKED: "amber", State.DONE: "green"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    owner_uid = models.UUIDField(db_index=True)
    owner_name = models.CharField("导入人", max_length=50)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    rows = models.JSONField(default=list)
    faults = models.JSONField(default=list)  # [row, heading, value, text]
    columns = models.JSONField(default=dict)  # {field: letter of its column}
    content_sealed = models.BinaryField("内容（密文）", blank=True, default=b"")
    job_uid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = PaymentSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缴费表导入"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | Q(state__in=["faulty", "checked"], done_at=None),
                name="dues_sheet_done_when_confirmed",
            ),
            models.UniqueConstraint(
                fields=["organization", "sha256"], condition=Q(state="done"), name="dues_sheet_once"
            ),
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("eforefront:dues_sheet", args=[self.uid])

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES[self.State(self.state)])

    @property
    def is_open(self) -> bool:
        """Whether nothing of it was entered yet."""
        return self.state != self.State.DONE


SHEETS = enter(
    SealedColumn(
        PaymentSheet,
        "content_sealed",
        "缴费表的内容",
        place=("eforefront_paymentsheet", "content"),
        organization=attrgetter("organization_id"),
    )
)
