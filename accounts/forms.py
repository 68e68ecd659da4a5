"""Forms about who one is."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm


class LoginForm(PlatformForm):
    """What was typed, untouched: normalising and judging it is the business of `accounts.services.logins`."""

    also_sent = ("next",)

    login_name = forms.CharField(
        label="登录名（身份证号）",
        strip=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators = []  # a strange character gets the ordinary answer, not one of its own


class ProofForm(PlatformForm):
    """The password of somebody who is logged in, compared exactly as it was typed."""

    also_sent = ("next", "expired")

    password = forms.CharField(
        label="登录密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].validators = []


class RevealForm(PlatformForm):
    """Why a masked field is to be shown, where its class asks."""

    reason = CleanText(
        label="查看原因",
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": "如 核对组织关系介绍信", "autocomplete": "off", "autofocus": True}
        ),
    )

    def __init__(self, *args, asks_reason, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]
