"""The JSON schemas of the exchange (transfers/data/exchange/), and the part of JSON Schema they are written in.

What arrives is judged by the files that document it. Source: docs/exchange.md.
"""

import datetime
import json
import re
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from partyplatform.ui.texts import is_readable

FOLDER = Path(__file__).parent.parent / "data" / "exchange"
NAMES = ("envelope", "transfer", "receipt", "refusal", "card")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
KEYWORDS = frozenset({
    "$schema", "title", "description", "type", "properties", "required", "additionalProperties", "items", "minItems",
    "maxItems", "const", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "format",
})  # fmt: skip
_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int}


@cache
def schema(name: str) -> dict[str, Any]:
    """Return one of the schemas by its name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def fault(value: Any, name: str) -> str:
    """Return where a value departs from a schema ("letter.days：…"), "" for one that fits."""
    return next(_faults(value, schema(name), ""), "")


def spelled(value: Any) -> bytes:
    """Return the one spelling of a JSON value: sorted, without blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes) -> Any:
    """Return the value spelled by `data`; ValueError for anything that is not JSON in its one spelling."""
    try:
        value = json.loads(data)
        if spelled(value) != data:
            raise ValueError("not in its one spelling")
    except (RecursionError, UnicodeEncodeError):
        raise ValueError("not readable") from None
    return value


def _faults(value: Any, rules: dict[str, Any], place: str) -> Iterator[str]:
    expected = rules["type"]
    if not isinstance(value, _TYPES[expected]) or isinstance(value, bool):
        yield f"{place or '内容'}：应为 {expected}"
    elif expected == "object":
        yield from _faults_of_object(value, rules, place)
    elif expected == "array":
        if not rules.get("minItems", 0) <= len(value) <= rules["maxItems"]:
            yield f"{place}：数目不符"
        for number, item in enumerate(value):
            yield from _faults(item, rules["items"], f"{place}[{number}]")
    elif expected == "string" and not is_readable(value):
        yield f"{place}：有不可见字符"
    elif not all(holds(value, rules[word]) for word, holds in _SCALARS.items() if word in rules):
        yield f"{place}：不符合要求"


def _faults_of_object(value: dict[str, Any], rules: dict[str, Any], place: str) -> Iterator[str]:
    known = rules["properties"]
    before = f"{place}." if place else ""
    yield from (f"{before}{name}：缺少" for name in rules["required"] if name not in value)
    if any(name not in known for name in value):
        yield f"{place or '内容'}：有未约定的项目"
    for name, part in known.items():
        if name in value:
            yield from _faults(value[name], part, f"{before}{name}")


def _matches(value: str, pattern: str) -> bool:
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value, re.ASCII) is not None


def _is_spelled_as(value: str, kind: str) -> bool:
    try:
        return _FORMATS[kind](value) == value
    except ValueError:
        return False


_FORMATS: dict[str, Callable[[str], str]] = {
    "uuid": lambda text: str(uuid.UUID(text)),
    "date": lambda text: datetime.date.fromisoformat(text).isoformat(),
    "date-time": lambda text: datetime.datetime.strptime(text, MOMENT).strftime(MOMENT),
}
_SCALARS: dict[str, Callable[[Any, Any], bool]] = {
    "const": lambda value, rule: value == rule,
    "enum": lambda value, rule: value in rule,
    "minLength": lambda value, rule: len(value) >= rule,
    "maxLength": lambda value, rule: len(value) <= rule,
    "minimum": lambda value, rule: value >= rule,
    "maximum": lambda value, rule: value <= rule,
    "pattern": _matches,
    "format": _is_spelled_as,
}
