"""Forms and filters of 社区报到. Source: screens.md 3.8."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import Organization
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate, TypedNumber

STATES = (("", "已报到"), ("ended", "已撤销"), ("all", "全部"))
SERVICE_STATES = (("", "待确认"), ("confirmed", "已确认"), ("refused", "未确认"), ("all", "全部"))
WHOSE = (("", "本组织及下级党员"), ("received", "到本组织报到的党员"))


class RegisterForm(PlatformForm):
    """At a community, or at the branch where the member lives, which may lie outside every reach: named by its code."""

    community = CleanText(label="社区名称", max_length=60, required=False, help_text="如：学院路社区")
    branch_code = CleanText(
        label="居住地党支部编码",
        max_length=12,
        required=False,
        help_text="12 位党组织编码；与社区名称填一项",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    began_on = TypedDate(label="报到日期", not_future=True)

    branch = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["began_on"].initial = timezone.localdate()

    def clean_branch_code(self):
        code = self.cleaned_data["branch_code"]
        if code:
            self.branch = Organization.objects.living().receiving_members().filter(code=code).first()
            if self.branch is None:
                raise ValidationError("没有找到该编码的党支部，请核对")
        return code

    def clean(self):
        values = self.cleaned_data
        if not self.errors and bool(values["community"]) == bool(values["branch_code"]):
            raise ValidationError("请填写社区名称或居住地党支部编码，二者填一项")
        return values

    @property
    def asked(self):
        return {name: self.cleaned_data[name] for name in ("community", "began_on")} | {"branch": self.branch}


class EndForm(PlatformForm):
    ended_on = TypedDate(label="撤销日期", not_future=True, help_text="不早于报到日期")
    reason = CleanText(label="撤销原因", max_length=200, required=False, lines=True, help_text="如：迁居")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = timezone.localdate()


class ServiceForm(PlatformForm):
    served_on = TypedDate(label="服务日期", not_future=True)
    project = CleanText(label="服务项目", max_length=100, help_text="如：社区环境整治")
    hours = TypedNumber(
        label="服务时长（小时）",
        min_value=Decimal("0.1"),
        max_value=24,
        max_digits=3,
        decimal_places=1,
        help_text="保留一位小数，如 2.5",
        error_messages={"invalid": "应填写数字，如 2.5", "max_decimal_places": "最多保留一位小数"},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class DecideForm(PlatformForm):
    """通过 needs who vouches for it, 不予确认 a reason; the service asks for them."""

    confirmed_by = CleanText(
        label="确认单位", max_length=100, required=False, help_text="社区或党支部的名称，确认时填写"
    )
    answer = CleanText(label="说明", max_length=200, required=False, lines=True, help_text="不予确认时必填")
    version = forms.IntegerField(widget=forms.HiddenInput)

    also_sent = ("refuse",)


class RegistrationFilter(FilterForm):
    name = CleanText(label="姓名", max_length=50)
    place = CleanText(label="社区或居住地党支部", max_length=50)
    state = forms.ChoiceField(label="状态", choices=STATES)
    whose = forms.ChoiceField(label="范围", choices=WHOSE)

    @property
    def receives(self):
        """Whether those who registered at branches in reach are asked for."""
        return self.values.get("whose") == "received"

    def narrow(self, rows):
        values = self.values
        if name := values.get("name"):
            rows = rows.filter(member__name__startswith=name)
        if place := values.get("place"):
            rows = rows.filter(community__contains=place) | rows.filter(branch__short_name__contains=place)
        state = values.get("state", "")
        return rows if state == "all" else rows.filter(ended_on__isnull=state != "ended")


class ServiceFilter(FilterForm):
    name = CleanText(label="姓名", max_length=50)
    project = CleanText(label="服务项目", max_length=50)
    state = forms.ChoiceField(label="状态", choices=SERVICE_STATES)
    since = TypedDate(label="服务日期从")
    until = TypedDate(label="服务日期至")
    whose = forms.ChoiceField(label="范围", choices=WHOSE)

    @property
    def receives(self):
        return self.values.get("whose") == "received"

    def narrow(self, rows):
        values = self.values
        for name, where in (
            ("name", "member__name__startswith"),
            ("project", "project__contains"),
            ("since", "served_on__gte"),
            ("until", "served_on__lte"),
        ):
            if name in values:
                rows = rows.filter(**{where: values[name]})
        state = values.get("state", "proposed")
        return rows if state == "all" else rows.filter(state=state)
