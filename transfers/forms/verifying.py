"""What is typed from a 介绍信."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm


class VerifyForm(PlatformForm):
    number = CleanText(
        label="介绍信编号",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "如 2026-000187"}),
        error_messages={"required": "请填写介绍信编号"},
    )
    code = CleanText(
        label="核验码",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "如 8F2K-71QD-M4"}
        ),
        error_messages={"required": "请填写核验码"},
    )
