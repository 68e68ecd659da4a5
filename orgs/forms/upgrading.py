from django import forms

from orgs import codes
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate


class UpgradeForm(PlatformForm):
    """What the branch becomes: one of `targets`."""

    to_type = forms.ChoiceField(label="升格后类别")
    full_name = CleanText(label="升格后全称", max_length=100)
    short_name = CleanText(label="升格后简称", max_length=50)
    founded_on = TypedDate(label="批准日期", not_future=True)
    document = CleanText(label="批准文号", max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, targets, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in codes.ORG_TYPES.choices if choice[0] in targets]
        self.fields["to_type"].choices = [("", "请选择"), *kinds]


class BranchForm(PlatformForm):
    """One new branch; a row left empty founds nothing."""

    full_name = CleanText(label="党支部全称", max_length=100, required=False)
    short_name = CleanText(label="党支部简称", max_length=50, required=False)

    def clean(self):
        names = [self.cleaned_data.get("full_name"), self.cleaned_data.get("short_name")]
        if any(names) and not all(names):
            raise forms.ValidationError("请同时填写党支部全称和简称")
        return self.cleaned_data
