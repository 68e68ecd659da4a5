"""What `manage.py check --deploy` says about logins. Source: security.md 5, 71."""

import ipaddress

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def initial_password_is_off(app_configs, **kwargs):
    """The mode of the manual is for rehearsals: it makes one public word open every new account for three days."""
    if not settings.INITIAL_PASSWORD_AS_IN_MANUAL:
        return []
    return [
        Warning(
            "INITIAL_PASSWORD_AS_IN_MANUAL 已打开：公开的初始密码 bj0701 能首次打开 72 小时内授权的账号。",
            hint="正式使用前请在 .env 中删除该项，改用启用码领取单。",
            id="accounts.W001",
        )
    ]


@register(Tags.security)
def networks_can_be_read(app_configs, **kwargs):
    return [
        Error(
            f"INITIAL_PASSWORD_NETWORKS 中的“{name}”不是网络地址。",
            hint="应写成 10.1.0.0/16 的样子，多个以逗号分隔。",
            id="accounts.E001",
        )
        for name in settings.INITIAL_PASSWORD_NETWORKS
        if not _is_network(name)
    ]


def _is_network(name):
    try:
        ipaddress.ip_network(name)
    except ValueError:
        return False
    return True
