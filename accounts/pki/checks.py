"""What `manage.py check --deploy` says of logging in without certificates. Source: security.md 71."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def certificates_are_asked_for(app_configs, **kwargs):
    if settings.CERTIFICATES_REQUIRED:
        return []
    sentence = "党委一级的管理员没有数字证书也能登录（CERTIFICATES_REQUIRED 已关闭）。"
    return [Warning(sentence, hint="删除该设置，并为管理员登记证书。", id="accounts.W011")]
