"""A session that was opened with a one-time code: it leads to the page 设置新密码 and nowhere else.

Nobody is logged in with it. It is bound to the code: when that is used up, replaced or expired, the session is over.
"""

import time
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ActivationCode

OPENED = "activating"
MINUTES = 15  # from the login to the new password


def begin(request: HttpRequest, code: ActivationCode) -> None:
    """Open the page for the person of this code, in a session with a new id; whoever was logged in no longer is."""
    kept = {name: request.session[name] for name in ("text_size",) if name in request.session}
    request.session.flush()
    request.session.update({**kept, OPENED: [str(code.uid), int(time.time())]})


def is_begun(session: Any) -> bool:
    return OPENED in session


def code_of(session: Any) -> ActivationCode | None:
    """Return the code that opened this session, as long as it is good; None makes an end of the session's errand."""
    code_uid, begun = session.get(OPENED) or ("", 0)
    if not 0 <= time.time() - begun < MINUTES * 60:
        return None
    codes = ActivationCode.objects.filter(uid=uuid.UUID(code_uid), expires_at__gt=timezone.now(), user__is_active=True)
    return codes.select_related("user").first()


def end(request: HttpRequest) -> None:
    request.session.flush()
