"""What guards, marks and deadlines look at: the steps done so far, and what is being recorded now.

Both are plain values, so that the table can be asked about any history without a database.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """One step as it was recorded last: its day, result and facts."""

    on: datetime.date
    outcome: str = "pass"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """An applicant before a step. `done` holds the steps before the open one, `observed` and `reported` the days of
    考察 and 思想汇报. `sponsors` are members fit to be mentors or introducers among those named now."""

    born_on: datetime.date | None
    done: Mapping[str, Done] = field(default_factory=dict)
    observed: tuple[datetime.date, ...] = ()
    reported: tuple[datetime.date, ...] = ()
    mentors: int = 0
    introducers: int = 0
    activist_on: datetime.date | None = None
    joined_on: datetime.date | None = None
    probation_ends_on: datetime.date | None = None
    postponed_to: datetime.date | None = None
    is_extended: bool = False
    voters: int | None = None  # as the roll suggests
    may_approve: bool = True  # whether the organisation that acts has the right of 4.4
    busy: tuple[str, ...] = ()  # mentors who bring on too many
    missing: tuple[str, ...] = ()  # items of the person that the new record must say

    def day(self, step: str) -> datetime.date | None:
        found = self.done.get(step)
        return found.on if found else None

    def fact(self, step: str, name: str) -> Any:
        found = self.done.get(step)
        return found.facts.get(name) if found else None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is being recorded."""

    on: datetime.date
    outcome: str = "pass"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def count(self, name: str) -> int:
        return int(self.facts.get(name) or 0)
