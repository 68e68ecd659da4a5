"""The sheet that comes back with its errors."""

import io

import openpyxl

from partyplatform.excel import Fault, error_book, read_book, table

from .packages import MAIN, book, text_row

HEADINGS = {"name": ("全称",), "count": ("数",)}
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
ROWS = (
    text_row(1, "一览表")
    + text_row(2, "全称", "数", "编码", "日期")
    + '<row r="4"><c r="A4" t="inlineStr"><is><t>=甲</t></is></c><c r="B4"><v>12</v></c>'
    '<c r="C4" t="inlineStr"><is><t>001</t></is></c><c r="D4" s="1"><v>46346</v></c></row>' + text_row(7, "乙")
)
MERGED = '<mergeCells><mergeCell ref="A1:D1"/></mergeCells>'


def marked(file, faults):
    stream = io.BytesIO()
    sheet = read_book(file).first
    error_book(stream, sheet, faults, head_row=table(sheet, HEADINGS).head_row)
    stream.seek(0)
    return stream


def test_every_value_is_at_its_place_and_faults_stand_at_the_end():
    faults = [
        Fault(4, 2, "B 列：人数不正确"),
        Fault(4, 2, "B 列：人数不正确"),
        Fault(4, 3, "C 列：重复"),
        Fault(7, 0, "缺少编码"),
    ]
    sheet = openpyxl.load_workbook(marked(book(ROWS, after=MERGED, styles=STYLES), faults)).worksheets[0]
    assert {cell.coordinate: (cell.value, cell.data_type) for row in sheet.rows for cell in row if cell.value} == {
        "A1": ("一览表", "s"),
        "A2": ("全称", "s"),
        "B2": ("数", "s"),
        "C2": ("编码", "s"),
        "D2": ("日期", "s"),
        "E2": ("错误说明", "s"),
        "A4": ("=甲", "s"),
        "B4": ("12", "s"),
        "C4": ("001", "s"),
        "D4": (sheet["D4"].value, "d"),
        "E4": ("B 列：人数不正确；C 列：重复", "s"),
        "A7": ("乙", "s"),
        "E7": ("缺少编码", "s"),
    }
    assert f"{sheet['D4'].value:%Y-%m-%d}" == "2026-11-20"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:D1"]
    coloured = {cell.coordinate for row in sheet["A4:E7"] for cell in row if cell.fill.fgColor.rgb == "FFFFD6D6"}
    assert coloured == {"B4", "C4"}
    assert sheet.freeze_panes == "A3"


def test_uploaded_again_it_reads_the_same_and_is_marked_anew():
    first = book(ROWS, after=MERGED, styles=STYLES)
    again = marked(first, [Fault(4, 4, "错误一")])
    lines = [[cell.text for cell in line.cells[:4]] for line in read_book(again).first.lines]
    assert lines == [[cell.text for cell in line.cells] for line in read_book(first).first.lines]
    third = openpyxl.load_workbook(marked(again, [Fault(7, 1, "错误二")])).worksheets[0]
    assert third.max_column == 5
    assert [third["E4"].value, third["E7"].value] == [None, "错误二"]


def test_a_fault_may_lie_in_an_empty_cell_and_an_endless_message_is_cut():
    sheet = openpyxl.load_workbook(marked(book(ROWS, styles=STYLES), [Fault(7, 2, "长" * 9000)])).worksheets[0]
    assert sheet["B7"].fill.fgColor.rgb == "FFFFD6D6"
    assert len(sheet["E7"].value) == 2000
