"""Why a record is taken out with its numbers in full."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm


class InFullForm(PlatformForm):
    reason = CleanText(
        label="下载原因",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "如：归入党员档案", "autocomplete": "off"}),
    )
