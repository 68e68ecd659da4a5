"""The filters of the lists. Source: screens.md 3.6."""

from django import forms

from members.number_filter import NUMBER_HINT, NumberFilter
from partyplatform.ui.forms import CleanText, FilterForm
from transfers.codes import TransferState, TransferType

_NAME = {"placeholder": "从姓氏起输入，如：王小"}
ANY = ("", "请选择")


class TransferFilter(FilterForm):
    """姓名, 类型, 状态."""

    name = CleanText(label="姓名", max_length=50, widget=forms.TextInput(attrs=_NAME))
    type = forms.ChoiceField(label="转接类型", choices=(ANY, *TransferType.choices))
    state = forms.ChoiceField(label="状态", choices=(ANY, *TransferState.choices))
    batch = CleanText(label="批次号", max_length=30, widget=forms.TextInput(attrs={"placeholder": "如 PC-2026-000012"}))

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.filter(name__startswith=values["name"])
        return rows.filter(**{key: values[key] for key in ("type", "state", "batch") if key in values})


class UnfinishedFilter(TransferFilter):
    """未办结工作 also by the way it goes, seen from the reader's branches."""

    way = forms.ChoiceField(label="方向", choices=(ANY, ("arriving", "转入"), ("leaving", "转出")))


class RecordFilter(FilterForm):
    """审批记录: 姓名 and what was done."""

    name = CleanText(label="姓名", max_length=50, widget=forms.TextInput(attrs=_NAME))
    type = forms.ChoiceField(label="转接类型", choices=(ANY, *TransferType.choices))

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.filter(transfer__name__startswith=values["name"])
        return rows.filter(type=values["type"]) if "type" in values else rows


class LeavingFilter(NumberFilter):
    """Whose 组织关系 is to move: 姓名, 身份证号."""

    name = CleanText(label="姓名", max_length=50, widget=forms.TextInput(attrs=_NAME))
    id_number = CleanText(label="身份证号", max_length=40, widget=forms.TextInput(attrs={"placeholder": NUMBER_HINT}))
    place = CleanText(label="所属组织", max_length=50, widget=forms.TextInput(attrs={"placeholder": "名称或编码"}))
