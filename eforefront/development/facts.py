"""What a step asks for beside its day and its result: forms, the file of a person and the guards read it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    CHOICE = "choice"
    YES = "yes"
    PEOPLE = "people"  # 正式党员 of the branch, kept as sponsors
    GROUP = "group"  # a 党小组 of the branch


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `outcomes` are those it is asked with, all where none is named; there `required` counts."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    outcomes: tuple[str, ...] = ()

    def asked_with(self, outcome: str) -> bool:
        return not self.outcomes or outcome in self.outcomes

    def shown(self, value: Any) -> str:
        """Return a stored value as pages print it."""
        if value in (None, ""):
            return ""
        if self.kind is Kind.YES:
            return "是" if value else "否"
        if self.kind is Kind.CHOICE:
            return dict(self.choices).get(value, str(value))
        return str(value)


K = Kind
VOTE = (  # kept in columns of their own, for statistics
    Fact("due", "应到有表决权", K.COUNT, True, hint="按支部名册建议，可按规定核减"),
    Fact("present", "实到有表决权", K.COUNT, True),
    Fact("written", "会前书面意见", K.COUNT, True),
    Fact("agree", "赞成", K.COUNT, True, hint="含书面意见"),
    Fact("against", "反对", K.COUNT, True),
    Fact("abstain", "弃权", K.COUNT, True),
)
VOTES = tuple(fact.name for fact in VOTE)
REDUCED = (
    Fact("reduced", "核减应到人数", K.COUNT, hint="不能表达意志、自费出国半年以上、服刑、长期卧病、应转出而未转出的"),
    Fact("reduced_why", "核减情况说明", K.LINE, hint="经上级党组织和支部大会同意"),
)
NOTICE = (Fact("notice_from", "公示开始日期", K.DATE, True), Fact("notice_to", "公示结束日期", K.DATE, True))
