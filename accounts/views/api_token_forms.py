"""The forms of 接口凭证."""

from django import forms

from accounts.models.api_tokens import Scope
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate


class IssueForm(PlatformForm):
    name = CleanText(label="使用系统", max_length=60, help_text="如：校园统一数据中心")
    scopes = forms.MultipleChoiceField(label="开放范围", choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    ends_on = TypedDate(label="有效期至", help_text="最长一年；到期后须重新发放")
    webhook = CleanText(
        label="变动推送地址",
        max_length=200,
        required=False,
        help_text="选填；有变动时通知该 https 地址，由对方再来读取；通知中没有个人信息",
    )


class RevokeForm(PlatformForm):
    reason = CleanText(label="停用原因", max_length=200, help_text="如：系统下线、凭证泄露")
