"""Lines of the pages of an uploaded sheet: a bad cell, what became of a row, how many rows of each kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .columns import Column
from .status import Status

MARKS = {
    "new": Status("新增", "green"),
    "update": Status("更新", "amber"),
    "same": Status("无变化", ""),
    "faulty": Status("有错误", "red"),
    "waiting": Status("未检查", "blue"),
}
FAULT_COLUMNS = (
    Column("行", "place"),
    Column("列", "heading"),
    Column("填写的内容", "value"),
    Column("错误说明", "text"),
)
FAULT_COLUMNS_OF_PEOPLE = (*FAULT_COLUMNS[:2], Column("姓名", "name"), *FAULT_COLUMNS[2:])
COUNT_COLUMNS = (
    Column("新增", "counts.new", kind="number"),
    Column("更新", "counts.update", kind="number"),
    Column("无变化", "counts.same", kind="number"),
    Column("错误行", "counts.faulty", kind="number"),
)


@dataclass(frozen=True)
class FaultLine:
    """One bad cell; `letter` is that of its column, where the sheet has it."""

    row: int
    heading: str
    value: str
    text: str
    name: str = ""
    letter: str = ""

    @property
    def place(self) -> str:
        return f"第 {self.row} 行{f' {self.letter} 列' if self.letter else ''}"


def fault_lines(rows: Iterable[Any], columns: Mapping[str, str], shown: Callable[[Any, str], str]) -> list[FaultLine]:
    """Return a line for every bad cell; `shown` gives what stands in a cell as pages may show it."""
    return [
        FaultLine(row.number, row.headings[name], shown(row, name), text, row.name, columns.get(name, ""))
        for row in rows
        for name, text in row.bad_cells.items()
    ]
