"""Between the right password and the certificate: who is expected to prove one, in which session, for how long.

This opens no page but the one that asks for the signature. Source: security.md 11, 12.
"""

import secrets
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User

SECONDS = 600
_KEY = "awaiting_certificate"


@dataclass(frozen=True)
class Awaited:
    """The account whose password was right, the mark that binds challenges to this session, where to go then."""

    user: User
    mark: str
    target: str


def begin(request, user, target):
    """Expect this account's certificate, in a session with a new id."""
    request.session.cycle_key()
    mark = secrets.token_urlsafe(24)
    request.session[_KEY] = {"user": user.pk, "mark": mark, "target": target, "at": timezone.now().timestamp()}


def current(request):
    """Return whom this session expects, None for nobody and after ten minutes."""
    kept = request.session.get(_KEY)
    if not kept or not 0 <= timezone.now().timestamp() - kept["at"] < SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return Awaited(user, kept["mark"], kept["target"]) if user is not None else None
