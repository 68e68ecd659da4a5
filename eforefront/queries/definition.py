"""A query as it is kept: what is asked for, under which conditions, in which columns. JSON without a word of SQL."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

MOST_PARTS = 40  # conditions and groups of one query
DEEPEST = 4  # groups inside one another
MOST_COLUMNS = 20
MOST_VALUES = 100
LONGEST = 100  # characters of one value
LONGEST_TEXT = 20_000
UNREADABLE = "查询内容无法识别，请重新设置条件"


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one field. Values are kept as they were typed until they are understood."""

    field: str
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that all have to hold, or any of them. With `relation` they are asked of the rows that hang on it:
    `how` is some, none, at_least or at_most of which fulfil them."""

    parts: tuple["Condition | Group", ...] = ()
    every: bool = True
    relation: str = ""
    how: str = "some"
    number: str = ""


Part = Condition | Group
HOWS = {"some": "有", "none": "没有", "at_least": "不少于", "at_most": "不多于"}


@dataclass(frozen=True, slots=True)
class Query:
    """`place` is an organisation's id, "" for the whole reach; `on` a day in the past, "" for today.

    `rows` and `across` are the groupings of 随机统计.
    """

    subject: str = "member"
    scope: str = ""
    place: str = ""
    on: str = ""
    where: Group = field(default_factory=Group)
    columns: tuple[str, ...] = ()
    sort: str = ""
    rows: str = ""
    across: str = ""

    def narrowed(self, *parts: Part) -> "Query":
        """Return the query with more that has to hold."""
        more = tuple(part for part in parts if part != Group())
        return replace(self, where=Group((self.where, *more))) if more else self


def parts_of(group: Group, path: str = "w") -> Iterator[tuple[str, Part]]:
    """Yield every condition and group inside a group, with its path: w.0, w.0.1."""
    for number, part in enumerate(group.parts):
        yield f"{path}.{number}", part
        if isinstance(part, Group):
            yield from parts_of(part, f"{path}.{number}")


def dump(query: Query) -> str:
    """Return the text of a query."""
    return json.dumps(asdict(query), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Query:
    """Return the query of a text; raises ValidationError for one that is none, or larger than any form makes it."""
    try:
        if len(text) > LONGEST_TEXT:
            raise ValueError
        found = json.loads(text)
        where = _group(found.pop("where"), 0)
        columns = tuple(map(_word, found.pop("columns")[: MOST_COLUMNS + 1]))
        query = Query(where=where, columns=columns, **{name: _word(value) for name, value in found.items()})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValidationError(UNREADABLE) from None
    refuse_large(query)
    return query


def refuse_large(query: Query) -> None:
    """Raise ValidationError for more conditions or deeper groups than a query may have."""
    found = list(parts_of(query.where))
    if len(found) > MOST_PARTS:
        raise ValidationError(f"条件和条件组不能超过 {MOST_PARTS} 个")
    if any(path.count(".") > DEEPEST + 1 for path, _ in found):
        raise ValidationError(f"条件组最多嵌套 {DEEPEST} 层")
    if len(query.columns) > MOST_COLUMNS:
        raise ValidationError(f"输出列不能超过 {MOST_COLUMNS} 个")


def _group(found: dict[str, Any], depth: int) -> Group:
    if depth > DEEPEST + 2:
        raise ValueError
    parts = tuple(_part(part, depth + 1) for part in found["parts"][: MOST_PARTS + 1])
    how = _word(found["how"])
    if how not in HOWS or not isinstance(found["every"], bool):
        raise ValueError
    return Group(parts, found["every"], _word(found["relation"]), how, _word(found["number"]))


def _part(found: dict[str, Any], depth: int) -> Part:
    if "parts" in found:
        return _group(found, depth)
    values = tuple(map(_word, found["values"][: MOST_VALUES + 1]))
    return Condition(_word(found["field"]), _word(found["op"]), values)


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError
    return value
