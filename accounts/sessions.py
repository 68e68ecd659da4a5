"""How long a session lives, and that an account has only one. Source: security.md 20–22, 24.

All times are seconds of the server's clock; a clock set back ends sessions, it never makes one longer.
"""

import secrets
from enum import StrEnum

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from partyplatform.audit.middleware import address_of, masked
from partyplatform.chores import chore

STARTED, SEEN, MARK, ADMIN = "started_at", "seen_at", "session_mark", "acts_as_admin"
PROVED = "proved_at"
STAMP_EVERY = 60  # a session that is in use is written at most this often


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "您长时间未操作，请重新登录。"
    HOURS = "本次登录已达 {hours} 小时，请重新登录。"
    ELSEWHERE = (
        "您的账号已于 {at:%Y-%m-%d %H:%M} 在别处登录（{address}），本次登录已结束。"
        "如非本人操作，请立即联系上级党组织的管理员。"
    )
    CLOSED = "本次登录已结束，请重新登录。"


def begin(request, user):
    """Make this the one session of the account: the sessions begun before end at their next request."""
    now = _now()
    mark, address = secrets.token_urlsafe(16), masked(address_of(request))
    size = request.session.get("text_size", user.text_size)  # what was chosen on the login page goes on
    request.session.update({STARTED: now, SEEN: now, PROVED: now, MARK: mark, ADMIN: True, "text_size": size})
    user.session_mark, user.last_login_address, user.text_size = mark, address, size
    user.save(update_fields=["session_mark", "last_login_address", "text_size"])


def renew(session, user):
    """Let this session go on as the only one, for an account whose open sessions have just been ended."""
    user.session_mark = session[MARK] = secrets.token_urlsafe(16)
    user.save(update_fields=["session_mark"])


def why_ended(session, user):
    """Return the sentence that says why the session is over, "" while it is not."""
    now = _now()
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    if session.get(MARK) != user.session_mark:
        return _elsewhere(user)
    if max(started, seen) > now + STAMP_EVERY or now - started >= settings.SESSION_HOURS * 3600:
        return Ended.HOURS.format(hours=settings.SESSION_HOURS)
    if now - seen >= _idle_limit(session):
        return str(Ended.IDLE)
    return ""


def extend(session, *, is_admin):
    """Note that the person is here; the limit of this and the next request is that of the role acted in."""
    now = _now()
    if session.get(ADMIN) != is_admin:
        session[ADMIN] = is_admin
    if now - session[SEEN] >= STAMP_EVERY:
        session[SEEN] = now


def seconds_left(session):
    """How long the session lives if nothing happens from now on."""
    now = _now()
    return min(session[SEEN] + _idle_limit(session), session[STARTED] + settings.SESSION_HOURS * 3600) - now


def prove(session):
    """Note that the person has just proved who they are, as every login does."""
    session[PROVED] = _now()


def is_proved(session):
    """Whether the last proof is young enough for dangerous acts. Source: security.md 24."""
    return 0 <= _now() - session.get(PROVED, 0) < settings.PROOF_MINUTES * 60


@chore
def forget_expired():
    """Delete the sessions nobody can go on with any more, those of visitors who never logged in included."""
    SessionStore.clear_expired()


def _idle_limit(session):
    return 60 * (settings.IDLE_MINUTES_ADMIN if session.get(ADMIN, True) else settings.IDLE_MINUTES_MEMBER)


def _elsewhere(user):
    if not user.session_mark or user.last_login is None:
        return str(Ended.CLOSED)
    at, address = timezone.localtime(user.last_login), user.last_login_address or "地址不详"
    return Ended.ELSEWHERE.format(at=at, address=address)


def _now():
    return int(timezone.now().timestamp())
