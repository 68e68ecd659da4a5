"""The forms of 党籍管理, made from the table of acts, and the filter of its lists. Source: screens.md 2.6."""

from typing import Any

from django import forms

from members import codes
from members.acts import Act
from members.fields import ASK
from members.forms.files import ScanField
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

ASKED = {
    "months": lambda: forms.IntegerField(label="延长（月）", min_value=1, max_value=24),
    "until": lambda: TypedDate(label="改正期限至"),
    "expel_kind": lambda: forms.ChoiceField(label="出党方式", choices=[ASK, *_expelling()]),
    "correction": lambda: forms.IntegerField(label="校正（月，可为负数）", min_value=-720, max_value=720),
}


def _expelling() -> list[tuple[str, str]]:
    """What 出党 offers; 取消预备党员资格 is an act of its own."""
    return [(code, label) for code, label in codes.EXPEL_KINDS.choices if code not in ("6", "7")]


class ActForm(PlatformForm):
    """日期, what the act asks beside it, 依据/文号, 原因, 附件."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = TypedDate(label="日期", not_future=True)
    document = CleanText(label="依据、文号", max_length=60, required=False)
    reason = CleanText(label="原因", max_length=200, required=False, lines=True)
    file = ScanField(required=False)

    def __init__(self, *args: Any, act: Act, **kwargs: Any):
        fields = dict(self.base_fields)
        asked = {name: ASKED[name]() for name in act.asks}
        order = {"version": fields["version"], "on": fields["on"], **asked}
        self.base_fields = order | {name: fields[name] for name in ("document", "reason", "file")}
        super().__init__(*args, **kwargs)
        self.fields["on"].label = act.dated
        self.fields["on"].error_messages["required"] = f"请填写{act.dated}"
        self.fields["reason"].required = act.reasoned
        self.fields["reason"].error_messages["required"] = "请填写原因"

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PlaceFilter(FilterForm):
    """姓名 of the lists of 党籍管理."""

    name = CleanText(label="姓名", max_length=50)
