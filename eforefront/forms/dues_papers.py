"""Forms of 减免, 公示 and 留存比例. Source: workflows.md 8."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront.models import DuesRelief, DuesShare
from eforefront.money import YuanField
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedMonth, TypedNumber


class ProposeForm(PlatformForm):
    """少交 with the amount, or 免交."""

    kind = forms.ChoiceField(label="类型", choices=(("none", "免交"), ("less", "少交")))
    monthly = YuanField(label="每月缴纳（元）", required=False, help_text="少交时填写，应少于月应缴")
    from_month = TypedMonth(label="起始月份")
    until_month = TypedMonth(label="截止月份", help_text="最长 24 个月，期满可重新提出")
    reason = CleanText(label="原因", max_length=200, lines=True, help_text="本人困难情况和党支部讨论情况")

    def clean(self):
        values = self.cleaned_data
        if values.get("kind") == "less" and not values.get("monthly") and "monthly" not in self.errors:
            self.add_error("monthly", ValidationError("请填写每月缴纳的金额"))
        return values

    @property
    def values(self):
        values = dict(self.cleaned_data)
        kind, monthly = values.pop("kind"), values.pop("monthly")
        return values | {"monthly_fen": (monthly or 0) if kind == "less" else 0}


class DecideForm(PlatformForm):
    """批准 or 不批准."""

    approve = forms.TypedChoiceField(
        label="审批结果",
        choices=(("1", "批准"), ("0", "不批准")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    document = CleanText(label="批准文号", max_length=60, required=False)
    until_month = TypedMonth(label="截止月份", required=False, help_text="可以早于申请的截止月份")
    opinion = CleanText(label="意见", max_length=200, required=False, lines=True, help_text="不批准时必填")
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def values(self):
        return dict(self.cleaned_data)


class EndForm(PlatformForm):
    last_month = TypedMonth(label="减免到哪个月为止", help_text="从次月起恢复按标准缴纳；已缴的月份不变")
    reason = CleanText(label="原因", max_length=200, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    version = forms.IntegerField()


class ReliefFilter(FilterForm):
    state = forms.ChoiceField(label="状态", choices=(("", "全部"), *DuesRelief.State.choices))
    place = CleanText(label="党支部", max_length=50)

    def narrow(self, rows):
        if state := self.values.get("state"):
            rows = rows.filter(state=state)
        for word in self.values.get("place", "").lower().split():
            rows = rows.filter(organization__search_text__contains=word)
        return rows


class UnconfirmedFilter(FilterForm):
    place = CleanText(label="党支部", max_length=50)

    def narrow(self, rows):
        return rows.matching(self.values["place"]) if "place" in self.values else rows


def _years():
    now = timezone.localdate().year
    return [(year, f"{year} 年") for year in range(now, now - 3, -1)]


class PublishForm(PlatformForm):
    year = forms.TypedChoiceField(label="年度", coerce=int, choices=_years)
    note = CleanText(label="说明", max_length=200, required=False, lines=True)


class ShareForm(PlatformForm):
    level = forms.ChoiceField(label="适用层级", choices=DuesShare.Level)
    percent = TypedNumber(
        label="留存比例（%）",
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        max_digits=5,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    from_month = TypedMonth(label="起始月份")
    document = CleanText(label="依据文号", max_length=60)
