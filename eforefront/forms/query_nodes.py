"""The form of a query as the page shows it: its conditions as a tree of nodes, its columns, what can be added."""

from dataclasses import dataclass
from dataclasses import field as made_of
from typing import Any

from eforefront.forms.query_buttons import columns_of
from eforefront.queries.checking import Checked
from eforefront.queries.definition import HOWS, Condition, Group, Part
from eforefront.queries.fields import Field
from eforefront.queries.kinds import MANY, Kind
from eforefront.queries.subjects import Subject

_SHORT_LIST = 12


@dataclass
class Node:
    """One node as the page shows it."""

    path: str
    part: Any
    label: str = ""
    problem: str = ""
    asked: Field | None = None
    values: list[str] = made_of(default_factory=list)
    children: list["Node"] = made_of(default_factory=list)
    addable: list[tuple[str, list[tuple[str, str]]]] = made_of(default_factory=list)
    relations: list[tuple[str, str]] = made_of(default_factory=list)

    @property
    def anchor(self) -> str:
        return self.path.replace(".", "-")

    @property
    def is_group(self) -> bool:
        return isinstance(self.part, Group)

    @property
    def operators(self) -> list[tuple[str, str, bool]]:
        assert self.asked is not None
        return [(one.name, one.label, one.name == self.part.op) for one in self.asked.operators]

    @property
    def hows(self) -> list[tuple[str, str, bool]]:
        return [(name, label, name == self.part.how) for name, label in HOWS.items()]

    @property
    def offered(self) -> list[tuple[str, str, bool]]:
        """The codes to choose from; nothing for what is typed."""
        choices = self.asked.choices if self.asked else None
        if choices is None or choices.is_typed:
            return []
        return [(code, label, code in self.part.values) for code, label in choices.offered]

    @property
    def is_short(self) -> bool:
        return len(self.offered) <= _SHORT_LIST

    @property
    def takes_value(self) -> bool:
        return self.asked is not None and self.asked.kind not in (Kind.BOOLEAN, Kind.PRESENCE)

    @property
    def takes_two(self) -> bool:
        return self.asked is not None and any(operator.takes == 2 for operator in self.asked.operators)

    @property
    def takes_many(self) -> bool:
        return self.asked is not None and any(operator.takes == MANY for operator in self.asked.operators)

    @property
    def first(self) -> str:
        return "、".join(self.values) if self.takes_many else self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def hint(self) -> str:
        match self.asked.kind if self.asked else None:
            case Kind.DATE:
                return "如 2026-06-30"
            case Kind.MONTH:
                return "如 2026-06"
            case Kind.PLACE:
                return "党组织编码或简称"
            case Kind.CODE:
                return "名称或代码"
            case Kind.EXACT:
                return "完整的号码"
        return ""


def tree(checked: Checked) -> Node:
    """Return the conditions of a query as the page shows them."""
    assert checked.subject is not None
    return _node(checked.query.where, "w", checked.subject, None, checked)


def _node(part: Part, path: str, subject: Subject, relation: Any, checked: Checked) -> Node:
    problem = checked.problems.get(path, "")
    if isinstance(part, Condition):
        found = relation.field(part.field) if relation else subject.fields.get(part.field)
        values = [_value_shown(found, value, checked) for value in part.values] if found else []
        return Node(path, part, found.label if found else part.field, problem, found, values)
    own = subject.related.get(part.relation)
    children = [
        _node(inner, f"{path}.{number}", subject, own or relation, checked) for number, inner in enumerate(part.parts)
    ]
    asked = own or relation
    addable = [(asked.label, _options(asked.fields, checked))] if asked else _sections(subject, checked)
    relations = [] if asked else _relations(subject, checked)
    return Node(path, part, own.label if own else "", problem, None, [], children, addable, relations)


def _sections(subject: Subject, checked: Checked) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(section.label, _options(section.fields, checked)) for section in subject.sections]


def _options(fields: Any, checked: Checked) -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in fields if checked.role.can(one.power)]


def _relations(subject: Subject, checked: Checked) -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in subject.relations if checked.role.can(one.power)]


def _value_shown(found: Field, value: str, checked: Checked) -> str:
    if found.kind is Kind.PLACE:
        return place_shown(value, checked)
    if found.kind is Kind.CODE and found.choices is not None and found.choices.knows(value):
        return f"{found.choices.label(value)} {value}"
    return value


def place_shown(value: str, checked: Checked) -> str:
    """Return 简称 编码 of an organisation in reach; what was typed, where it is none."""
    row = checked.places.get(int(value)) if value.isascii() and value.isdigit() else None
    return f"{row.short_name} {row.code}" if row is not None else value


def columns_shown(checked: Checked) -> list[tuple[str, str, bool, bool]]:
    """Return (name, label, is first, is last) of the columns chosen."""
    subject: Any = checked.subject
    names = columns_of(checked.query)
    labels = {name: one.label for name, one in (*subject.related.items(), *subject.fields.items())}
    return [(name, labels.get(name, name), name == names[0], name == names[-1]) for name in names]


def columns_offered(checked: Checked) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields and relations that are not columns yet, under their headings."""
    subject: Any = checked.subject
    names = set(columns_of(checked.query))
    listed = [
        (section.label, _options([one for one in section.fields if one.is_listed and one.name not in names], checked))
        for section in subject.sections
    ]
    told = _options([one for one in subject.relations if one.name not in names], checked)
    return [*listed, ("明细（逐条列出）", told)] if told else listed
