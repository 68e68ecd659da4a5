"""Forms of those who apply by themselves, of the branch that answers, of the yearly plan. Source: screens.md 3.5."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront.forms.development import ACCEPTED, TEXT, NumberField, VersionForm
from eforefront.services.development.registering import LONGEST
from members.codes import Gender
from members.fields import ASK
from partyplatform import phones
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

STATES = (("unused", "未使用"), ("used", "已激活"), ("withdrawn", "已作废"), ("expired", "已过期"))


def scan(label: str, **words: Any) -> forms.FileField:
    widget = forms.ClearableFileInput(attrs=ACCEPTED)
    words = {"help_text": "pdf、jpg、png，不超过 10 MB", **words}
    return forms.FileField(label=label, allow_empty_file=True, widget=widget, **words)


class ApplicationForm(PlatformForm):
    """入党申请书 or 转正申请书."""

    on = TypedDate(label="申请日期", not_future=True, help_text="申请书落款日期")
    file = scan("申请书")


class ReportForm(VersionForm):
    on = TypedDate(label="日期", not_future=True, help_text="可以填写过去的日期")
    text = CleanText(label="思想汇报", max_length=TEXT, lines=True, required=False, help_text="填写内容，或上传文件")
    file = scan("文件", required=False)


class HandInForm(VersionForm):
    verb = forms.ChoiceField(
        label="审核", choices=(("accept", "审核通过"), ("give_back", "退回")), widget=forms.RadioSelect
    )
    reason = CleanText(label="退回原因", max_length=200, required=False, lines=True)


class RegistrationForm(VersionForm):
    verb = forms.ChoiceField(
        label="办理", choices=(("confirm", "确认登记"), ("refuse", "不予登记")), widget=forms.RadioSelect
    )
    reason = CleanText(label="不予登记的原因", max_length=200, required=False, lines=True)


class AccountForm(PlatformForm):
    """Nothing to fill in: the page says what follows."""


class CodeForm(PlatformForm):
    note = CleanText(label="备注", max_length=50, required=False, help_text="可不填，如：发给谁")


class CodeFilter(FilterForm):
    since = TypedDate(label="生成日期从")
    until = TypedDate(label="生成日期至")
    state = forms.ChoiceField(label="状态", choices=(("", "全部"), *STATES))

    def narrow(self, rows: Any) -> Any:
        values = self.values
        if "since" in values:
            rows = rows.filter(made_at__gte=_midnight(values["since"]))
        if "until" in values:
            rows = rows.filter(made_at__lt=_midnight(values["until"] + datetime.timedelta(days=1)))
        return rows.in_state(values["state"]) if "state" in values else rows


class DoorForm(PlatformForm):
    days = forms.IntegerField(
        label="开放天数", min_value=1, max_value=LONGEST, initial=7, help_text=f"1 至 {LONGEST} 天，可随时关闭"
    )


class NewcomerForm(PlatformForm):
    """What somebody says of the own person; the service says nothing of whether the number is known."""

    name = CleanText(label="姓名", max_length=50, help_text="与身份证一致")
    id_number = NumberField(label="公民身份证号", max_length=40)
    gender = forms.ChoiceField(label="性别", choices=[ASK, *Gender.choices])
    born_on = TypedDate(label="出生日期", not_future=True)
    phone = CleanText(label="手机号码", max_length=20)
    post = CleanText(label="单位、职务或专业、班级", max_length=100, required=False)

    def clean_phone(self) -> str:
        typed = phones.normalise(self.cleaned_data["phone"])
        if problem := phones.problem(typed):
            raise ValidationError(problem)
        return typed


class CodedNewcomerForm(NewcomerForm):
    code = CleanText(label="串码", max_length=40, help_text="党支部发给您的 12 位串码")

    field_order = ("code",)


class PlanYearFilter(FilterForm):
    year = forms.TypedChoiceField(label="年度", coerce=int, choices=lambda: _years())

    @property
    def chosen_year(self) -> int:
        return self.values.get("year") or timezone.localdate().year


class PlanForm(PlatformForm):
    activists = forms.IntegerField(label="拟确定积极分子（人）", min_value=0, max_value=30000)
    admissions = forms.IntegerField(label="拟发展党员（人）", min_value=0, max_value=30000)
    note = CleanText(label="说明", max_length=500, required=False, lines=True)


class AgreeForm(VersionForm):
    verb = forms.ChoiceField(label="批复", choices=(("agree", "同意"), ("give_back", "退回")), widget=forms.RadioSelect)
    activists = forms.IntegerField(label="批复积极分子（人）", min_value=0, max_value=30000)
    admissions = forms.IntegerField(label="批复发展党员（人）", min_value=0, max_value=30000)
    opinion = CleanText(label="意见", max_length=200, required=False, lines=True, help_text="退回时必填")


def _years() -> list[tuple[int, str]]:
    this = timezone.localdate().year
    return [(year, f"{year} 年") for year in (this, this + 1, *range(this - 1, this - 6, -1))]


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
