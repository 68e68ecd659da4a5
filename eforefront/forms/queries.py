"""The form of a query: read from what was sent, shown as it stands. Every step is a button of the form; no script.

A node of the tree is named by its path: `w` is the whole condition, `w.0` its first part, `w.0.1` the second part of
that. A condition sends `w.0.field`, `w.0.op` and `w.0.value`; a group `w.0.every`, with `w.0.relation`, `w.0.how` and
`w.0.number` where it asks for rows that hang on what is asked for. `do` says which button was pressed.
"""

import re
from dataclasses import dataclass, replace
from dataclasses import field as made_of
from typing import Any

from django import forms
from django.db.models import Q

from eforefront.models import SavedQuery
from eforefront.queries.checking import Checked
from eforefront.queries.definition import HOWS, MOST_COLUMNS, MOST_VALUES, Condition, Group, Part, Query, refuse_large
from eforefront.queries.fields import Field
from eforefront.queries.groupings import groupings_of
from eforefront.queries.kinds import MANY, Kind, operators_of
from eforefront.queries.subjects import SUBJECTS, Subject
from orgs.models import Organization
from partyplatform.ui.forms import CleanText, PlatformForm
from partyplatform.ui.texts import cleaned

_SEPARATORS = re.compile("[、，,；;\n]")
_SHORT_LIST = 12


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────


def read(post: Any, role: Any) -> Query:
    """Return the query that was sent, names of organisations and codes understood where they can be.

    Raises ValidationError for one that is larger than a query may be.
    """
    subject = SUBJECTS.get(post.get("subject", ""), SUBJECTS["member"])
    query = Query(
        subject=subject.name,
        scope=_text(post, "scope"),
        place=_text(post, "place"),
        on=_text(post, "on"),
        where=_read_group(post, "w", subject, None),
        columns=tuple(dict.fromkeys(name[:60] for name in post.getlist("columns")[: MOST_COLUMNS + 1])),
        sort=_text(post, "sort"),
    )
    refuse_large(query)
    return _with_places(query, role)


def _text(post: Any, name: str) -> str:
    return cleaned(post.get(name, ""))[:100]


def _read_group(post: Any, path: str, subject: Subject, relation: Any) -> Group:
    name = _text(post, f"{path}.relation")
    relation = subject.related.get(name) or relation
    parts: list[Part] = []
    for number in range(100):
        inner = f"{path}.{number}"
        if f"{inner}.field" in post:
            parts.append(_read_condition(post, inner, subject, relation))
        elif f"{inner}.every" in post and path.count(".") < 8:
            parts.append(_read_group(post, inner, subject, relation))
        else:
            break
    how = _text(post, f"{path}.how")
    number = _text(post, f"{path}.number")
    return Group(tuple(parts), post.get(f"{path}.every") != "0", name, how if how in HOWS else "some", number)


def _read_condition(post: Any, path: str, subject: Subject, relation: Any) -> Condition:
    name = _text(post, f"{path}.field")
    found = relation.field(name) if relation else subject.fields.get(name)
    values = [cleaned(value)[:100] for value in post.getlist(f"{path}.value")[:MOST_VALUES]]
    if found is not None and found.kind in (Kind.CODE, Kind.PLACE):
        values = [part.strip() for value in values for part in _SEPARATORS.split(value)]
        if found.choices is not None:
            values = [found.choices.resolve(value) for value in values if value]
    return Condition(name, _text(post, f"{path}.op"), tuple(value for value in values if value)[:MOST_VALUES])


def _with_places(query: Query, role: Any) -> Query:
    """Put the ids of organisations in place of the names and codes that were typed, as far as they are in reach."""
    subject = SUBJECTS[query.subject]
    typed = {query.place} | set(_typed_places(query.where, subject, None))
    wanted = {text: text.split()[-1] for text in typed if text}
    if not wanted:
        return query
    words = {*wanted, *wanted.values()}
    named = Q(code__in=words) | Q(short_name__in=words) | Q(full_name__in=words)
    found: dict[str, set[str]] = {}
    for row in Organization.objects.visible_to(role).filter(named).only("code", "short_name", "full_name"):
        for text in {row.code, row.short_name, row.full_name}:
            found.setdefault(text, set()).add(str(row.pk))
    ids = {}
    for text, last in wanted.items():
        one = found.get(last if len(last) == 12 and last.isdigit() else text, set())
        ids[text] = next(iter(one)) if len(one) == 1 else text
    return replace(query, place=ids.get(query.place, ""), where=_placed(query.where, subject, None, ids))


def _typed_places(group: Group, subject: Subject, relation: Any) -> list[str]:
    relation = subject.related.get(group.relation) or relation
    found: list[str] = []
    for part in group.parts:
        if isinstance(part, Group):
            found += _typed_places(part, subject, relation)
        elif _is_place(part, subject, relation):
            found += part.values
    return found


def _placed(group: Group, subject: Subject, relation: Any, ids: dict[str, str]) -> Group:
    relation = subject.related.get(group.relation) or relation
    parts: list[Part] = []
    for part in group.parts:
        if isinstance(part, Group):
            parts.append(_placed(part, subject, relation, ids))
        elif _is_place(part, subject, relation):
            parts.append(replace(part, values=tuple(ids.get(value, value) for value in part.values)))
        else:
            parts.append(part)
    return replace(group, parts=tuple(parts))


def _is_place(part: Condition, subject: Subject, relation: Any) -> bool:
    found = relation.field(part.field) if relation else subject.fields.get(part.field)
    return found is not None and found.kind is Kind.PLACE


# ── the buttons ─────────────────────────────────────────────────────────────────────────────────────────


def pressed(query: Query, do: str, post: Any) -> tuple[Query, str]:
    """Return the query after a button of the form, and the part of the page to go on at."""
    verb, _, at = do.partition(" ")
    match verb:
        case "condition" | "group" | "related":
            part = _new(verb, at, query, post)
            if part is None:
                return query, at
            return replace(query, where=_changed(query.where, at, lambda group: _plus(group, part))), at
        case "remove":
            above, _, number = at.rpartition(".")
            return replace(query, where=_changed(query.where, above, lambda group: _minus(group, number))), above
        case "column":
            name = post.get("new_column", "")
            return replace(query, columns=tuple(dict.fromkeys((*_columns(query), name)))) if name else query, "columns"
        case "drop" | "earlier" | "later":
            return replace(query, columns=_moved(_columns(query), verb, at)), "columns"
    return query, ""


def _columns(query: Query) -> tuple[str, ...]:
    return query.columns or SUBJECTS[query.subject].columns


def _new(verb: str, at: str, query: Query, post: Any) -> Part | None:
    subject = SUBJECTS[query.subject]
    if verb == "group":
        return Group()
    if verb == "related":
        name = post.get(f"{at}.add_related", "")
        return Group(relation=name) if name in subject.related else None
    name = post.get(f"{at}.add", "")
    relation = _relation_at(query.where, at, subject)
    found = relation.field(name) if relation else subject.fields.get(name)
    return Condition(name, operators_of(found.kind)[0].name) if found else None


def _relation_at(group: Group, path: str, subject: Subject) -> Any:
    """Return the relation whose rows the group at a path asks of."""
    relation = None
    for number in path.split(".")[1:]:
        group = _part_at(group, number)
        relation = subject.related.get(group.relation) or relation
    return relation


def _part_at(group: Group, number: str) -> Any:
    return group.parts[int(number)] if number.isdigit() and int(number) < len(group.parts) else Group()


def _changed(group: Group, path: str, change: Any) -> Group:
    _, _, rest = path.partition(".")
    if not rest:
        return change(group)
    number = rest.partition(".")[0]
    part = _part_at(group, number)
    if not isinstance(part, Group) or part not in group.parts:
        return group
    place = int(number)
    inner = _changed(part, rest, change)
    return replace(group, parts=(*group.parts[:place], inner, *group.parts[place + 1 :]))


def _plus(group: Group, part: Part) -> Group:
    return replace(group, parts=(*group.parts, part))


def _minus(group: Group, number: str) -> Group:
    place = int(number) if number.isdigit() else len(group.parts)
    return replace(group, parts=group.parts[:place] + group.parts[place + 1 :])


def _moved(names: tuple[str, ...], verb: str, name: str) -> tuple[str, ...]:
    if name not in names:
        return names
    left = [other for other in names if other != name]
    if verb == "drop":
        return tuple(left)
    place = names.index(name) + (1 if verb == "later" else -1)
    left.insert(max(0, place), name)
    return tuple(left)


# ── showing ─────────────────────────────────────────────────────────────────────────────────────────────


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
    names = _columns(checked.query)
    labels = {name: one.label for name, one in (*subject.related.items(), *subject.fields.items())}
    return [(name, labels.get(name, name), name == names[0], name == names[-1]) for name in names]


def columns_offered(checked: Checked) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields and relations that are not columns yet, under their headings."""
    subject: Any = checked.subject
    names = set(_columns(checked.query))
    listed = [
        (section.label, _options([one for one in section.fields if one.is_listed and one.name not in names], checked))
        for section in subject.sections
    ]
    told = _options([one for one in subject.relations if one.name not in names], checked)
    return [*listed, ("明细（逐条列出）", told)] if told else listed


class SaveForm(PlatformForm):
    """The name of a query, and who else may use it."""

    also_sent = ("version",)

    name = CleanText(label="查询名称", max_length=50)
    sharing = forms.ChoiceField(
        label="谁可以使用",
        choices=SavedQuery.Sharing,
        widget=forms.RadioSelect,
        help_text="他人使用时按其本人的管理范围和权限查询",
    )


class AskForm(PlatformForm):
    """What full records are needed for."""

    reason = CleanText(
        label="用途", max_length=200, widget=forms.TextInput(attrs={"placeholder": "如 年度党内统计核对"})
    )


class TableForm(forms.Form):
    """The rows and columns of 随机统计."""

    use_required_attribute = True

    def __init__(self, subject: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "请选择"), *((one.name, one.label) for one in groupings_of(subject))]
        for name, label in (("rows", "行"), ("across", "列")):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)
