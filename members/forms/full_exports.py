"""全项导出 as forms: why, and the decision."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm


class AskForm(PlatformForm):
    reason = CleanText(
        label="用途", max_length=200, widget=forms.TextInput(attrs={"placeholder": "如：年度党内统计核对"})
    )
    by_branch = forms.BooleanField(label="每个党支部一张工作表", required=False)


class DecideForm(PlatformForm):
    also_sent = ("verb",)

    remark = CleanText(label="审批意见", max_length=200, required=False, lines=True, help_text="退回时必填")
