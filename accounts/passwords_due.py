"""Whose password has to be changed before anything else. Source: security.md 7."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def is_password_due(request: HttpRequest) -> bool:
    """Whether the person behind a request administers anything with a password older than PASSWORD_DAYS_ADMIN.

    Without a password there is none to change.
    """
    days, user = settings.PASSWORD_DAYS_ADMIN, request.user
    if not days or not user.is_authenticated or not user.has_usable_password():
        return False
    is_old = timezone.now() >= (user.password_set_at or user.created_at) + timedelta(days=days)
    return is_old and any(role.is_admin for role in request.roles)
