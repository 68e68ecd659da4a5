"""Small forms of 查询统计: the name of a query, what full records are needed for, the fields of a table."""

from typing import Any

from django import forms

from eforefront.models import SavedQuery
from eforefront.queries.groupings import groupings_of
from partyplatform.ui.forms import CleanText, PlatformForm


class SaveForm(PlatformForm):
    """The name of a query, and who else may use it."""

    also_sent = ("version",)

    name = CleanText(label="查询名称", max_length=50)
    sharing = forms.ChoiceField(
        label="谁可以使用",
        choices=SavedQuery.Sharing,
        widget=forms.RadioSelect,
        help_text="他人使用时按其本人的管理范围和权限查询",
    )


class RemoveForm(PlatformForm):
    """Nothing is asked but the word; what goes stands above it."""


class WithdrawForm(PlatformForm):
    """Why the sharing is taken back."""

    reason = CleanText(label="收回原因", max_length=200, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class AskForm(PlatformForm):
    """What full records are needed for."""

    reason = CleanText(
        label="用途", max_length=200, widget=forms.TextInput(attrs={"placeholder": "如：年度党内统计核对"})
    )


class TableForm(forms.Form):
    """The rows and columns of 随机统计."""

    use_required_attribute = True

    def __init__(self, subject: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "请选择"), *((one.name, one.label) for one in groupings_of(subject))]
        for name, label in (("rows", "行"), ("across", "列")):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)
