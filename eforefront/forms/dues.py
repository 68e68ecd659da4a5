"""Forms of 党费收缴. Source: screens.md 3.7."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront import dues_rates
from eforefront.dues_sums import PERIODS
from eforefront.models.dues_ledger import Method, PayerKind
from eforefront.money import YuanField, yuan
from eforefront.services.dues.bills import Payment
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate, TypedMonth

LONGEST_CHOICE = 300  # members registered in one act


class StandardForm(PlatformForm):
    """缴纳类别, 计算基数 or a fixed amount, 生效月份. The base is typed anew each time: it is never shown in a form."""

    category = forms.ChoiceField(label="缴纳类别", choices=lambda: [("", "请选择"), *dues_rates.choices()])
    base = YuanField(
        label="计算基数（元）", required=False, help_text="每月固定的、经常性的税后收入；按类别需要时填写，每次重新填写"
    )
    fixed = YuanField(
        label="定额（元）", required=False, max_value=Decimal("1.00"), help_text="仅农民填写：0.20 至 1.00；不填按 0.20"
    )
    from_month = TypedMonth(label="生效月份", help_text="工资变动的，从领取新工资的当月起")
    reason = CleanText(label="说明", max_length=200, required=False, lines=True)
    last_known = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("category", "base", "fixed", "from_month", "reason", "last_known")

    @property
    def values(self):
        """What the service takes: amounts in yuan, and only those the category asks for."""
        values = dict(self.cleaned_data)
        has_base = dues_rates.has_base(values["category"])
        base, fixed = values.pop("base"), values.pop("fixed")
        return values | {
            "base": Decimal(base) / 100 if base is not None and has_base else None,
            "fixed": Decimal(fixed) / 100 if fixed is not None and not has_base else None,
        }


class _PaidForm(PlatformForm):
    """When and how it was paid, and who brought it."""

    paid_on = TypedDate(label="缴纳日期", not_future=True)
    method = forms.ChoiceField(label="方式", choices=Method)
    payer_kind = forms.ChoiceField(label="缴纳人", choices=PayerKind, help_text="党组织不得垫交，不得从工资中扣缴")
    payer_name = CleanText(label="代缴人姓名", max_length=50, required=False, help_text="由亲属或其他党员代交时填写")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate()

    @property
    def paid(self):
        names = ("paid_on", "method", "payer_kind", "payer_name")
        return {name: self.cleaned_data[name] for name in names}


class RegisterForm(_PaidForm):
    """登记缴纳 for the chosen members and months of the page; `received` for one member alone."""

    reason = CleanText(
        label="说明", max_length=200, required=False, lines=True, help_text="补缴 6 个月以前的党费时必填"
    )
    received = YuanField(
        label="实收金额（元）",
        required=False,
        help_text="不填为应缴金额；多于应缴的部分记为自愿多交",
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    field_order = ("paid_on", "method", "payer_kind", "payer_name", "received", "reason", "expected")

    def __init__(self, *args, members, first, last, due_fen, is_guest=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_guest = is_guest
        self.members, self.first, self.last, self.due_fen = members, first, last, due_fen
        self.fields["expected"].initial = due_fen
        if len(members) != 1:
            del self.fields["received"]

    @property
    def gift_fen(self):
        """What was received above the sum the form showed. Raises ValidationError for less than that."""
        received = self.cleaned_data.get("received")
        if received is None:
            return 0
        due = self.cleaned_data["expected"]
        if received < due:
            raise ValidationError({"received": f"少于应缴 {yuan(due)} 元；少交的，请先办理减免"})
        return received - due

    @property
    def payments(self):
        gift, reason = self.gift_fen, self.cleaned_data["reason"]
        is_gift_alone = gift and not self.cleaned_data["expected"]
        first, last = (None, None) if is_gift_alone else (self.first, self.last)
        terms = self.paid | {"gift_fen": gift, "reason": reason, "is_guest": self.is_guest}
        return [Payment(member.pk, first, last, **terms) for member in self.members]


class CorrectForm(_PaidForm):
    """更正: why, and how it really was; without months the receipt is only taken back."""

    reason = CleanText(label="更正原因", max_length=200, lines=True)
    again = forms.TypedChoiceField(
        label="冲正之后",
        choices=(("1", "按以下内容重新登记"), ("0", "不再登记（误登记）")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    first = TypedMonth(label="起始月份", required=False)
    last = TypedMonth(label="截止月份", required=False)
    gift = YuanField(label="自愿多交（元）", required=False)

    field_order = ("reason", "again", "first", "last", "gift", "paid_on", "method", "payer_kind", "payer_name")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("paid_on", "method", "payer_kind"):
            self.fields[name].required = False

    def clean(self):
        values = self.cleaned_data
        if values.get("again"):
            for name in ("paid_on", "method", "payer_kind"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(f"请填写{self.fields[name].label}", code="required"))
            if bool(values.get("first")) != bool(values.get("last")):
                self.add_error("last", ValidationError("起始月份和截止月份应同时填写"))
        return values

    def payment(self, member, *, is_guest=False):
        """Return what is entered anew, None for nothing."""
        values = self.cleaned_data
        if not values["again"]:
            return None
        months = {"first": values["first"], "last": values["last"]}
        terms = self.paid | {"gift_fen": values["gift"] or 0, "reason": f"更正：{values['reason']}"[:200]}
        return Payment(member.pk, **months, **terms, is_guest=is_guest)


class GuestForm(PlatformForm):
    """Who pays at the place of stay: both must fit, nobody is listed."""

    name = CleanText(label="姓名", max_length=50)
    certificate = CleanText(label="流动证号", max_length=30, help_text="流动党员活动证上的编号")


class GridFilter(FilterForm):
    """Which year, and whom; the branch is that of the address."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    show = forms.ChoiceField(
        label="显示",
        choices=(("", "全部党员"), ("owing", "有欠缴的"), ("month", "本月待缴的"), ("none", "未核定标准的")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = timezone.localdate().year
        self.fields["year"].choices = [(year, f"{year} 年") for year in range(now, now - 5, -1)]
        self.fields["year"].initial = now

    @property
    def chosen_year(self):
        return self.values.get("year") or timezone.localdate().year


class RangeForm(FilterForm):
    """The months of a registration, in the address of its page."""

    first = TypedMonth(label="起始月份")
    last = TypedMonth(label="截止月份")


def _years(ahead=0):
    now = timezone.localdate().year + ahead
    return [(year, f"{year} 年") for year in range(now, now - 5 - ahead, -1)]


class YearFilter(FilterForm):
    """Which year; the organisation is in the address."""

    year = forms.TypedChoiceField(label="年度", coerce=int, choices=_years)

    @property
    def chosen_year(self):
        return self.values.get("year") or timezone.localdate().year


class SumsFilter(YearFilter):
    """Which year, and which part of it."""

    period = forms.ChoiceField(label="期间", choices=PERIODS)

    @property
    def chosen_period(self):
        return self.values.get("period", "")


class PlaceFilter(FilterForm):
    """Whose lines; where is part of the list."""

    place = CleanText(label="党支部", max_length=50)

    def narrow(self, rows):
        for word in self.values.get("place", "").lower().split():
            rows = rows.filter(organization__search_text__contains=word)
        return rows
