"""《批量转接表》: its columns, reading it, its template, and the book that shows what is wrong with it."""

from collections.abc import Collection
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from accounts import id_numbers
from partyplatform import excel
from partyplatform.excel import Cell, SheetColumn, values
from partyplatform.excel.records import Reading, read_records, write_faulty
from partyplatform.excel.values import Unfit
from partyplatform.ui.columns import Column
from partyplatform.ui.texts import cleaned
from transfers import orders, workflow
from transfers.codes import Cause, TransferType
from transfers.orders import HEADINGS, NAME, NUMBER, REQUIRED, Order

TITLE = "批量转接表"
_NEEDED = ({NUMBER, NAME},)
_CAUSES = {word: cause.value for cause in Cause for word in (cause.label, cause.value)}


def number(cell: Cell) -> str:
    """Read a 公民身份证号 in its one spelling."""
    written = id_numbers.normalise(cell.text)
    if problem := id_numbers.problem(written, today=timezone.localdate()):
        raise Unfit(problem)
    return written


def cause(cell: Cell) -> str:
    found = _CAUSES.get(cleaned(cell.clean))
    if found is None:
        raise Unfit(f"应为：{'、'.join(Cause.labels)}")
    return found


def days(cell: Cell) -> int:
    """Read the validity of a letter."""
    written = cell.clean.removesuffix("天").strip()
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:4]) <= workflow.MOST_DAYS):
        raise Unfit(f"应为 1 至 {workflow.MOST_DAYS} 的整数")
    return int(written)


_CITY, _OUT = workflow.DAYS[TransferType.CITY], workflow.DAYS[TransferType.OUT]
_INSIDE = "转入组织在本平台内时填写，编码和名称须相符"
_OUTSIDE = "转往市外（不在本平台内）时填写"


def _column(name: str, read: values.Reader, *also: str, **looks: object) -> SheetColumn:
    return SheetColumn(name, HEADINGS[name], read, also, required=name in REQUIRED, **looks)  # type: ignore[arg-type]


# fmt: off
COLUMNS = (
    _column(NAME, values.text(50), "党员姓名", note="与党员信息中的姓名一致。", sample="李思远", width=12),
    _column(NUMBER, number, "身份证号", "身份证号码", "证件号码",
            note="18 位，文本格式；按此号码识别党员，应在管理范围之内。", sample="990000199001010017", width=22),
    _column(orders.CODE, values.code, "转入党组织编码", "党组织编码",
            note=f"12 位，文本格式。{_INSIDE}。", sample="000000000001", width=16),
    _column(orders.TARGET, values.text(100), "转入党组织名称", "转入支部",
            note=f"简称或全称。{_INSIDE}。", sample="示大信息学院硕士第一党支部", width=32),
    _column(orders.HEADING, values.text(100), "抬头", "接收党组织名称",
            note=f"接收方党委的全称，{_OUTSIDE}。", width=32),
    _column(orders.DESTINATION, values.text(100), "转往", "去何单位", note=f"去何单位，{_OUTSIDE}。", width=28),
    _column(orders.CAUSE, cause, "原因", choices=tuple(Cause.labels), sample="毕业", width=12),
    _column(orders.DUES, values.month, "党费交至月份", note="月份，如 2026-06。", sample="2026-06", width=12),
    _column(orders.DAYS, days, "介绍信有效期", "有效期",
            note=f"1 至 {workflow.MOST_DAYS}；不填按默认：市内 {_CITY} 天，市外 {_OUT} 天。", width=12),
    _column(orders.NOTE, values.text(200), "备注", width=28),
)
# fmt: on
BY_NAME = {column.name: column for column in COLUMNS}


def limits() -> excel.Limits:
    """Return how large an uploaded sheet may be."""
    return excel.Limits(rows=settings.IMPORT_MAX_ROWS)


def read_sheet(file: BinaryIO) -> Reading[Order]:
    """Read an uploaded workbook; raises excel.BookRefused naming the reason or the limit."""
    return read_records(file, Order, COLUMNS, needed=_NEEDED, limits=limits())


def write_error_book(stream: BinaryIO, rows: Collection[Order]) -> None:
    """Write the rows as they were typed, with a column 错误说明."""
    write_faulty(stream, rows, COLUMNS, title=TITLE)


def write_template(stream: BinaryIO) -> None:
    """Write the empty sheet with drop-down lists and a page of explanations."""
    excel.template_book(
        stream,
        title=TITLE,
        columns=[Column(column.label, column.name, width=column.width) for column in COLUMNS],
        required=[column.name for column in COLUMNS if column.required],
        dropdowns={column.name: column.choices for column in COLUMNS if column.choices},
        notes={column.name: column.note for column in COLUMNS},
        sample={column.name: column.sample for column in COLUMNS if column.sample},
    )


def shown(row: Order, name: str) -> str:
    """Return what stands in a cell as lists show it: the 身份证号 masked."""
    text = row.texts.get(name, "")
    return id_numbers.masked(text) if text and name == NUMBER else text
