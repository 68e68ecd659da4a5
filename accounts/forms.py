"""Forms about who one is, and about the grants of others."""

from django import forms
from django.utils import timezone

from accounts.codes import GrantState, RoleKind, System
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm


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

    also_sent = ("next",)

    reason = CleanText(
        label="查看原因",
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": "如：核对组织关系介绍信", "autocomplete": "off", "autofocus": True}
        ),
    )

    def __init__(self, *args, asks_reason, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]


class GrantFilter(FilterForm):
    """The filters of 授权总览: administrators' grants in force, unless something else is chosen."""

    name = CleanText(label="人员", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入"}))
    system = forms.ChoiceField(label="系统", choices=(("", "两个系统"), *System.choices))
    kind = forms.ChoiceField(label="角色", choices=(("", "全部管理员"), *RoleKind.choices, ("all", "管理员和党员")))
    state = forms.ChoiceField(
        label="状态", choices=(("", GrantState.VALID.label), *GrantState.choices[1:], ("all", "全部"))
    )

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.filter(user__name__startswith=values["name"])
        if "system" in values:
            rows = rows.in_systems(values["system"])
        if "kind" not in values:
            rows = rows.administrators()
        elif values["kind"] != "all":
            rows = rows.filter(kind=values["kind"])
        state = values.get("state", GrantState.VALID)
        return rows if state == "all" else rows.in_state(state, timezone.localdate())


class ReviewFilter(FilterForm):
    name = CleanText(label="人员", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入"}))
    everything = forms.ChoiceField(label="范围", choices=(("", "直接下级"), ("1", "所有下级")))

    def narrow(self, rows):
        return rows.filter(user__name__startswith=self.values["name"]) if "name" in self.values else rows


class KeepGrantsForm(PlatformForm):
    """Nothing to fill in: the page lists what is kept."""

    also_sent = ("ids",)


class EndGrantsForm(PlatformForm):
    also_sent = ("ids",)

    reason = CleanText(label="解除原因", max_length=200, lines=True)


class NewPasswordForm(PlatformForm):
    """A new password, typed twice and taken exactly as it was typed; what speaks against it is found by the service."""

    password = forms.CharField(
        label="新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    repeat = forms.CharField(
        label="再次输入新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["repeat"].error_messages["required"] = "请再次输入新密码"

    def clean(self):
        values = super().clean()
        if {"password", "repeat"} <= values.keys() and values["password"] != values["repeat"]:
            self.add_error("repeat", "两次输入的密码不一致")
        return values


class FirstPasswordForm(NewPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True


class ChangePasswordForm(NewPasswordForm):
    current = forms.CharField(
        label="当前密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("current", "password", "repeat")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["current"].validators = []


class ReasonForm(PlatformForm):
    """A confirmation with room for a reason."""

    reason = CleanText(label="原因", required=False, max_length=200)


class GivenReasonForm(PlatformForm):
    """A confirmation that asks for the reason."""

    reason = CleanText(label="原因", max_length=200)


class AccountFilter(FilterForm):
    name = CleanText(label="姓名", max_length=50)
    organization = CleanText(label="组织名称", max_length=50)

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.filter(name__startswith=values["name"])
        if "organization" in values:
            rows = rows.at_organizations_called(values["organization"])
        return rows
