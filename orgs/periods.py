"""Days that are closed: nothing dated on them changes any more, because figures of that time were laid down.

A higher app enters a function in its `AppConfig.ready()`; the services that date something ask all of them:

    @closes_days
    def sealed(places):
        ...return Closed(datetime.date(2025, 12, 31), "示大党委的 2025 年度党内统计已封存")

It returns None where everything is open. Source: workflows.md 11.
"""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Closed:
    """The last closed day, and the sentence that says by what."""

    until: datetime.date
    text: str


Guard = Callable[[Collection[int]], Closed | None]
_guards: list[Guard] = []


def closes_days(guard: Guard) -> Guard:
    """Enter a guard, which gets ids of organisations; entering it twice changes nothing."""
    if guard not in _guards:
        _guards.append(guard)
    return guard


def closed_for(places: Iterable[int]) -> Closed | None:
    """Return the latest closing of these organisations and of those above them."""
    asked = sorted(set(places))
    found = [closed for guard in _guards if (closed := guard(asked)) is not None] if asked else []
    return max(found, key=lambda closed: closed.until, default=None)


def refuse_closed(places: Iterable[int], *days: datetime.date | None, field: str = "") -> None:
    """Raise ValidationError (by field where one is named) for a day that is closed. Today never is, and asks nothing.

    The caller holds the organisations, or what is dated.
    """
    past = [day for day in days if day is not None and day < timezone.localdate()]
    if not past:
        return
    closed = closed_for(places)
    if closed is None or min(past) > closed.until:
        return
    text = f"{closed.text}，不能办理日期在 {closed.until:%Y-%m-%d} 及以前的变动；确需更正的，请上级党组织启封"
    raise ValidationError({field: text} if field else text)
