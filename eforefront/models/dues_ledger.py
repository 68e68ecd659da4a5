"""What was due, what was paid, and the sums of both. Source: workflows.md 8.2; screens.md 3.7."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from eforefront.models.dues_standards import DuesRelief
from eforefront.querysets.dues_rows import EntryQuerySet, MonthQuerySet, ReceiptQuerySet, TotalQuerySet
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status

LARGE_GIFT_FEN = 100_000  # from here on a gift is listed apart, to be passed on to the centre; 党费规定 11


class MonthState(models.TextChoices):
    """The states of one month that are stored; 欠缴 is a 待缴 whose month has ended."""

    DUE = "1", "待缴"
    PAID = "2", "已缴"
    LATE = "3", "已补缴"
    EXEMPT = "4", "免缴"
    PAUSED = "5", "暂停"


SETTLED = (MonthState.PAID, MonthState.LATE)
OPEN = (MonthState.DUE, MonthState.EXEMPT, MonthState.PAUSED)
_TONES = {MonthState.PAID: "green", MonthState.LATE: "green", MonthState.DUE: "amber"}


class PayerKind(models.TextChoices):
    """Who brought the money. 垫交 by the branch and 扣缴 from wages are forbidden; 党费规定 14."""

    SELF = "1", "本人"
    FAMILY = "2", "亲属代交"
    MEMBER = "3", "其他党员代交"


class Method(models.TextChoices):
    CASH = "1", "现金"
    TRANSFER = "2", "银行转账"
    MOBILE = "3", "移动支付"
    POS = "4", "刷卡"


class DuesMonth(models.Model):
    """One member's dues of one month, and the branch that collects them.

    Written by `eforefront.services.dues` alone: opened with the month by the standard in force, settled by entries of
    the ledger, opened again by their counter-entries. What is settled keeps the amount it was settled with.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="dues_months", db_index=False, verbose_name="党员")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="收缴党支部"
    )
    month = models.DateField("所属月份")
    state = models.CharField("状态", max_length=1, choices=MonthState, default=MonthState.DUE)
    due_fen = models.PositiveIntegerField("应缴（分）")
    paid_fen = models.PositiveIntegerField("实缴（分）", default=0)
    relief = models.ForeignKey(
        DuesRelief, models.PROTECT, null=True, blank=True, related_name="months", verbose_name="减免"
    )
    cause = models.CharField("暂停原因", max_length=20, blank=True)

    objects = MonthQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费月份"
        constraints = [
            models.UniqueConstraint(fields=["member", "month"], name="dues_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="dues_month_first"),
            models.CheckConstraint(
                condition=Q(state__in=["2", "3"], paid_fen=F("due_fen"), due_fen__gt=0)
                | Q(state="1", paid_fen=0, due_fen__gt=0)
                | Q(state="4", paid_fen=0, due_fen=0)
                | Q(state="5", paid_fen=0),
                name="dues_month_paid_as_due",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "month", "member"], name="dues_month_grid"),
            models.Index(fields=["organization", "member", "month"], condition=Q(state="1"), name="dues_month_unpaid"),
            models.Index(fields=["month", "organization", "member"], condition=Q(state="1"), name="dues_month_overdue"),
        ]

    def __str__(self):
        return f"{self.member_id} {self.month:%Y-%m} {self.get_state_display()}"

    def is_overdue(self, today: datetime.date | None = None) -> bool:
        return self.state == MonthState.DUE and self.month < (today or timezone.localdate()).replace(day=1)

    @property
    def label(self) -> str:
        if self.is_overdue():
            return "欠缴"
        return "减缴" if self.state == MonthState.DUE and self.relief_id else self.get_state_display()

    @property
    def status(self) -> Status:
        return Status(self.label, "red" if self.is_overdue() else _TONES.get(MonthState(self.state), ""))


class DuesReceipt(models.Model):
    """One act of paying, or of taking one back: numbered by branch and year without gaps, only added."""

    class Kind(models.TextChoices):
        RECEIPT = "1", "收据"
        REVERSAL = "2", "冲正"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="收缴党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("编号")
    kind = models.CharField("类型", max_length=1, choices=Kind, default=Kind.RECEIPT)
    member = models.ForeignKey(Member, models.PROTECT, related_name="dues_receipts", verbose_name="党员")
    total_fen = models.IntegerField("金额（分）")
    paid_on = models.DateField("缴纳日期")
    method = models.CharField("方式", max_length=1, choices=Method)
    payer_kind = models.CharField("代缴人", max_length=1, choices=PayerKind)
    payer_name = models.CharField("代缴人姓名", max_length=50, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲正的收据"
    )
    by_name = models.CharField("经办人", max_length=120)
    at = models.DateTimeField("登记时间", default=timezone.now)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费收据"
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "number"], name="dues_receipt_number_once"),
            models.CheckConstraint(
                condition=Q(kind="1", total_fen__gt=0, reverses=None)
                | Q(kind="2", total_fen__lt=0, reverses__isnull=False),
                name="dues_receipt_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(payer_kind="1") | (Q(payer_kind__in=["2", "3"]) & ~Q(payer_name="")),
                name="dues_receipt_payer_known",
            ),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="dues_receipt_method_known"),
        ]
        indexes = [models.Index(fields=["organization", "-paid_on", "-id"], name="dues_receipt_days")]

    def __str__(self):
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("eforefront:dues_receipt", args=[self.pk])

    @property
    def label(self) -> str:
        """2026-000123"""
        return f"{self.year}-{self.number:06d}"

    @property
    def is_reversal(self) -> bool:
        return self.kind == self.Kind.REVERSAL

    @property
    def is_reversed(self) -> bool:
        return hasattr(self, "reversed_by")

    @property
    def payer(self) -> str:
        label = self.get_payer_kind_display()
        return f"{label}（{self.payer_name}）" if self.payer_name else label

    @property
    def status(self) -> Status:
        if self.is_reversal:
            return Status("冲正", "amber")
        return Status("已冲正") if self.is_reversed else Status("有效", "green")


class DuesEntry(models.Model):
    """One line of the ledger: so much for one month, or as a gift. The database refuses to change or delete it."""

    class Kind(models.TextChoices):
        DUES = "1", "缴纳"
        LATE = "2", "补缴"
        ADVANCE = "3", "预缴"
        GIFT = "4", "自愿多交"

    receipt = models.ForeignKey(DuesReceipt, models.PROTECT, related_name="entries", verbose_name="收据")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="收缴党支部"
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False, verbose_name="党员")
    month = models.DateField("所属月份", null=True, blank=True)  # None for a gift
    kind = models.CharField("类型", max_length=1, choices=Kind)
    amount_fen = models.IntegerField("金额（分）")  # below zero: the counter-entry of an earlier one
    paid_on = models.DateField("缴纳日期")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费明细"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="4", month=None) | Q(kind__in=["1", "2", "3"], month__isnull=False),
                name="dues_entry_month_fits_kind",
            ),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="dues_entry_not_empty"),
        ]
        indexes = [
            models.Index(fields=["member", "month"], name="dues_entry_member"),
            models.Index(fields=["organization", "paid_on"], name="dues_entry_days"),
            models.Index(
                fields=["organization", "-paid_on"],
                condition=Q(kind="4", amount_fen__gte=LARGE_GIFT_FEN),
                name="dues_entry_large_gift",
            ),
        ]

    def __str__(self):
        return f"{self.receipt_id} {self.month or '自愿多交'} {self.amount_fen}"

    @property
    def month_label(self) -> str:
        return f"{self.month:%Y-%m}" if self.month else "—"

    @property
    def kind_label(self) -> str:
        return f"冲正：{self.get_kind_display()}" if self.amount_fen < 0 else self.get_kind_display()


class DuesSeries(models.Model):
    """The last receipt number of a branch in a year; whoever takes the next one holds the row."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后编号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "党费收据编号"
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="dues_series_once")]

    def __str__(self):
        return f"{self.organization_id} {self.year}: {self.last}"


class DuesSums(models.Model):
    """Sums of one organisation and month; month 0 is the whole year.

    `due` to `paused` are counted by 所属月份, `received`, `gift` and `large_gift` by the day the money came.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("月份")
    due_fen = models.BigIntegerField("应缴（分）", default=0)
    paid_fen = models.BigIntegerField("实缴（分）", default=0)
    due_count = models.IntegerField("应缴人次", default=0)
    paid_count = models.IntegerField("已缴人次", default=0)
    late_count = models.IntegerField("其中补缴", default=0)
    exempt_count = models.IntegerField("免缴人次", default=0)
    paused_count = models.IntegerField("暂停人次", default=0)
    received_fen = models.BigIntegerField("收款（分）", default=0)
    gift_fen = models.BigIntegerField("自愿多交（分）", default=0)
    large_gift_fen = models.BigIntegerField("1,000 元以上（分）", default=0)

    objects = TotalQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.organization_id} {self.year}-{self.month:02d}"


class DuesTotal(DuesSums):
    """One branch's own sums. Kept with every change, proven by integrity."""

    class Meta:
        verbose_name = verbose_name_plural = "党费合计"
        constraints = [
            models.UniqueConstraint(fields=["year", "month", "organization"], name="dues_total_once"),
            models.CheckConstraint(condition=Q(month__lte=12), name="dues_total_month"),
        ]


class DuesSubtotal(DuesSums):
    """The sums of everything strictly below an organisation, kept with every change of a branch's own ones."""

    class Meta:
        verbose_name = verbose_name_plural = "下级党费合计"
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "month"], name="dues_subtotal_once"),
            models.CheckConstraint(condition=Q(month__lte=12), name="dues_subtotal_month"),
        ]


class DuesOpening(models.Model):
    """How far the platform has come in opening a month for everybody."""

    month = models.DateField("月份", unique=True)
    reached = models.PositiveBigIntegerField("已处理到的党员", default=0)
    is_done = models.BooleanField("已完成", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "党费月份开立"

    def __str__(self):
        return f"{self.month:%Y-%m}"
