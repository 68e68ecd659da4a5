"""What a member has to pay each month: the standards, and what was approved instead. Source: screens.md 3.7."""

import datetime
import uuid
from operator import attrgetter

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from eforefront import codes, dues_rates
from eforefront.querysets.dues_rows import ReliefQuerySet, StandardQuerySet
from members.models import Member
from orgs.models import Organization
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_CATEGORIES = sorted(codes.DUES_CATEGORIES.rows)


class DuesStandard(models.Model):
    """缴纳标准 of one member from one month on. Rows are only added; of two for one month the later one counts.

    `monthly_fen` follows from category and base by the rates of `from_month` (`eforefront.dues_rates`). The base says
    what somebody earns: it is sealed, masked on pages and shown one at a time on the record (decision 0032).
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="dues_standards", db_index=False, verbose_name="党员"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="核定党支部")
    category = models.CharField("缴纳类别", max_length=1, choices=codes.DUES_CATEGORIES.choices)
    base_sealed = models.BinaryField("计算基数（密文）", max_length=200, blank=True, default=b"")
    rate = models.DecimalField("比例", max_digits=5, decimal_places=4, null=True, blank=True)
    monthly_fen = models.PositiveIntegerField("月应缴（分）")
    from_month = models.DateField("生效月份")
    reason = models.CharField("核定说明", max_length=200, blank=True)
    by_name = models.CharField("核定人", max_length=120)
    at = models.DateTimeField("核定时间", auto_now_add=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费缴纳标准"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=_CATEGORIES), name="dues_standard_category_known"),
            models.CheckConstraint(condition=Q(from_month__day=1), name="dues_standard_from_first"),
            models.CheckConstraint(condition=Q(monthly_fen__gt=0), name="dues_standard_pays"),
        ]
        indexes = [models.Index(fields=["member", "-from_month", "-id"], name="dues_standard_in_force")]

    def __str__(self):
        return f"{self.member_id} {self.from_month:%Y-%m} {self.category_label}"

    @property
    def name(self) -> str:
        """Whose income it is: what a reader is told when the base is shown."""
        return self.member.name

    @property
    def category_label(self) -> str:
        return codes.DUES_CATEGORIES.label(self.category)

    @property
    def rate_label(self) -> str:
        """1.5%, or 定额 where nothing is multiplied."""
        return f"{(self.rate * 100).normalize():f}%" if self.rate is not None else "定额"

    @property
    def has_base(self) -> bool:
        return dues_rates.has_base(self.category)

    @property
    def month_label(self) -> str:
        return f"{self.from_month:%Y-%m}"

    @property
    def shown_base(self) -> str:
        """The base in clear, for the person whose income it is; pages for others show it masked."""
        try:
            return BASES.text(self)
        except Undecipherable:
            return "无法解密"


class DuesRelief(models.Model):
    """减免: proposed by the branch, decided by the next 党委 above it, in force from then on. Source: 党费规定 7."""

    class State(models.TextChoices):
        ASKED = "1", "待审批"
        APPROVED = "2", "已批准"
        REFUSED = "3", "未批准"
        WITHDRAWN = "4", "已撤回"
        ENDED = "5", "已提前终止"

    TONES = {State.ASKED: "amber", State.APPROVED: "green", State.REFUSED: "red"}

    member = models.ForeignKey(Member, models.PROTECT, related_name="dues_reliefs", verbose_name="党员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="提出党支部")
    decider = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="审批党委")
    state = models.CharField("状态", max_length=1, choices=State, default=State.ASKED)
    monthly_fen = models.PositiveIntegerField("每月缴纳（分）")  # 0: 免交
    from_month = models.DateField("起始月份")
    until_month = models.DateField("截止月份")
    reason = models.CharField("原因", max_length=200)
    document = models.CharField("批准文号", max_length=60, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    asked_by = models.CharField("提出人", max_length=120)
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.CharField("审批人", max_length=120, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReliefQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费减免"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["1", "2", "3", "4", "5"]), name="dues_relief_state_known"),
            models.CheckConstraint(
                condition=Q(from_month__day=1, until_month__day=1, until_month__gte=F("from_month")),
                name="dues_relief_months",
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(state="1"), name="dues_relief_one_asked"),
        ]
        indexes = [
            models.Index(fields=["decider", "id"], condition=Q(state="1"), name="dues_relief_queue"),
            models.Index(fields=["organization", "-id"], name="dues_relief_place"),
        ]

    def __str__(self):
        return f"{self.member_id} {self.label}"

    def covers(self, month: datetime.date) -> bool:
        return self.state == self.State.APPROVED and self.from_month <= month <= self.until_month

    @property
    def url(self) -> str:
        return reverse("eforefront:dues_relief", args=[self.pk])

    @property
    def label(self) -> str:
        return "少交" if self.monthly_fen else "免交"

    @property
    def period(self) -> str:
        return f"{self.from_month:%Y-%m} 至 {self.until_month:%Y-%m}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), self.TONES.get(self.State(self.state), ""))


BASES = enter(
    SealedColumn(
        DuesStandard,
        "base_sealed",
        "计算基数",
        place=("eforefront_duesstandard", "base"),
        organization=attrgetter("organization_id"),
    )
)
