"""Finding a code by what people type: its name, a part of it, or the code itself."""

from collections.abc import Iterator
from functools import cache, lru_cache

from members import codes
from members.items import region_name
from partyplatform.codetable import CodeTable
from partyplatform.ui.texts import cleaned

SHOWN = 20  # suggestions at once
NAMED = 6  # alternatives named in a refusal

# What the address calls each table that is searched in.
TABLES = {"regions": codes.REGIONS, "titles": codes.PROFESSIONAL_TITLES, "jobs": codes.JOB_POSTS}


class Unclear(Exception):
    """The text names no code, or several; the message says so to people."""


def label(table: CodeTable, code: str) -> str:
    """Return what a field shows for a code: 北京市东城区 110101, 教授 011. "" for an empty one."""
    if not code:
        return ""
    if table is codes.REGIONS:
        return f"{region_name(code)} {code}"
    name = table.label(code)
    return name if table.display(code) == name else f"{name} {code}"


def matches(table: CodeTable, text: str) -> list[str]:
    """Return the labels of the codes whose label holds every word typed, whole names first."""
    words = cleaned(text).split()
    if not words:
        return []
    found = [shown for shown in _labels(table) if all(word in shown for word in words)]
    return sorted(found, key=lambda shown: words[0] not in shown.split()[0][-len(words[0]) :])[:SHOWN]


def resolve(table: CodeTable, text: str) -> str:
    """Return the code a text means: a label as suggested, a code, a name that only one code bears; "" for nothing.

    Raises `Unclear` for anything else.
    """
    text = cleaned(text)
    if not text:
        return ""
    code = text.split()[-1]
    if table.is_offered(code) and text in (code, label(table, code)):
        return code
    if code in table.headings and text in (code, label(table, code)):
        raise Unclear(f"“{text[:20]}”是分类，请填写到最末一级（地区到县、区一级）")
    named = _by_name(table).get(text, [])
    if len(named) == 1:
        return named[0].split()[-1]
    alternatives = named or list(_alternatives(table, text))
    if not alternatives:
        raise Unclear(f"没有“{text[:20]}”，请输入名称或代码后从提示中选择")
    more = "等" if len(alternatives) > NAMED else ""
    raise Unclear(f"“{text[:20]}”不能确定是哪一项，请写明：{'、'.join(alternatives[:NAMED])}{more}")


@lru_cache(maxsize=1024)
def _alternatives(table: CodeTable, text: str) -> tuple[str, ...]:
    return tuple(matches(table, text))


@cache
def _by_name(table: CodeTable) -> dict[str, list[str]]:
    """The labels of the codes that a name may mean: 东城区 as well as 北京市东城区."""
    found: dict[str, list[str]] = {}
    for shown in _labels(table):
        for name in {shown.split()[0], table.label(shown.split()[-1])}:
            found.setdefault(name, []).append(shown)
    return found


@cache
def _labels(table: CodeTable) -> tuple[str, ...]:
    return tuple(_every_label(table))


def _every_label(table: CodeTable) -> Iterator[str]:
    for code, _ in table.choices:
        shown = label(table, code)
        yield shown if shown.endswith(code) else f"{shown} {code}"
