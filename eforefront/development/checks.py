"""What `manage.py check` says of the operator's own numbers for 党员发展."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from eforefront.development.limits import unknown


@register()
def development_limits(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Name each entry of DEVELOPMENT_LIMITS that is no limit, or no whole number from 1 on."""
    wrong = unknown(settings.DEVELOPMENT_LIMITS)
    text = f"DEVELOPMENT_LIMITS 中有不认识的名称或不是正整数的值：{'、'.join(wrong)}。"
    return [Error(text, id="eforefront.E001")] if wrong else []
