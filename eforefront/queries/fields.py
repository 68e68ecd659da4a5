"""A field that can be asked for: its label, kind, class, and the way to it from the row. Data alone; no queries."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone

from accounts.powers import Power
from eforefront.queries.choosing import Choices
from eforefront.queries.kinds import BLIND, Kind, Operator, Time, operators_of
from partyplatform.masking import FieldClass
from partyplatform.sealing import SealedColumn


class Measure(StrEnum):
    """How the number of a field comes from what is stored."""

    PLAIN = "plain"
    YEARS = "years"  # full years since a date
    SENIORITY = "seniority"  # full years of 党龄
    FEN = "fen"  # money: asked for in yuan, stored in fen


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `path` leads to it in the ORM, `day_path` in a query as of a day where that is another place.

    `field_class` and `power` say who may ask for its value; whether it is filled is asked by anybody in reach.
    `guard` is the way to the organisation of the person the field speaks of, where that person may be out of reach.
    `shown(row, day)` is what a list shows; without it, the value at `path`. `is_listed`: may stand in a list.
    """

    name: str
    label: str
    kind: Kind
    path: str
    choices: Choices | None = None
    time: Time = Time.TODAY
    measure: Measure = Measure.PLAIN
    field_class: FieldClass = FieldClass.PUBLIC
    power: Power = Power.QUERY
    day_path: str = ""
    guard: str = ""
    column: SealedColumn | None = None
    shown: Callable[[Any, datetime.date], Any] | None = None
    is_listed: bool = True
    is_private: bool = False  # its values name a person: a query that asks for one is not shared
    width: int = 16

    @property
    def operators(self) -> list[Operator]:
        return operators_of(self.kind)

    @property
    def takes_search_key(self) -> bool:
        return self.kind is Kind.EXACT

    def at(self, past: Any) -> str:
        """Return the path for a day in the past, or for today."""
        return self.day_path if past is not None and self.day_path else self.path

    def may_be_asked(self, operator: str, role: Any) -> bool:
        """Say whether a role may put this question: masked and sealed values only to whoever may see them in full."""
        if not role.can(self.power):
            return False
        return self.field_class is FieldClass.PUBLIC or operator in BLIND or role.can(Power.REVEAL_FIELDS)

    def value(self, row: Any, day: datetime.date) -> Any:
        """Return what a list shows of a row, "" for nothing."""
        found = self.shown(row, day) if self.shown is not None else _reach(row, self.path)
        if found in ("", None):
            return ""
        if self.kind is Kind.CODE and self.choices is not None and self.shown is None:
            return self.choices.display(str(found))
        if self.kind is Kind.BOOLEAN:
            return "是" if found else "否"
        if self.kind is Kind.MONTH:
            return f"{found:%Y-%m}"
        if self.kind is Kind.PLACE:
            return getattr(found, "short_name", found)
        return f"{found / 100:.2f}" if self.measure is Measure.FEN else found


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    label: str
    fields: tuple[Field, ...]


def text(name: str, label: str, **more: Any) -> Field:
    """Return a field of its own name unless `path` says otherwise; so do the next three."""
    return Field(name, label, Kind.TEXT, more.pop("path", name), **more)


def dated(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, Kind.DATE, more.pop("path", name), **more)


def number(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, Kind.NUMBER, more.pop("path", name), **more)


def coded(name: str, label: str, choices: Choices, **more: Any) -> Field:
    return Field(name, label, Kind.CODE, more.pop("path", name), choices, **more)


def _reach(row: Any, path: str) -> Any:
    for name in path.split("__"):
        if name == "date":
            row = timezone.localdate(row)
            continue
        row = getattr(row, name, None)
        if row is None:
            return None
    return row
