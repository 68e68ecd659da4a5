"""A query in words: above its list, in the workbook, in the audit. Sealed values that were looked for stay unsaid."""

from collections.abc import Mapping
from typing import Any

from eforefront.queries.definition import HOWS, Condition, Group, Query
from eforefront.queries.fields import Field
from eforefront.queries.kinds import OPERATORS, Kind
from eforefront.queries.subjects import SUBJECTS, Subject

LONGEST = 500


def described(query: Query, places: Mapping[int, Any]) -> str:
    """Return the query in one line. `places` are the organisations in reach that it names."""
    subject = SUBJECTS[query.subject]
    scope = dict(subject.scopes).get(query.scope, subject.scopes[0][1])
    parts = [f"范围 {scope}"]
    if query.place:
        parts.append(f"党组织 {_place(query.place, places)}")
    if query.on:
        parts.append(f"截至 {query.on}")
    if words := group_words(query.where, subject, places):
        parts.append(words)
    return "；".join(parts)


def group_words(group: Group, subject: Subject, places: Mapping[int, Any]) -> str:
    """Return the conditions of a group, those inside in brackets."""
    relation = subject.related.get(group.relation) if group.relation else None
    words = []
    for part in group.parts:
        if isinstance(part, Condition):
            field = relation.field(part.field) if relation else subject.fields.get(part.field)
            words.append(_condition_words(part, field, places))
        elif part.relation:
            words.append(group_words(part, subject, places))
        elif inner := group_words(part, subject, places):
            words.append(f"（{inner}）" if len(part.parts) > 1 else inner)
    found = (" 并且 " if group.every else " 或者 ").join(words)
    if relation is None:
        return found
    number = group.number if group.how in ("at_least", "at_most") else ""
    return f"{HOWS[group.how]}{number}{relation.label}" + (f"（{found}）" if found else "")


def _condition_words(part: Condition, field: Field | None, places: Mapping[int, Any]) -> str:
    operator = OPERATORS.get(part.op)
    if field is None or operator is None:
        return "？"
    shown = [value_words(field, value, places) for value in part.values if value.strip()]
    values = "" if operator.takes == 0 else "、".join(shown) if operator.takes != 2 else " 至 ".join(shown[:2])
    return f"{field.label} {operator.label} {values}".strip()


def value_words(field: Field, value: str, places: Mapping[int, Any]) -> str:
    """Return one value as people read it."""
    if field.kind is Kind.EXACT:
        return "（指定值）"
    if field.kind is Kind.PLACE:
        return _place(value, places)
    return field.choices.label(value) if field.choices is not None else value


def _place(value: str, places: Mapping[int, Any]) -> str:
    found = places.get(int(value)) if value.isascii() and value.isdigit() else None
    return found.short_name if found is not None else "（没有找到）"
