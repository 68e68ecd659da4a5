"""Why a record may not change for now, asked of whoever knows.

A higher app enters a function in its `AppConfig.ready()`; the services of the roll ask all of them before 人员类别,
党籍状态, 所在支部 or 身份证号 of a member change:

    @locks_record
    def open_transfer(member):
        ...return Refusal("李思远有未办结的组织关系转接", links=[("查看转接", "/portal/transfers/17/")])

It returns None where nothing stands in the way. Source: workflows.md 11.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

Lock = Callable[[Any], ValidationError | None]
_locks: list[Lock] = []


def locks_record(lock: Lock) -> Lock:
    """Enter a lock; entering it twice changes nothing."""
    if lock not in _locks:
        _locks.append(lock)
    return lock


def refuse_if_locked(member: Any) -> None:
    """Raise the first refusal. The caller holds the member's row."""
    for lock in _locks:
        if (refusal := lock(member)) is not None:
            raise refusal
