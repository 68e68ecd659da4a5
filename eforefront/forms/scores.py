"""Forms of 分数. Source: screens.md 3.10."""

from django import forms
from django.utils import timezone

from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate, TypedNumber


class EnterForm(PlatformForm):
    on = TypedDate(label="日期", not_future=True)
    reason = CleanText(label="事由", max_length=100)
    points = TypedNumber(
        label="分值",
        max_digits=4,
        decimal_places=1,
        help_text="保留一位小数；扣减写成负数，如 -1.0",
        error_messages={"invalid": "应填写数字，如 1.5", "max_decimal_places": "最多保留一位小数"},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class CorrectForm(PlatformForm):
    reason = CleanText(label="更正原因", max_length=90)
