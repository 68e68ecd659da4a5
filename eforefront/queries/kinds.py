"""What kinds of fields a query knows, and what may be asked of each. Source: screens.md 2.8."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"  # of a code table; a heading stands for its leaves
    DATE = "date"
    MONTH = "month"  # kept as its first day
    NUMBER = "number"
    BOOLEAN = "boolean"
    PLACE = "place"  # an organisation; it stands for everything below it too
    EXACT = "exact"  # sealed: only the whole text can be looked for, by its search key
    PRESENCE = "presence"  # sealed without a search key: filled or not


class Time(StrEnum):
    """Of which day a field speaks when a query names a day in the past."""

    DAY = "截至日期"  # of that day
    FACT = "不随时间变化"  # the same on any day
    TODAY = "当前"  # of today, whatever day is asked for


MANY = 9  # as many values as one likes


@dataclass(frozen=True, slots=True)
class Operator:
    """One question. `takes` is the number of values it needs; `MANY` of a choice."""

    name: str
    label: str
    kinds: frozenset[Kind]
    takes: int = 1


K = Kind
_SPANS = frozenset({K.DATE, K.MONTH, K.NUMBER})
# fmt: off
OPERATORS = {operator.name: operator for operator in (
    Operator("contains", "包含",   frozenset({K.TEXT})),
    Operator("starts",   "开头是", frozenset({K.TEXT})),
    Operator("within",   "属于",   frozenset({K.CODE, K.PLACE}), MANY),
    Operator("outside",  "不属于", frozenset({K.CODE, K.PLACE}), MANY),
    Operator("yes",      "是",     frozenset({K.BOOLEAN}), 0),
    Operator("no",       "否",     frozenset({K.BOOLEAN}), 0),
    Operator("is",       "等于",   frozenset({K.TEXT, K.EXACT}) | _SPANS),
    Operator("is_not",   "不等于", frozenset({K.TEXT}) | _SPANS),
    Operator("from",     "不早于", frozenset({K.DATE, K.MONTH})),
    Operator("until",    "不晚于", frozenset({K.DATE, K.MONTH})),
    Operator("at_least", "不少于", frozenset({K.NUMBER})),
    Operator("at_most",  "不多于", frozenset({K.NUMBER})),
    Operator("between",  "介于",   _SPANS, 2),
    Operator("empty",    "为空",   frozenset(Kind), 0),
    Operator("filled",   "不为空", frozenset(Kind), 0),
)}
# fmt: on
BLIND = frozenset({"empty", "filled"})  # they say nothing of a value: anybody in reach may ask them


def operators_of(kind: Kind) -> list[Operator]:
    return [operator for operator in OPERATORS.values() if kind in operator.kinds]
