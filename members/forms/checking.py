"""Forms of 信息校核 and 疑似重复党员."""

from collections.abc import Mapping
from typing import Any

from django import forms

from members.doubts import KINDS, DoubtState
from members.models import Member
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm

SIDES = (("first", "记录一"), ("second", "记录二"))


class DoubtFilter(FilterForm):
    kind = forms.ChoiceField(
        label="问题", choices=(("", "全部"), *((kind.slug, kind.label) for kind in KINDS.values()))
    )
    place = CleanText(label="组织", max_length=50)
    state = forms.ChoiceField(label="状态", choices=[(state.value, state.label) for state in DoubtState][:2])

    def narrow(self, rows):
        values = self.values
        rows = rows.filter(state=values.get("state", DoubtState.OPEN))
        if "kind" in values:
            rows = rows.filter(kind=values["kind"])
        if "place" in values:
            rows = rows.filter(member__organization__search_text__contains=values["place"].lower())
        return rows


class ReasonForm(PlatformForm):
    """Why a doubtful record is right, or why two records are of two people."""

    reason = CleanText(label="理由", max_length=200, lines=True, help_text="如：已核对人事档案")


class MergeForm(PlatformForm):
    """Which record stays, and from which record each item of `differing` ({field: label}) is taken."""

    keep = forms.ChoiceField(label="保留哪一条记录", choices=SIDES, widget=forms.RadioSelect)
    reason = CleanText(label="合并依据", max_length=200, lines=True, help_text="如：核对身份证原件，确认为同一人")
    first_seen = forms.CharField(max_length=60, widget=forms.HiddenInput)
    second_seen = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, differing: Mapping[str, str], **kwargs: Any):
        choices = {
            f"from_{field}": forms.ChoiceField(choices=SIDES, widget=forms.RadioSelect, label=label)
            for field, label in differing.items()
        }
        self.base_fields = {**self.base_fields, **choices}
        self.differing = differing
        super().__init__(*args, **kwargs)

    def taken_over(self) -> tuple[str, ...]:
        """Return the fields that the record that stays takes from the other one."""
        keep = self.cleaned_data["keep"]
        return tuple(field for field in self.differing if self.cleaned_data[f"from_{field}"] != keep)

    def kept(self, first: Member, second: Member) -> Member:
        return first if self.cleaned_data["keep"] == "first" else second
