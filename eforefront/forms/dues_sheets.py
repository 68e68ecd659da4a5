"""缴费表: its columns, reading, template and error book, and the form that repairs it.

Source: screens.md 4.5; security.md 46–49.
"""

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django import forms
from django.conf import settings

from eforefront.models.dues_ledger import Method, PayerKind
from eforefront.money import fen_of, written
from eforefront.services.dues.sheets import HEADINGS, REQUIRED, Row
from partyplatform import excel
from partyplatform.excel import SheetColumn, values
from partyplatform.excel.records import Reading, read_records, write_faulty
from partyplatform.excel.values import Unfit
from partyplatform.ui import sheets
from partyplatform.ui.columns import Column
from partyplatform.ui.forms import CleanText

_NEEDED = ({"name", "first", "received"},)


def _amount(cell):
    """Read an amount of money as a whole number of fen."""
    text = cell.clean.replace(",", "").replace("，", "").removesuffix("元").strip("¥￥ ")
    try:
        fen = fen_of(written(text) if cell.kind != "number" else round(Decimal(text), 6).normalize())
    except (InvalidOperation, ValueError):
        raise Unfit("应填写金额，最多两位小数，如 90.00") from None
    if not 0 < fen < 10**9:
        raise Unfit("金额应大于 0，不超过 9,999,999.99")
    return fen


def _tail(cell):
    text = cell.clean.strip().upper()
    if len(text) != 4 or not text[:3].isdigit() or not (text[3].isdigit() or text[3] == "X"):
        raise Unfit("应为身份证号的末四位")
    return text


def _choice(choices):
    words = {label: value for value, label in choices.choices}

    def reader(cell):
        if (found := words.get(cell.clean.strip())) is None:
            raise Unfit(f"应为：{'、'.join(words)}")
        return found

    return reader


def _column(name, read, **looks):
    return SheetColumn(name, HEADINGS[name], read, required=name in REQUIRED, **looks)


# fmt: off
COLUMNS = (
    _column("name", values.text(50), sample="周敏", note="本支部党员的姓名。"),
    _column("tail", _tail, note="本支部有同名党员时填写，文本格式。"),
    _column("first", values.month, sample="2026-01", note="缴纳的第一个月，如 2026-01。"),
    _column("last", values.month, sample="2026-03", note="缴纳的最后一个月；只缴一个月的不填。"),
    _column("received", _amount, sample="270.00", note="元。少于应缴的不能导入；多于应缴的部分记为自愿多交。"),
    _column("paid_on", values.day, sample="2026-01-15", note="如 2026-01-15，不能晚于今天。"),
    _column("method", _choice(Method), choices=tuple(Method.labels), note="不填为现金。"),
    _column("payer_kind", _choice(PayerKind), choices=tuple(PayerKind.labels),
            note="不填为本人。党组织不得垫交，不得从工资中扣缴。"),
    _column("payer_name", values.text(50), note="由亲属或其他党员代交时填写。"),
    _column("reason", values.text(200), note="补缴 6 个月以前的党费时填写原因。", width=30),
)
# fmt: on


BY_NAME = {column.name: column for column in COLUMNS}
TITLE = "缴费表"
LONGEST_CELL = 200


class RepairForm(sheets.RepairForm):
    """The bad cells of some lines of 缴费表."""

    def cell_field(self, row, name, reason):
        return CleanText(
            label=BY_NAME[name].label,
            help_text=f"原因：{reason}",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            initial=row.texts.get(name, ""),
            max_length=LONGEST_CELL,
            required=False,
        )

    def take(self, row, typed):
        row.type_anew(typed, BY_NAME)


def limits():
    return excel.Limits(rows=settings.IMPORT_MAX_ROWS)


def read_sheet(file: BinaryIO) -> Reading[Row]:
    """Read an uploaded workbook; raises excel.BookRefused naming the reason or the limit."""
    return read_records(file, Row, COLUMNS, needed=_NEEDED, limits=limits())


def write_error_book(stream: BinaryIO, rows: Collection[Row]) -> None:
    """Write the rows as they were typed, with a column 错误说明."""
    write_faulty(stream, rows, COLUMNS, title=TITLE)


def write_template(stream: BinaryIO) -> None:
    """Write the empty sheet, with drop-down lists and an explanation of each column."""
    excel.template_book(
        stream,
        title=TITLE,
        columns=[Column(column.label, column.name, width=column.width) for column in COLUMNS],
        required=REQUIRED,
        dropdowns={column.name: column.choices for column in COLUMNS if column.choices},
        notes={column.name: column.note for column in COLUMNS},
        sample={column.name: column.sample for column in COLUMNS if column.sample},
    )
