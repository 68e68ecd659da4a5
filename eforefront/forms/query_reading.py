"""The form of a query as it was sent: names, codes and organisations understood where they can be.

A node of the tree is named by its path: `w` is the whole condition, `w.0` its first part, `w.0.1` the second part of
that. A condition sends `w.0.field`, `w.0.op` and `w.0.value`; a group `w.0.every`, with `w.0.relation`, `w.0.how` and
`w.0.number` where it asks for rows that hang on what is asked for.
"""

import re
from dataclasses import replace
from typing import Any

from django.db.models import Q

from eforefront.queries.definition import HOWS, MOST_COLUMNS, MOST_VALUES, Condition, Group, Part, Query, refuse_large
from eforefront.queries.kinds import Kind
from eforefront.queries.subjects import SUBJECTS, Subject
from orgs.models import Organization
from partyplatform.ui.texts import cleaned

_SEPARATORS = re.compile("[、，,；;\n]")


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
        rows=_text(post, "rows"),
        across=_text(post, "across"),
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
