"""What somebody logged in tried in vain: a power not held, an object out of reach. Source: security.md 32.

The first try is written at once; the same one again within a minute is only counted, and the number written with the
next line, so that a flood of tries does not become a flood of lines.
"""

import logging
from collections import OrderedDict
from threading import Lock
from time import monotonic

logger = logging.getLogger("partyplatform.ui.errors")

WINDOW = 60  # seconds
REMEMBERED = 10_000  # different tries of one process

_seen: "OrderedDict[tuple, tuple[float, int]]" = OrderedDict()
_lock = Lock()


def note(request, status):
    """Log a denied try of somebody who is logged in, once in a window for each role, page and answer."""
    role, match = getattr(request, "role", None), request.resolver_match
    if role is None or match is None:
        return
    withheld = _withheld((role.pk, role.user_uid, match.view_name, status))
    if withheld is None:
        return
    what = f"{request.method} {match.view_name} {match.kwargs}"
    more = f" (and {withheld} more before)" if withheld else ""
    logger.warning("denied with %s: %s as role %s: %s%s", status, role.user_uid, role.pk, what, more)


def _withheld(key):
    """Return how many tries were not written since the last line, None when this one is not written either."""
    now = monotonic()
    with _lock:
        begun, count = _seen.pop(key, (now - WINDOW, 0))
        if now - begun < WINDOW:
            _seen[key] = begun, count + 1
            return None
        _seen[key] = now, 0
        if len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
        return count
