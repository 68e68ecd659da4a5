"""The buttons of the form of a query: every step is one of them; no script. `do` says which was pressed."""

from dataclasses import replace
from typing import Any

from eforefront.queries.definition import Condition, Group, Part, Query
from eforefront.queries.kinds import operators_of
from eforefront.queries.subjects import SUBJECTS, Subject


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
            return replace(
                query, columns=tuple(dict.fromkeys((*columns_of(query), name)))
            ) if name else query, "columns"
        case "drop" | "earlier" | "later":
            return replace(query, columns=_moved(columns_of(query), verb, at)), "columns"
    return query, ""


def columns_of(query: Query) -> tuple[str, ...]:
    """Return the columns chosen, the usual ones where none were."""
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
