"""党员信息完整度: which items of a record count, and when. Source: workflows.md 10."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One counted item; `applies` says for whom."""

    field: str
    label: str
    section: str
    applies: Callable[[Any], bool] = lambda member: True


RULES = (
    Rule("name", "姓名", section="党统信息集"),
    Rule("category", "人员类别", section="党统信息集"),
    Rule("organization_id", "人员所在支部", section="党统信息集"),
    Rule("status", "党籍状态", section="党统信息集"),
)


def score(member: Any) -> tuple[int, int]:
    """Return (filled, required) items of one record."""
    rules = [rule for rule in RULES if rule.applies(member)]
    return sum(1 for rule in rules if getattr(member, rule.field) not in ("", None)), len(rules)


def missing(member: Any) -> list[Rule]:
    """Return the rules whose item is still empty."""
    return [rule for rule in RULES if rule.applies(member) and getattr(member, rule.field) in ("", None)]


def percent(filled: int, required: int) -> int | None:
    """Return whole per cent, rounded down, so 100 means that nothing is missing; None without required items."""
    return filled * 100 // required if required else None
