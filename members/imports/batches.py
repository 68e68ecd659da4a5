"""批量维护 from a sheet: 姓名, 公民身份证号 and the new values of the chosen items. Source: screens.md 2.10."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import BinaryIO

from members.imports.columns import BY_NAME
from members.items import Item
from members.services.batches import MOST, OFFERED
from members.services.importing.rows import NUMBER, Row
from partyplatform import excel
from partyplatform.ui.columns import Column

TITLE = "批量维护"
_WHO = tuple(
    replace(BY_NAME[name], required=True, note=note)
    for name, note in (
        (NUMBER, "18 位，文本格式，末位 x 大小写均可；按此号码查找党员。"),
        ("name", "与登记的姓名一致，用于核对。"),
    )
)
_LIMITS = excel.Limits(rows=MOST)


@dataclass(frozen=True)
class Reading:
    """A sheet that was understood: its rows, and the items it speaks of in the order of the form."""

    rows: list[Row]
    fields: list[str]


def limits() -> excel.Limits:
    return _LIMITS


def read_sheet(file: BinaryIO) -> Reading:
    """Read an uploaded workbook; raises excel.BookRefused naming the reason or the limit."""
    offered = [BY_NAME[item.field] for item in OFFERED]
    columns = [*_WHO, *offered]
    table = excel.find_table(excel.read_book(file, limits=_LIMITS), columns, needed=({NUMBER, "name"},))
    found = [column.name for column in offered if column.name in table.columns]
    if not found:
        labels = "、".join(column.label for column in offered)
        raise excel.BookRefused(f"表中没有可以批量维护的项目。可以维护：{labels}")
    rows = [Row(line.number, {}) for line in table]
    for row, line in zip(rows, table, strict=True):
        excel.fill(row, line, columns)
    return Reading(rows, found)


def write_template(stream: BinaryIO, items: Collection[Item]) -> None:
    """Write the sheet for these items, with drop-down lists and the code tables."""
    columns = [*_WHO, *(BY_NAME[item.field] for item in items)]
    excel.template_book(
        stream,
        title=TITLE,
        columns=[Column(column.label, column.name, width=column.width) for column in columns],
        required=[column.name for column in _WHO],
        dropdowns={column.name: column.choices for column in columns if column.choices},
        notes={column.name: column.note or "留空的单元格不改变原有内容。" for column in columns},
        sample={column.name: column.sample for column in columns if column.sample},
        rows=MOST,
        lists="代码表",
    )
