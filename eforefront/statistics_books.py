"""党内统计 on paper: a workbook with a sheet for each table, a PDF with a page for each. Source: screens.md 2.12."""

import math
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.template.loader import render_to_string

from eforefront.statistics.sheets import Caption, Sheet
from partyplatform.pdf import PATIENCE, pdf_from

STYLE = "css/statistics.css"
_FONT, _TITLE = "宋体", "黑体"
_NAME, _NUMBER, _FIGURE = 34, 6, 10.5  # widths of columns
_WIDE, _FOOT = 1.9, 13  # a Chinese character of caption and foot in widths of columns, the height of a line
_NARROW, _ONE_PAGE = 6, 40  # columns of a table that stands upright, rows that are fitted to one page
SECONDS_EACH = 15  # granted for each sheet of many


def write_workbook(stream: BinaryIO, caption: Caption, sheets: Sequence[Sheet]) -> None:
    """Write the sheets with merged heads, the stub frozen, ready for the printer; no cell is a formula."""
    from openpyxl import Workbook  # only this pays for it

    book = Workbook()
    book.remove(book.active)
    for style in _styles(sheets):  # named: to dress every cell anew took most of the time
        book.add_named_style(style)
    for one in sheets:
        _write_sheet(book.create_sheet(f"表{int(one.table.number)}"), caption, one)
    book.properties.title, book.properties.creator = caption.title, caption.organization
    book.save(stream)


def _styles(sheets: Sequence[Sheet]) -> list[Any]:
    """What the cells of the tables look like; `项目` with the depth of its line."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side

    thin = Side(style="thin", color="444444")
    body = {"font": Font(name=_FONT, size=10), "border": Border(left=thin, right=thin, top=thin, bottom=thin)}
    middle = {"vertical": "center", "wrap_text": True}
    levels = sorted({row.line.level for one in sheets for row in one.rows})
    return [
        NamedStyle("表题", Font(name=_TITLE, size=16, bold=True), alignment=Alignment(horizontal="center", **middle)),
        NamedStyle("表次", Font(name=_FONT, size=11), alignment=Alignment(horizontal="center", **middle)),
        NamedStyle("说明", Font(name=_FONT, size=10), alignment=Alignment(horizontal="left", **middle)),
        NamedStyle(
            "表头",
            Font(name=_FONT, size=10, bold=True),
            border=body["border"],
            alignment=Alignment(horizontal="center", **middle),
        ),
        *(
            NamedStyle(f"项目{level}", alignment=Alignment(horizontal="left", indent=level, **middle), **body)
            for level in levels
        ),
        NamedStyle("行次", alignment=Alignment(horizontal="center"), **body),
        NamedStyle("数字", alignment=Alignment(horizontal="right"), number_format="#,##0", **body),
        NamedStyle("表注", Font(name=_FONT, size=9), alignment=Alignment(wrap_text=True, vertical="top")),
    ]


def _write_sheet(page: Any, caption: Caption, one: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    last, on = get_column_letter(one.width + 2), caption.on
    for place, text, style in (
        (1, one.title, "表题"),
        (2, f"{caption.title}　{caption.state}", "表次"),
        (
            3,
            f"填报单位：{caption.organization}　　截至 {on.year} 年 {on.month} 月 {on.day} 日"
            f"　　单位：{one.table.unit}",
            "说明",
        ),
    ):
        page.merge_cells(f"A{place}:{last}{place}")
        page.cell(place, 1, text).style = style
    page.row_dimensions[3].height = _height(page["A3"].value, one)
    first = _write_heads(page, one)
    _write_rows(page, one, first)
    _write_foot(page, caption, one, first + len(one.rows), last)
    _lay_out(page, one, first)


def _write_heads(page: Any, one: Sheet) -> int:
    """Write the heads from line 4 on; return the first line of figures."""
    lines = 2 if one.lower else 1
    for column, text in ((1, "项目"), (2, "行次")):
        _head(page, 4, column, text, height=lines)
    column, under = 3, iter(one.lower)
    for head in one.upper:
        _head(page, 4, column, head.name, width=head.width, height=head.height if one.lower else 1)
        if head.height == 1 and one.lower:
            for place in range(head.width):
                _head(page, 5, column + place, next(under).name)
        column += head.width
    return 4 + lines


def _head(page: Any, row: int, column: int, text: str, *, width: int = 1, height: int = 1) -> None:
    for line in range(row, row + height):
        for place in range(column, column + width):
            page.cell(line, place).style = "表头"
    if width > 1 or height > 1:
        page.merge_cells(start_row=row, start_column=column, end_row=row + height - 1, end_column=column + width - 1)
    page.cell(row, column, text)


def _write_rows(page: Any, one: Sheet, first: int) -> None:
    for row in one.rows:
        line = first + row.number - 1
        page.cell(line, 1, row.line.name).style = f"项目{row.line.level}"
        page.cell(line, 2, row.number).style = "行次"
        for place, figure in enumerate(row.cells, 3):
            page.cell(line, place, figure.text if figure.number is None else figure.number).style = "数字"


def _write_foot(page: Any, caption: Caption, one: Sheet, line: int, last: str) -> None:
    for text in filter(
        None, (one.table.note and f"注：{one.table.note}", f"报表版本：{caption.edition}　{caption.made}")
    ):
        page.merge_cells(f"A{line}:{last}{line}")
        page.cell(line, 1, text).style = "表注"
        page.row_dimensions[line].height = _height(text, one)
        line += 1


def _height(text: str, one: Sheet) -> float:
    """How high a text across a whole table is: no program finds that for merged cells."""
    return _FOOT * math.ceil(len(text) * _WIDE / _across(one))


def _across(one: Sheet) -> float:
    """How wide a table is, in the widths of columns."""
    return _NAME + _NUMBER + _FIGURE * one.width


def _lay_out(page: Any, one: Sheet, first: int) -> None:
    from openpyxl.utils import get_column_letter

    page.column_dimensions["A"].width, page.column_dimensions["B"].width = _NAME, _NUMBER
    for place in range(3, one.width + 3):
        page.column_dimensions[get_column_letter(place)].width = _FIGURE
    page.row_dimensions[1].height = 28
    page.row_dimensions[first - 1].height = 44
    page.freeze_panes = page.cell(first, 3)
    page.page_setup.orientation = "portrait" if one.width <= _NARROW else "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4 if one.width < 12 else page.PAPERSIZE_A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, int(len(one.rows) <= _ONE_PAGE)
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"1:{first - 1}"
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


def as_pdf(caption: Caption, sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as one document, a page or more for each. Raises PdfUnavailable."""
    html = render_to_string("eforefront/statistics/paper.html", {"caption": caption, "sheets": sheets})
    return pdf_from(html, style=STYLE, patience=PATIENCE + SECONDS_EACH * len(sheets))
