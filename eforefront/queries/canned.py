"""Lists that 首页 leads to: queries by name, made anew for the day and the reader. No word of a person is in them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eforefront.queries.definition import Condition, Group, Query
from eforefront.queries.groupings import GROUPINGS
from eforefront.queries.subjects import SUBJECTS

LETTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Canned:
    """One list: what it is called, and the query of a day."""

    slug: str
    label: str
    query: Callable[[datetime.date], Query]


def _open(*more: Condition) -> Group:
    return Group((Condition("state", "within", ("submitted", "letter", "expired")), *more))


def _done(day: datetime.date) -> Group:
    year = Condition("finished_on", "between", (f"{day.year}-01-01", f"{day.year}-12-31"))
    return Group((Condition("state", "within", ("done",)), year))


def _letters(day: datetime.date) -> Group:
    last = day + datetime.timedelta(days=LETTER_DAYS)
    return _open(Condition("valid_until", "between", (day.isoformat(), last.isoformat())))


def _late(day: datetime.date) -> Group:
    return _open(Condition("due_on", "until", ((day - datetime.timedelta(days=1)).isoformat(),)))


_MOVES = ("name", "type", "source", "target", "started_on", "finished_on", "state")
_OPEN = ("name", "type", "source", "target", "started_on", "due_on", "holder", "state")
_LETTER = ("name", "type", "source", "target", "released_on", "valid_until", "state")
# fmt: off
CANNED = {canned.slug: canned for canned in (
    Canned("arrived", "本年转入", lambda day: Query("transfer", "arriving", where=_done(day), columns=_MOVES)),
    Canned("left",    "本年转出", lambda day: Query("transfer", "leaving", where=_done(day), columns=_MOVES)),
    Canned("moving",  "转接待审批", lambda day: Query("transfer", "all", where=_open(), columns=_OPEN)),
    Canned("late",    "转接审批超时", lambda day: Query("transfer", "all", where=_late(day), columns=_OPEN)),
    Canned("letters", "介绍信 7 日内到期", lambda day: Query("transfer", "all", where=_letters(day), columns=_LETTER)),
)}
# fmt: on


def heading_query(name: str, place: int, role: Any) -> Query | None:
    """Return the members in reach under one heading of a grouping, None where there is no such heading."""
    grouping = GROUPINGS.get(name)
    if grouping is None or grouping.subject != "member":
        return None
    headings = grouping.of(role)
    if not 0 <= place < len(headings):
        return None
    columns = tuple(dict.fromkeys((*SUBJECTS["member"].columns, grouping.field)))
    return Query(where=Group(headings[place].conditions), columns=columns)


def find(slug: str, day: datetime.date, role: Any) -> tuple[str, Query] | None:
    """Return (label, query) of a list: a canned one, or "age-3" for the fourth heading of 年龄."""
    if slug in CANNED:
        return CANNED[slug].label, CANNED[slug].query(day)
    name, _, place = slug.rpartition("-")
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        return None
    query = heading_query(name, int(place), role)
    if query is None:
        return None
    return f"{GROUPINGS[name].label}：{GROUPINGS[name].of(role)[int(place)].label}", query
