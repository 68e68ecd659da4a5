"""党员信息完整度: which items of a record count, and when. Source: workflows.md 10.

The rules stand in `DEFAULTS` until the platform's operator puts others in force (`RuleVersion`). A record stores its
score (`Member.filled`, `Member.required`), an organisation's counters are sums of those. Each rule is written twice,
for a record and for the database, so that millions of records are scored in place. 无, 否, 999 and 无- are answers and
count as filled.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any, TypeVar

from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.expressions import Combinable

from members.codes import PersonCategory
from members.items import BY_FIELD, Item, Kind

WORKERS = "03"  # 工勤技能人员: the heading its 工作岗位 codes begin with
SECTION = "党统信息集"  # its items count, and no others: workflows.md 10.1
Rows = TypeVar("Rows", bound=QuerySet)


@dataclass(frozen=True, slots=True)
class Condition:
    """For whom an item counts: asked of one record, and the same as a condition of the database."""

    label: str
    holds: Callable[[Any], bool]
    query: Q


_FULL = PersonCategory.FULL
# fmt: off
CONDITIONS = {
    "always":       Condition("所有党员",     lambda m: True,                           Q()),
    "full":         Condition("正式党员",     lambda m: m.category == _FULL,            Q(category=_FULL)),
    "probationary": Condition("预备党员",     lambda m: m.category != _FULL,            ~Q(category=_FULL)),
    "worker":       Condition("工勤技能人员", lambda m: m.job_post[:2] == WORKERS,     Q(job_post__startswith=WORKERS)),
    "lost":         Condition("失联党员",     lambda m: m.is_lost,                      Q(is_lost=True)),
    "in_touch":     Condition("未失联的党员", lambda m: not m.is_lost,                  Q(is_lost=False)),
    "floating":     Condition("流动党员",     lambda m: m.is_floating,                  Q(is_floating=True)),
}
# fmt: on
NEVER = ""  # in a form: the item counts for nobody

# Items that are locked, and emptied, for everybody else: these conditions are part of the items themselves.
_FIXED = {"confirmed_on": "full", "is_migrant_worker": "worker", "lost_since": "lost", "floating_to": "floating"}
_EMPTY = ("", None, b"")
_STORED = {"id_number": "id_number_index", "phone": "phone_sealed", "address": "address_sealed"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One item: the field of the record, the name of the condition under which it counts, whether it counts at all."""

    field: str
    condition: str = "always"
    counts: bool = True

    @property
    def item(self) -> Item:
        return BY_FIELD[self.field]

    @property
    def label(self) -> str:
        return self.item.label

    @property
    def section(self) -> str:
        return SECTION

    @property
    def condition_label(self) -> str:
        return CONDITIONS[self.condition].label

    @property
    def shown(self) -> str:
        """For whom the item counts, in words."""
        return self.condition_label if self.counts else "不计入"

    def applies(self, member: Any) -> bool:
        return self.counts and CONDITIONS[self.condition].holds(member)

    def is_filled(self, member: Any) -> bool:
        return getattr(member, _STORED.get(self.field, self.field)) not in _EMPTY

    @property
    def applying(self) -> Q:
        """`applies` for the database."""
        return CONDITIONS[self.condition].query

    @property
    def filled(self) -> Q:
        """`is_filled` for the database; of a sealed item it knows whether there is a ciphertext."""
        stored = _STORED.get(self.field, self.field)
        if self.item.kind in (Kind.DATE, Kind.MONTH, Kind.YES_NO):
            return Q(**{f"{stored}__isnull": False})
        return ~Q(**{stored: b"" if self.item.kind is Kind.SEALED else ""})


# Every item of 党统信息集 counts, red and black alike; some only for those they concern.
DEFAULTS = tuple(Rule(field, _FIXED.get(field, "always")) for field in BY_FIELD)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one version in the order of the form, also those of items that do not count.

    `scored_to` is the last id among the records scored by them so far, None when all are.
    """

    version: int
    rules: tuple[Rule, ...]
    scored_to: int | None = None

    @property
    def is_scoring(self) -> bool:
        """Whether records are still being scored anew."""
        return self.scored_to is not None

    def counted(self, member: Any) -> list[Rule]:
        """Return the rules whose item counts for this record."""
        return [rule for rule in self.rules if rule.applies(member)]

    def score(self, member: Any) -> tuple[int, int]:
        """Return (filled, required) items of one record."""
        counted = self.counted(member)
        return sum(rule.is_filled(member) for rule in counted), len(counted)

    def missing(self, member: Any) -> list[Rule]:
        """Return the rules whose item is still empty, in the order of the form."""
        return [rule for rule in self.rules if rule.applies(member) and not rule.is_filled(member)]

    def scored(self, members: Rows) -> Rows:
        """Return the records with `right_filled` and `right_required`, counted by the database."""
        counting = [rule for rule in self.rules if rule.counts]
        return members.annotate(
            right_filled=_number_of(rule.applying & rule.filled for rule in counting),
            right_required=_number_of(rule.applying for rule in counting),
        )

    def wrongly_scored(self, members: Rows) -> Rows:
        """Return the records whose stored score is not the one these rules give, with the right one."""
        return self.scored(members).exclude(filled=F("right_filled"), required=F("right_required"))


def choices_for(field: str) -> list[tuple[str, str]]:
    """Return (name, label) of the conditions an item may be given; one locked for the others has only its own."""
    names = [_FIXED[field]] if field in _FIXED else list(CONDITIONS)
    return [(name, CONDITIONS[name].label) for name in names]


def chosen(conditions: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
    """Return the rules for (field, condition), `NEVER` for an item that does not count, in the order of the form."""
    by_field = dict(conditions)
    rules = []
    for rule in DEFAULTS:
        condition = by_field.get(rule.field, NEVER)
        rules.append(replace(rule, counts=False) if condition == NEVER else replace(rule, condition=condition))
    return tuple(rules)


def percent(filled: int, required: int) -> int | None:
    """Return whole per cent, rounded down, so 100 means that nothing is missing; None without required items."""
    return filled * 100 // required if required else None


def _number_of(conditions: Iterable[Q]) -> Combinable:
    """How many of the conditions a record meets. What holds for everybody is added as a number."""
    conditions = list(conditions)
    asked = [condition for condition in conditions if condition]
    parts: list[Combinable] = [Case(When(each, then=1), default=0, output_field=SmallIntegerField()) for each in asked]
    return reduce(add, [Value(len(conditions) - len(asked), output_field=SmallIntegerField()), *parts])
