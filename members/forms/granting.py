"""The forms of 党员权限配置. Source: screens.md 2.9."""

from django import forms
from django.utils import timezone

from accounts.codes import RoleKind, System, admin_kind, fits
from accounts.models import RoleGrant
from orgs.codes import OrgType
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

REASON = {"max_length": 200, "widget": forms.TextInput(attrs={"autocomplete": "off"})}


class GrantFilter(FilterForm):
    short_name = CleanText(
        label="组织简称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "支持部分匹配"})
    )
    everything = forms.ChoiceField(label="所有下级", choices=(("", "否"), ("1", "是")))
    org_type = forms.ChoiceField(label="组织类型", choices=(("", "请选择"), *OrgType.choices))
    granted = forms.ChoiceField(label="授权情况", choices=(("", "全部"), ("0", "未授权"), ("1", "已授权")))

    def narrow(self, rows):
        values = self.values
        if "short_name" in values:
            rows = rows.filter(short_name__contains=values["short_name"])
        if "org_type" in values:
            rows = rows.filter(org_type=values["org_type"])
        if "granted" in values:
            administered = RoleGrant.objects.open().managing().in_systems(System.INFO).values("organization")
            rows = rows.filter(pk__in=administered) if values["granted"] == "1" else rows.exclude(pk__in=administered)
        return rows


class GrantForm(PlatformForm):
    """新增: whom, from when, until when. `member` is filled in by 党员查询."""

    also_sent = ("step", "name", "id_number", "found")

    kind = forms.ChoiceField(label="角色")
    member = forms.CharField(label="选择人员", widget=forms.HiddenInput, max_length=18)
    starts_on = TypedDate(label="开始日期")
    ends_on = TypedDate(label="结束日期", required=False)
    reason = CleanText(label="授权原因", required=False, **REASON)

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        fitting = [admin_kind(organization.org_type)]
        fitting += [RoleKind.AUDITOR] if fits(RoleKind.AUDITOR, organization.org_type) else []
        self.fields["kind"].choices = [("", "-请选择-"), *((kind.value, kind.label) for kind in fitting)]
        self.fields["member"].error_messages["required"] = "请选择人员"
        self.fields["starts_on"].initial = timezone.localdate


class ReasonForm(PlatformForm):
    """Why a right is taken away, or a password reset."""

    reason = CleanText(label="原因", **REASON)
