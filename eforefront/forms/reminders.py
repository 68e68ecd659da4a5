"""提醒: the filter of its list, and where the daily e-mail goes."""

from django import forms

from partyplatform.ui.forms import PlatformForm


class AddressForm(PlatformForm):
    address = forms.EmailField(
        label="邮箱",
        max_length=254,
        required=False,
        help_text="留空则不再发送",
        error_messages={"invalid": "邮箱格式不正确，应为 name@example.cn 的样子"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
