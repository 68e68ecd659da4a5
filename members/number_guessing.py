"""Searches for numbers, over and over: somebody tries digits that no list shows. Source: security.md 43."""

from collections.abc import Mapping
from typing import Any

from accounts import id_numbers
from accounts.models import RoleGrant
from accounts.throttle import Counter
from members.finding import is_end
from partyplatform import audit
from partyplatform.crypto import blind_index
from partyplatform.ui.searches import watches_searches

OFTEN = "members.search_ends_often"
SEARCHES = 40  # of one person within the window that tries to log in are counted in


def refusal(typed: str, *, by: RoleGrant) -> str:
    """Count a search, and return what is said to somebody who searched by ends of numbers too often, "" to others."""
    return count("按身份证号末几位", "，或输入完整的身份证号", by=by) if is_end(id_numbers.normalise(typed)) else ""


def count(what: str, else_: str = "", *, by: RoleGrant) -> str:
    """Count a search that may be guessing; return what is said to somebody who searched so too often, "" to others.

    `what` says how was searched, `else_` what may be done instead.
    """
    counter = Counter(blind_index(str(by.user_uid), column="ends of numbers"), SEARCHES)
    attempt = counter.count()
    if attempt.locks:
        audit.alarm(by, OFTEN, by.user, reason=f"{what}查询超过 {counter.limit} 次", succeeded=False)
    return f"{what}查询过于频繁，请稍后再试{else_}" if attempt.is_locked else ""


@watches_searches
def watch(request: Any, asked: Mapping[str, str]) -> str:
    """Count the search of any list: one list that did not count would keep it for all the others."""
    return refusal(asked.get("id_number", ""), by=request.role)
