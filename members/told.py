"""What apps above know of a member, shown in a section of the record: an open transfer, what dues are reckoned from.

    @tells("places")
    def under_way(member):
        ...return [("在办转接", "市内转接 20260001，示大信息学院党总支：待审批")]

A higher app enters its function in `AppConfig.ready()`; the page shows what all of them return. Source: screens.md 2.5.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Fact = tuple[str, str]
Teller = Callable[[Any], list[Fact]]
_tellers: dict[str, list[Teller]] = defaultdict(list)


def tells(section: str) -> Callable[[Teller], Teller]:
    """Enter a function for a section (`members.sections`); entering it twice changes nothing."""

    def enter(teller: Teller) -> Teller:
        if teller not in _tellers[section]:
            _tellers[section].append(teller)
        return teller

    return enter


def told(section: str, member: Any) -> list[Fact]:
    """Return (label, text) of everything known of a member in reach."""
    return [fact for teller in _tellers[section] for fact in teller(member)]
