"""The versions a page was made from, for acts on several organisations. Source: security.md 56."""

import re

from django import forms
from django.core.exceptions import ValidationError

_PAIRS = re.compile(r"\d{1,18}:\d{1,9}(,\d{1,18}:\d{1,9})*", re.ASCII)


class VersionsField(forms.CharField):
    """{id: version} in one hidden field, sent as "12:3,14:1". `expired` is said when it comes back spoilt."""

    widget = forms.HiddenInput

    def __init__(self, *, expired="页面已过期，请重新打开", **kwargs):
        super().__init__(**kwargs)
        self.error_messages |= {"required": expired, "invalid": expired}

    def prepare_value(self, value):
        return ",".join(f"{pk}:{version}" for pk, version in value.items()) if isinstance(value, dict) else value

    def to_python(self, value):
        typed = super().to_python(value)
        if typed in self.empty_values:
            return {}
        if not _PAIRS.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return {int(pk): int(version) for pk, version in (pair.split(":") for pair in typed.split(","))}


def versions_of(organizations):
    """Return {id: version} as the initial value of a VersionsField."""
    return {organization.pk: organization.version for organization in organizations}
