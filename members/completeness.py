"""党员信息完整度: which items of a record count, and when. Source: workflows.md 10.

A record stores its score (`Member.filled`, `Member.required`); an organisation's counters are sums of those. 无, 否,
999 and 无- are answers and count as filled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from members.codes import PersonCategory
from members.items import BY_FIELD, Item

WORKERS = "03"  # 工勤技能人员: the heading its 工作岗位 codes begin with


@dataclass(frozen=True, slots=True)
class Condition:
    """For whom an item counts: asked of one record, and the same as a condition of the database."""

    label: str
    holds: Callable[[Any], bool]
    query: Q


# fmt: off
CONDITIONS = {
    "always":   Condition("所有党员",     lambda m: True,                              Q()),
    "full":     Condition("正式党员",     lambda m: m.category == PersonCategory.FULL, Q(category=PersonCategory.FULL)),
    "worker":   Condition("工勤技能人员", lambda m: m.job_post.startswith(WORKERS),    Q(job_post__startswith=WORKERS)),
    "lost":     Condition("失联党员",     lambda m: m.is_lost,                         Q(is_lost=True)),
    "floating": Condition("流动党员",     lambda m: m.is_floating,                     Q(is_floating=True)),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Rule:
    """One counted item: the field of the record, and the name of the condition under which it counts."""

    field: str
    condition: str = "always"
    section: str = "党统信息集"

    @property
    def item(self) -> Item:
        return BY_FIELD[self.field]

    @property
    def label(self) -> str:
        return self.item.label

    def applies(self, member: Any) -> bool:
        return CONDITIONS[self.condition].holds(member)

    def is_filled(self, member: Any) -> bool:
        return getattr(member, _STORED.get(self.field, self.field)) not in _EMPTY


_EMPTY = ("", None, b"")
_STORED = {"id_number": "id_number_index", "phone": "phone_sealed", "address": "address_sealed"}
_CONDITIONAL = {
    "confirmed_on": "full",
    "is_migrant_worker": "worker",
    "lost_since": "lost",
    "floating_to": "floating",
}

# Every item of 党统信息集 counts, red and black alike; some only for those they concern.
RULES = tuple(Rule(field, _CONDITIONAL.get(field, "always")) for field in BY_FIELD)


def rules() -> tuple[Rule, ...]:
    """Return the rules in force."""
    return RULES


def score(member: Any) -> tuple[int, int]:
    """Return (filled, required) items of one record."""
    counted = [rule for rule in rules() if rule.applies(member)]
    return sum(rule.is_filled(member) for rule in counted), len(counted)


def missing(member: Any) -> list[Rule]:
    """Return the rules whose item is still empty, in the order of the form."""
    return [rule for rule in rules() if rule.applies(member) and not rule.is_filled(member)]


def percent(filled: int, required: int) -> int | None:
    """Return whole per cent, rounded down, so 100 means that nothing is missing; None without required items."""
    return filled * 100 // required if required else None
