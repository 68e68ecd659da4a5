"""Counting one table: a grouped statement for each thing it counts, put together by row and column in memory.

A statement groups by what the conditions of the table can tell apart and returns some thousand groups at most, however
many people there are; each group then counts in every row and column whose conditions hold for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count

from eforefront.statistics.conditions import Test
from eforefront.statistics.definitions import Line, Table
from eforefront.statistics.facts import FACTS, grouping
from eforefront.statistics.frame import Frame
from eforefront.statistics.sources import SOURCES, Source

Cells = dict[tuple[str, str], int]
When = tuple[tuple[str, Test], ...]


def count_table(table: Table, frame: Frame) -> list[list[int | None]]:
    """Return the figures of a table, row by row; None where the platform holds nothing."""
    cells: Cells = {}
    for name, pairs in _by_source(table).items():
        cells |= _count(SOURCES[name], frame, pairs)
    _work_out(table, cells)
    return [[cells.get((row.key, column.key)) for column in table.columns] for row in table.rows]


def count_where(name: str, when: When, frame: Frame) -> int:
    """Return how many of a source a condition holds for."""
    source = SOURCES[name]
    row, column = Line("all", "", when=when), Line("all", "")
    return _count(source, frame, [(row, column)])["all", "all"]


def _by_source(table: Table) -> dict[str, list[tuple[Line, Line]]]:
    found: dict[str, list[tuple[Line, Line]]] = defaultdict(list)
    for row in table.rows:
        for column in table.columns:
            if name := table.source_of(row, column):
                found[name].append((row, column))
    return found


def _count(source: Source, frame: Frame, pairs: Sequence[tuple[Line, Line]]) -> Cells:
    """Return the figures of these cells, all of one source."""
    lines = {id(line): line for pair in pairs for line in pair}
    tests = _tests(lines.values(), frame)
    groupings = {
        name: grouping(FACTS[name], source.expression(name, frame), known, is_dear=name in source.facts)
        for name, known in tests.items()
    }
    wanted = {key: _bits(line, tests, frame) for key, line in lines.items()}
    columns = _columns(pairs)
    cells: Cells = {(row.key, column.key): 0 for row, column in pairs}
    for masks, number in _groups(source, frame, groupings):
        holding = {key for key, bits in wanted.items() if all(masks[name] & bit for name, bit in bits)}
        for key, beside in columns.items():
            if key in holding:
                for other in beside:
                    if other in holding:
                        cells[lines[key].key, lines[other].key] += number
    return cells


def _columns(pairs: Iterable[tuple[Line, Line]]) -> dict[int, list[int]]:
    """{row: the columns it has cells in}."""
    found: dict[int, list[int]] = defaultdict(list)
    for row, column in pairs:
        found[id(row)].append(id(column))
    return found


def _tests(lines: Iterable[Line], frame: Frame) -> dict[str, list[Any]]:
    """{fact: the different tests of it}."""
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        for name, test in line.when:
            settled = FACTS[name].settled(test, frame)
            if settled not in found[name]:
                found[name].append(settled)
    return found


def _bits(line: Line, tests: Mapping[str, list[Any]], frame: Frame) -> list[tuple[str, int]]:
    return [(name, 1 << tests[name].index(FACTS[name].settled(test, frame))) for name, test in line.when]


def _groups(source: Source, frame: Frame, groupings: Mapping[str, Any]) -> Iterable[tuple[dict[str, int], int]]:
    """Yield what holds for each group, and how many there are in it."""
    names = list(groupings)
    columns = {f"by_{name}": groupings[name].expression for name in names}
    for rows in source.rows(frame):
        if not names:
            yield {}, rows.count()
            continue
        grouped = rows.annotate(**columns).values(*columns).annotate(number=Count("pk")).values_list(*columns, "number")
        for *values, number in grouped.order_by():
            yield {name: groupings[name].mask(value) for name, value in zip(names, values, strict=True)}, number


def _work_out(table: Table, cells: Cells) -> None:
    """Add up the rows and columns that are sums of others, in their order."""
    for row in table.rows:
        for column in table.columns:
            if row.is_formula and not column.is_formula:
                cells[row.key, column.key] = _sum(
                    row, {line.key: cells.get((line.key, column.key)) for line in table.rows}
                )
    for column in table.columns:
        if column.is_formula:
            for row in table.rows:
                parts = {line.key: cells.get((row.key, line.key)) for line in table.columns}
                if not row.absent:
                    cells[row.key, column.key] = _sum(column, parts)


def _sum(line: Line, parts: Mapping[str, int | None]) -> int:
    return sum(parts[key] or 0 for key in line.plus) - sum(parts[key] or 0 for key in line.minus)
