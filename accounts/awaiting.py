"""Between the right password and the certificate: who is expected to prove one, in which session, for how long.

This opens no page but the one that asks for the signature. Source: security.md 11, 12.
"""

import secrets
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import ActivationCode, User

SECONDS = 600
_KEY = "awaiting_certificate"


@dataclass(frozen=True)
class Awaited:
    """The account whose password was right, the mark that binds challenges to this session, where to go then.

    `code` is the one-time code that came in place of a password, if one did.
    """

    user: User
    mark: str
    target: str
    code: ActivationCode | None


def begin(request, user, target, *, code=None):
    """Expect this account's certificate, in a session with a new id."""
    request.session.cycle_key()
    mark = secrets.token_urlsafe(24)
    kept = {"user": user.pk, "mark": mark, "target": target, "code": code and str(code.uid)}
    request.session[_KEY] = {**kept, "at": timezone.now().timestamp()}


def current(request):
    """Return whom this session expects, None for nobody, after ten minutes, and once its one-time code is dead."""
    kept = request.session.get(_KEY)
    if not kept or not 0 <= timezone.now().timestamp() - kept["at"] < SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    code = kept["code"] and ActivationCode.objects.filter(uid=kept["code"], expires_at__gt=timezone.now()).first()
    is_over = user is None or (kept["code"] and not code)
    return None if is_over else Awaited(user, kept["mark"], kept["target"], code or None)
