"""发展党员权限: the filters of the list, and what is to be changed for the ticked organisations."""

from django import forms
from django.core.exceptions import ValidationError

from orgs import codes
from orgs.forms.versions import VersionsField
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm

LEAVE = ("", "不变")


class DevelopmentFilter(FilterForm):
    short_name = CleanText(
        label="组织简称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "支持部分匹配"})
    )
    org_type = forms.ChoiceField(label="组织类型", choices=(("", "请选择"), *codes.OrgType.choices))
    develops = forms.ChoiceField(label="发展党员模块", choices=(("", "请选择"), ("1", "已开通"), ("0", "未开通")))
    approves = forms.ChoiceField(label="批准预备党员", choices=(("", "请选择"), ("1", "可以批准"), ("0", "未授权")))

    def narrow(self, rows):
        values = self.values
        if "short_name" in values:
            rows = rows.filter(short_name__contains=values["short_name"])
        if "org_type" in values:
            rows = rows.filter(org_type=values["org_type"])
        if "develops" in values:
            rows = rows.filter(may_develop=values["develops"] == "1")
        if "approves" in values:
            rows = rows.filter(may_approve=values["approves"] == "1")
        return rows


def _right(label: str, yes: str, no: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=(LEAVE, ("1", yes), ("0", no)),
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class DevelopmentForm(PlatformForm):
    """What is changed for all ticked organisations alike."""

    also_sent = ("ids", "list")

    may_develop = _right("发展党员模块", "开通", "停用")
    may_approve = _right("批准预备党员", "可以批准", "取消")
    reason = CleanText(label="原因", max_length=500, lines=True)
    versions = VersionsField(expired="页面已过期，请从列表重新勾选")

    def clean(self):
        values = super().clean()
        if not self.errors and values["may_develop"] is None and values["may_approve"] is None:
            raise ValidationError("请选择要变更的权限")
        return values
