"""Forms of 更正申请: proposing a value, answering one proposal, answering several."""

from typing import Any

from django import forms

from accounts import id_numbers
from members.corrections import REMOVAL, REMOVED, as_text
from members.fields import SuggestInput, field_of
from members.items import Item
from partyplatform.ui.forms import CleanText, PlatformForm

MOST = 50  # decided in one act: a page of the list
SCAN = {"help_text": "pdf、jpg、png，不超过 10 MB；没有可不附", "allow_empty_file": True, "required": False}


class NumberField(CleanText):
    """A 公民身份证号, in its one spelling; the service says what is wrong with it."""

    def to_python(self, value):
        return id_numbers.normalise(super().to_python(value))


def scan_field(**kwargs: Any) -> forms.FileField:
    return forms.FileField(
        **{**SCAN, **kwargs}, widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})
    )


class ProposalForm(PlatformForm):
    """A new value for one item, why, and a paper that proves it."""

    reason = CleanText(label="申请理由", max_length=200, lines=True)
    scan = scan_field(label="证明材料")

    def __init__(self, *args: Any, item: Item, suggestions: str = "members:codes", **kwargs: Any):
        value = _value_of(item)
        value.required, value.label, value.help_text = True, f"新的{item.label}", item.hint
        if isinstance(value.widget, SuggestInput):
            value.widget.address = suggestions
        self.base_fields = {"value": value, **self.base_fields}
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "value": as_text(self.cleaned_data["value"])}


def _value_of(item: Item) -> forms.Field:
    if item == REMOVAL:  # there is nothing to choose
        return forms.CharField(initial=REMOVED, widget=forms.HiddenInput)
    return NumberField(max_length=40) if item.field == "id_number" else field_of(item)


class AnswerForm(PlatformForm):
    """The sentence that goes with a decision. `seen` is the version of the record it is made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    answer = CleanText(label="答复", max_length=200, required=False, lines=True, help_text="不采纳时必填")


class BatchForm(PlatformForm):
    """One answer for several; a refusal needs its reason."""

    answer = CleanText(label="答复", max_length=200, required=False, lines=True)

    def __init__(self, *args: Any, accept: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = "答复" if accept else "退回原因"
        self.fields["answer"].required = not accept
        self.fields["answer"].error_messages["required"] = "请填写退回原因"
