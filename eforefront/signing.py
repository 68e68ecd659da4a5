"""The code that is shown on the spot and typed by those who sign in: six digits that change every minute.

Nothing of it is stored: it follows from the gathering and the minute under the platform's secret.
"""

import datetime
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

SECONDS = 60
DIGITS = 6
_SALT = "eforefront.signing"


def code(gathering: Any, now: datetime.datetime) -> str:
    """Return the code of a gathering in the present minute."""
    return _of(gathering, _window(now))


def fits(gathering: Any, typed: str, now: datetime.datetime) -> bool:
    """Say whether a typed code is that of the present minute or of the one before, in which it was read."""
    digits = "".join(character for character in typed if character.isdecimal())[: DIGITS + 1]
    known = (_of(gathering, _window(now) - back) for back in (0, 1))
    return any(constant_time_compare(digits, right) for right in known)


def seconds_left(now: datetime.datetime) -> int:
    """Return how long the code still stands on the page."""
    return SECONDS - int(now.timestamp()) % SECONDS


def _window(now: datetime.datetime) -> int:
    return int(now.timestamp()) // SECONDS


def _of(gathering: Any, window: int) -> str:
    digest = salted_hmac(_SALT, f"{gathering.uid}:{window}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
