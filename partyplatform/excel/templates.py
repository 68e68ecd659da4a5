"""The empty sheet people fill in: drop-down lists, codes as text, a sample row, a page about the columns."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from . import texts
from .child.references import letters
from .encoding import written
from .tables import SAMPLE_MARK
from .writer import Heading

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS = 5_000  # rows that get drop-down lists and formats
_FORMATS = {"date": "yyyy-mm-dd", "number": "General", "percent": "0.0"}  # everything else is text
_CHOICES, _GUIDE = "选项", "填写说明"
_NOT_LISTED = "请从下拉列表中选择。"


class Field(Heading, Protocol):
    """A column of the template: a Heading whose `name` is the key of its options, note and sample."""

    @property
    def name(self) -> str: ...


def template_book(
    stream: BinaryIO,
    *,
    title: str,
    columns: Sequence[Field],
    required: Collection[str] = (),
    dropdowns: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[str, str] | None = None,
    sample: Mapping[str, Any] | None = None,
    rows: int = _ROWS,
    lists: str = "",
) -> None:
    """Write a template with the columns' labels as head row, required ones marked *.

    `dropdowns`, `notes` and `sample` are keyed by column name. The sample row carries a mark in its first cell, by
    which the reader's `table` leaves it out. Sheets: `title`, 填写说明, and a hidden one with the options, which is
    open to readers under headings of its own when it gets a name, `lists`.
    """
    from openpyxl import Workbook  # costs every process 0.2 s and 15 MB, and only templates need it

    dropdowns, notes, sample = dropdowns or {}, notes or {}, sample or {}
    book = Workbook()
    sheet = book.active
    sheet.title = texts.sheet_name(title, {_CHOICES, _GUIDE, lists})
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        _column(sheet, place, column, is_required=column.name in required)
        if sample:
            value = sample.get(column.name, "")
            _sample(sheet.cell(2, place), f"{written(value)}{SAMPLE_MARK}" if place == 1 else value)
    _explain(book, columns, required, notes, sample)
    _offer(book, sheet, columns, dropdowns, rows, lists)
    book.save(stream)


def _column(sheet: "Worksheet", place: int, column: Field, *, is_required: bool) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    dimension = sheet.column_dimensions[letters(place)]
    dimension.width = max(column.width, 8)
    dimension.number_format = _FORMATS.get(column.kind, "@")
    cell = _put(sheet.cell(1, place), f"{column.label}{'*' if is_required else ''}")
    cell.font = Font(bold=True, color="C00000" if is_required else "000000")
    cell.fill = PatternFill("solid", fgColor="E9EDF2")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _sample(cell: "Cell", value: Any) -> None:
    from openpyxl.styles import Font

    _put(cell, written(value))
    cell.number_format = "@"
    cell.font = Font(italic=True, color="7F7F7F")


def _explain(
    book: "Workbook", columns: Sequence[Field], required: Collection[str], notes: Mapping[str, str], sample: Mapping
) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(_GUIDE)
    lines = [("列名", "必填", "填写要求", "示例")]
    for column in columns:
        example = written(sample.get(column.name, ""))
        lines.append((column.label, "是" if column.name in required else "", notes.get(column.name, ""), example))
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            cell = _put(sheet.cell(number, place), text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=number == 1)
    for place, width in enumerate((24, 8, 60, 36), 1):
        sheet.column_dimensions[letters(place)].width = width
    sheet.freeze_panes = "A2"


def _offer(
    book: "Workbook",
    sheet: "Worksheet",
    columns: Sequence[Field],
    dropdowns: Mapping[str, Sequence[str]],
    rows: int,
    lists: str,
) -> None:
    """Attach the drop-down lists; the options lie on a hidden sheet, a list inside the rule ends at 255 characters."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if not dropdowns:
        return
    options = book.create_sheet(lists or _CHOICES)
    options.sheet_state = "visible" if lists else "hidden"
    options.freeze_panes = "A2" if lists else None
    first, named = (2, [column.name for column in columns if dropdowns.get(column.name)]) if lists else (1, [])
    for place, column in enumerate(columns, 1):
        if not (choices := dropdowns.get(column.name, ())):
            continue
        at = named.index(column.name) + 1 if lists else place
        letter = letters(at)
        for number, choice in enumerate((column.label, *choices) if lists else choices, 1):
            _put(options.cell(number, at), choice)
        options.column_dimensions[letter].width = max(column.width, 8)
        rule = DataValidation(
            type="list",
            formula1=f"'{options.title}'!${letter}${first}:${letter}${first + len(choices) - 1}",
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.errorTitle, rule.error = column.label[:32], _NOT_LISTED
        rule.add(f"{letters(place)}2:{letters(place)}{rows + 1}")
        sheet.add_data_validation(rule)


def _put(cell: "Cell", text: str) -> "Cell":
    """Set text that stays text, whatever it begins with."""
    cell.value = texts.cleaned(text)
    cell.data_type = "s"
    return cell
