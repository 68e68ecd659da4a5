"""The tables of an edition, read from files and checked: what an organisation department revises by year.

An edition is a folder named for the first year it is for. In it each table is a file `NN.toml`, `stubs.toml` holds rows
and columns that several tables share, `checks.toml` what must agree. How they are written: docs/statistics.md.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from eforefront.statistics.conditions import Test, Unreadable
from eforefront.statistics.facts import FACTS
from eforefront.statistics.sources import SOURCES

SHIPPED = Path(__file__).parent.parent / "data" / "statistics"
_LINE = {"key", "name", "level", "group", "source", "when", "plus", "minus", "absent", "moves"}
_TABLE = {"title", "source", "when", "unit", "note", "rows", "columns", "rows_from", "columns_from"}


class BadDefinition(Exception):
    """Files that do not say what they should; the message names file and place, in Chinese."""


@dataclass(frozen=True)
class Line:
    """A row or a column. What has `plus` is worked out from other lines, what has `absent` is not held by the platform.

    `moves` marks what adds up over the organisations below only after what moved among them has cancelled out.
    """

    key: str
    name: str
    level: int = 0
    group: str = ""
    source: str = ""
    when: tuple[tuple[str, Test], ...] = ()
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    absent: str = ""
    moves: bool = False

    @property
    def is_formula(self) -> bool:
        return bool(self.plus)


@dataclass(frozen=True)
class Table:
    """One table of an edition."""

    number: str
    title: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    source: str = ""
    unit: str = "名"
    note: str = ""

    def row(self, key: str) -> Line | None:
        return next((line for line in self.rows if line.key == key), None)

    def column(self, key: str) -> Line | None:
        return next((line for line in self.columns if line.key == key), None)

    def source_of(self, row: Line, column: Line) -> str:
        """Return what a cell counts, "" for one that is worked out or not held."""
        if row.absent or column.absent or row.is_formula or column.is_formula:
            return ""
        return column.source or row.source or self.source

    @property
    def shown_number(self) -> str:
        """2 for 02."""
        return str(int(self.number))

    @property
    def has_groups(self) -> bool:
        return any(column.group for column in self.columns)


@dataclass(frozen=True)
class Side:
    """One side of a check: a cell of a table, what a source counts under a condition, or a number."""

    table: str = ""
    row: str = ""
    column: str = ""
    source: str = ""
    when: tuple[tuple[str, Test], ...] = ()
    number: int | None = None


@dataclass(frozen=True)
class Check:
    """What must agree: two sides; or in every row of a table, the sum of some columns with another column."""

    name: str
    left: Side | None = None
    right: Side | None = None
    table: str = ""
    total: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """The rules of a year."""

    name: str
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]

    def table(self, number: str) -> Table | None:
        return next((table for table in self.tables if table.number == number), None)


def edition_for(year: int) -> Edition:
    """Return the edition in force for a year: the latest one that begins in it or before, else the first.

    Raises BadDefinition.
    """
    names = editions()
    fitting = [name for name in names if int(name) <= year]
    return edition(fitting[-1] if fitting else names[0])


def editions() -> list[str]:
    """Return the names of all editions, the earliest first; a folder of the operator takes a shipped one's place."""
    names = {path.name for folder in _folders() if folder.is_dir() for path in folder.iterdir() if path.name.isdigit()}
    if not names:
        raise BadDefinition(f"{SHIPPED} 中没有党内统计的报表定义")
    return sorted(names)


def edition(name: str) -> Edition:
    """Return one edition; read anew when a file of it has changed. Raises BadDefinition."""
    folder = next((path for folder in _folders() if (path := folder / name).is_dir()), None)
    if folder is None:
        raise BadDefinition(f"没有 {name} 版的报表定义")
    stamp = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.toml")))
    return _read(folder, stamp)


def _folders() -> list[Path]:
    own = settings.STATISTICS_DIR
    return ([Path(own)] if own else []) + [SHIPPED]


@cache
def _read(folder: Path, stamp: tuple) -> Edition:
    stubs = _toml(folder / "stubs.toml") if (folder / "stubs.toml").exists() else {}
    numbers = sorted(path for path in folder.glob("[0-9][0-9].toml"))
    if not numbers:
        raise BadDefinition(f"{folder} 中没有报表文件（如 01.toml）")
    tables = tuple(_table(path, stubs) for path in numbers)
    checks = tuple(_checks(folder / "checks.toml", {table.number: table for table in tables}))
    return Edition(folder.name, tables, checks)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadDefinition(f"{path.name}：不能读取（{fault}）") from None


def _table(path: Path, stubs: Mapping[str, Any]) -> Table:
    written = _toml(path)
    if unknown := set(written) - _TABLE:
        raise BadDefinition(f"{path.name}：没有“{'、'.join(sorted(unknown))}”这一项")
    lines = {}
    for axis in ("rows", "columns"):
        found = list(_own_and_shared(path, axis, written, stubs))
        lines[axis] = tuple(_line(path, axis, number, line) for number, line in enumerate(found, 1))
        if axis == "rows" and "when" in written:
            lines[axis] = _narrowed(lines[axis], _when(path.name, written["when"]))
        _check_axis(path, axis, lines[axis])
    table = Table(
        number=path.stem,
        title=written.get("title", ""),
        source=written.get("source", ""),
        unit=written.get("unit", "名"),
        note=written.get("note", ""),
        **lines,
    )
    _check_cells(path, table)
    return table


def _own_and_shared(
    path: Path, axis: str, written: Mapping[str, Any], stubs: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Shared rows stand above the table's own, shared columns behind them."""
    if axis == "columns":
        yield from written.get(axis, ())
    for name in written.get(f"{axis}_from", ()):
        if name not in stubs.get(axis, {}):
            raise BadDefinition(f"{path.name}：stubs.toml 中没有 {axis}.{name}")
        yield from stubs[axis][name]
    if axis == "rows":
        yield from written.get(axis, ())


def _narrowed(lines: tuple[Line, ...], when: tuple[tuple[str, Test], ...]) -> tuple[Line, ...]:
    """What holds for the whole table holds in each row that counts what the table counts."""
    return tuple(
        line if line.source or line.plus or line.absent else replace(line, when=line.when + when) for line in lines
    )


def _line(path: Path, axis: str, number: int, written: Mapping[str, Any]) -> Line:
    place = f"{path.name}：第 {number} {'行' if axis == 'rows' else '列'}“{written.get('name', '')}”"
    if unknown := set(written) - _LINE:
        raise BadDefinition(f"{place}没有“{'、'.join(sorted(unknown))}”这一项")
    if not written.get("name"):
        raise BadDefinition(f"{place}没有名称")
    source = written.get("source", "")
    if source and source not in SOURCES:
        raise BadDefinition(f"{place}的统计对象“{source}”不存在")
    values = {
        name: written[name] for name in ("name", "level", "group", "source", "absent", "moves") if name in written
    }
    return Line(
        key=written.get("key", f"{axis[0]}{number}"),
        when=_when(place, written.get("when", {})),
        plus=tuple(written.get("plus", ())),
        minus=tuple(written.get("minus", ())),
        **values,
    )


def _when(place: str, written: Mapping[str, Any]) -> tuple[tuple[str, Test], ...]:
    tests = []
    for name, value in written.items():
        if name not in FACTS:
            raise BadDefinition(f"{place}的条件“{name}”不存在，可用的有：{'、'.join(FACTS)}")
        try:
            tests.append((name, FACTS[name].read(value)))
        except Unreadable as fault:
            raise BadDefinition(f"{place}的条件 {name}（{FACTS[name].label}）：{fault}") from None
    return tuple(tests)


def _check_axis(path: Path, axis: str, lines: tuple[Line, ...]) -> None:
    keys = [line.key for line in lines]
    word = "行" if axis == "rows" else "列"
    if not lines:
        raise BadDefinition(f"{path.name}：没有{word}")
    if double := {key for key in keys if keys.count(key) > 1}:
        raise BadDefinition(f"{path.name}：{word}的 key “{'、'.join(sorted(double))}”重复")
    for place, line in enumerate(lines):
        for key in (*line.plus, *line.minus):
            if key not in keys:
                raise BadDefinition(f"{path.name}：{word}“{line.name}”引用的 key “{key}”不存在")
            if lines[keys.index(key)].is_formula and keys.index(key) >= place:
                raise BadDefinition(f"{path.name}：{word}“{line.name}”只能引用排在前面的合计“{key}”")


def _check_cells(path: Path, table: Table) -> None:
    if not table.title:
        raise BadDefinition(f"{path.name}：没有 title")
    for row in table.rows:
        for column in table.columns:
            if row.absent or column.absent or row.is_formula or column.is_formula:
                continue
            name, place = table.source_of(row, column), f"{path.name}：“{row.name}”行“{column.name}”列"
            if name not in SOURCES:
                raise BadDefinition(f"{place}没有统计对象（source）")
            if strange := [fact for fact, _ in (*row.when, *column.when) if fact not in SOURCES[name].vocabulary]:
                raise BadDefinition(f"{place}：“{SOURCES[name].label}”没有条件“{'、'.join(strange)}”")


def _checks(path: Path, tables: Mapping[str, Table]) -> Iterable[Check]:
    for number, written in enumerate(_toml(path).get("checks", ()) if path.exists() else (), 1):
        place = f"{path.name}：第 {number} 项“{written.get('name', '')}”"
        if "parts" in written:
            table = tables.get(written.get("table", ""))
            keys = [written.get("total", ""), *written["parts"]]
            if table is None or any(table.column(key) is None for key in keys):
                raise BadDefinition(f"{place}引用的报表或列不存在")
            yield Check(written["name"], table=table.number, total=keys[0], parts=tuple(keys[1:]))
        else:
            sides = {side: _side(place, written.get(side, {}), tables) for side in ("left", "right")}
            yield Check(written.get("name", ""), **sides)


def _side(place: str, written: Mapping[str, Any], tables: Mapping[str, Table]) -> Side:
    if "number" in written:
        return Side(number=int(written["number"]))
    if "source" in written:
        if written["source"] not in SOURCES:
            raise BadDefinition(f"{place}的统计对象“{written['source']}”不存在")
        return Side(source=written["source"], when=_when(place, written.get("when", {})))
    table = tables.get(written.get("table", ""))
    if table is None or table.row(written.get("row", "")) is None or table.column(written.get("column", "")) is None:
        raise BadDefinition(f"{place}引用的单元格不存在")
    return Side(table.number, written["row"], written["column"])
