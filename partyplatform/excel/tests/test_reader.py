"""What a workbook says after it was read, whoever wrote it."""

import io
import subprocess
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from partyplatform.excel import BookRefused, read_book, table

from .packages import MAIN, book, packed, parts, relations, text_row, workbook

DATES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs>'
    "</styleSheet>"
)


def saved(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream


def shown(file):
    """Return {name: (kind, text)} of the first sheet's cells with content."""
    return {
        cell.name: (cell.kind, cell.text) for line in read_book(file).first.lines for cell in line.cells if cell.text
    }


def test_a_workbook_of_openpyxl_reads_as_it_looks():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", 3, 3.5, 0.1 + 0.2, date(2026, 11, 20), datetime(2026, 11, 20, 9, 5), True, "=1+1", "00012"])
    assert shown(saved(book)) == {
        "A1": ("text", "姓名"),
        "B1": ("number", "3"),
        "C1": ("number", "3.5"),
        "D1": ("number", "0.3"),
        "E1": ("date", "2026-11-20"),
        "F1": ("date", "2026-11-20 09:05"),
        "G1": ("bool", "TRUE"),
        "H1": ("error", "#公式未计算"),
        "I1": ("text", "00012"),
    }


def test_a_workbook_of_libreoffice_is_found_by_its_headings():
    with (Path(__file__).parent / "data" / "libreoffice.xlsx").open("rb") as file:
        sheet = read_book(file).first
    headings = {
        "name": ["党组织全称"],
        "code": ["党组织编码"],
        "founded": ["成立日期"],
        "renewed": ["换届日期"],
        "postcode": ["邮编"],
        "percent": ["完整度"],
        "members": ["党员数"],
        "id_number": ["身份证号"],
    }
    found = table(sheet, headings)
    assert found.head_row == 3
    assert [
        (row.number, {name: (cell.kind, cell.clean) for name, cell in row.values.items() if cell.text}) for row in found
    ] == [
        (
            4,
            {
                "name": ("text", "中共示例大学委员会"),
                "code": ("text", "011100000001"),
                "founded": ("date", "1952-10-07"),
                "renewed": ("text", "2024.6.5"),
                "postcode": ("number", "010001"),
                "percent": ("number", "97.4%"),
                "members": ("number", "12"),
                "id_number": ("lossy", "1.10101E+17"),
            },
        ),
        (
            6,
            {
                "name": ("text", "中共示例大学数学学院总支部"),
                "code": ("text", "011100000002"),
                "renewed": ("error", "#DIV/0!"),
                "members": ("number", "7"),
                "id_number": ("text", "99000019900101001X"),
            },
        ),
    ]
    assert found.rows[0]["renewed"].date == date(2024, 6, 5)
    assert found.rows[0]["id_number"].place == "第 4 行 I 列"


def test_shared_strings_lose_their_formatting_and_reading_aids():
    shared = (
        f'<sst xmlns="{MAIN}"><si><r><t>示例</t></r><r><rPr><b/></rPr><t xml:space="preserve">大学 </t></r></si>'
        "<si><t>単位</t><rPh sb='0' eb='2'><t>タンイ</t></rPh></si><si/></sst>"
    )
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
    assert shown(book(rows, shared=shared)) == {"A1": ("text", "示例大学"), "B1": ("text", "単位")}


def test_rich_text_of_openpyxl_is_plain_text():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = CellRichText("中共", TextBlock(InlineFont(b=True), "示例"), "支部")
    assert shown(saved(workbook)) == {"A1": ("text", "中共示例支部")}


def test_cells_without_places_follow_one_another():
    rows = (
        '<row><c><v>1</v></c><c/><c t="str"><f>A1</f><v>x</v></c></row>'
        '<row><c t="inlineStr"><is><t>y</t></is></c></row>'
    )
    assert shown(book(rows)) == {"A1": ("number", "1"), "C1": ("text", "x"), "A2": ("text", "y")}


def test_empty_rows_and_columns_keep_the_others_in_place():
    lines = read_book(book(text_row(3, "", "", "甲") + text_row(7, "", "乙"))).first.lines
    assert [[(cell.name, cell.kind, cell.text) for cell in line.cells] for line in lines] == [
        [("A3", "empty", ""), ("B3", "empty", ""), ("C3", "text", "甲")],
        [("A7", "empty", ""), ("B7", "text", "乙")],
    ]


@pytest.mark.parametrize(
    ("raw", "kind", "text"),
    (
        ("3.0", "number", "3"),
        ("-0.5", "number", "-0.5"),
        ("1E-05", "number", "0.00001"),
        ("0.10000000000000001", "number", "0.1"),
        ("13800138000", "number", "13800138000"),
        ("1.3800138E10", "number", "13800138000"),
        ("999999999999999", "number", "999999999999999"),
        ("1000000000000000", "lossy", "1.00000E+15"),
        ("1.1010119900307E+17", "lossy", "1.10101E+17"),
        ("abc", "error", "abc"),
        ("1_000", "error", "1_000"),
        ("nan", "error", "nan"),
        ("", None, None),
    ),
)
def test_numbers_are_what_was_seen(raw, kind, text):
    expected = {"A1": (kind, text)} if kind else {}
    assert shown(book(f'<row r="1"><c r="A1"><v>{raw}</v></c></row>')) == expected


def test_an_identity_number_that_went_through_csv_is_lossy():
    assert shown(book(text_row(1, "1.1E+17", "2E10", "3.5E+3"))) == {
        "A1": ("lossy", "1.1E+17"),
        "B1": ("text", "2E10"),
        "C1": ("text", "3.5E+3"),
    }


def day(number, style, *, workbook_properties=""):
    rows = f'<row r="1"><c r="A1" s="{style}"><v>{number}</v></c></row>'
    return shown(book(rows, styles=DATES, book=workbook(workbook_properties))).get("A1")


def test_days_count_from_1900_or_1904():
    since_1904 = '<workbookPr date1904="1"/>'
    assert day(46346, 1) == ("date", "2026-11-20")
    assert day(46346, 2) == ("date", "2026-11-20")
    assert day(46346.5, 3) == ("date", "2026-11-20 12:00")
    assert day(0.375, 4) == ("text", "09:00")
    assert day(59, 1) == ("date", "1900-02-28")
    assert day(60, 1) == ("number", "60")  # 29 February 1900, which Excel shows and no calendar has
    assert day(61, 1) == ("date", "1900-03-01")
    assert day(44884, 1, workbook_properties=since_1904) == ("date", "2026-11-20")
    assert day(-1, 1) == ("number", "-1")
    assert day(46346, 0) == ("number", "46346")


def test_dates_stored_as_text_by_type():
    rows = (
        '<row r="1"><c r="A1" t="d"><v>2026-11-20</v></c><c r="B1" t="d"><v>2026-11-20T09:05:00</v></c>'
        '<c r="C1" t="d"><v>x</v></c></row>'
    )
    assert shown(book(rows)) == {
        "A1": ("date", "2026-11-20"),
        "B1": ("date", "2026-11-20 09:05"),
        "C1": ("error", "x"),
    }


def test_text_loses_ends_and_invisible_characters_but_not_rare_ones():
    rows = text_row(1, " 　张三\u00a0 ", "\ufeff李\u200b四", "王_x000A_五_x0000_", "阿·𠮷·乙", "_x5F20_")
    assert shown(book(rows)) == {
        "A1": ("text", "张三"),
        "B1": ("text", "李四"),
        "C1": ("text", "王\n五"),
        "D1": ("text", "阿·𠮷·乙"),
        "E1": ("text", "张"),
    }


def test_errors_and_truths():
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="b"><v>0</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>SUM(A1)</f></c></row>'
    )
    assert shown(book(rows)) == {
        "A1": ("error", "#N/A"),
        "B1": ("bool", "FALSE"),
        "D1": ("error", "#公式未计算"),
    }


def test_prefixed_strict_and_utf16_parts_are_read():
    contents = parts()
    contents["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0" encoding="utf-8"?><!-- made elsewhere -->'
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    contents["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0" encoding="UTF-16"?><sst xmlns="{MAIN}"><si><t>甲</t></si></sst>'.encode("utf-16")
    )
    assert shown(packed(contents)) == {"A1": ("text", "甲")}


def test_part_names_of_careless_programs_are_understood():
    contents = parts(text_row(1, "甲"))
    contents["XL\\Worksheets\\Sheet1.xml"] = contents.pop("xl/worksheets/sheet1.xml")
    contents["_rels/.rels"] = relations(("rId1", "officeDocument", "/xl/workbook.xml"))
    assert shown(packed(contents)) == {"A1": ("text", "甲")}


def test_hidden_sheets_are_left_out():
    sheets = '<sheet name="选项" sheetId="1" state="hidden" r:id="rId1"/>'
    with pytest.raises(BookRefused, match="没有可读取的工作表"):
        read_book(book(text_row(1, "甲"), book=workbook(sheets=sheets)))


def test_merged_heads_fill_all_their_cells_and_no_more():
    merged = "<mergeCells><mergeCell ref='A1:XFD1'/><mergeCell ref='A2:A3'/><mergeCell ref='A11:A12'/></mergeCells>"
    rows = text_row(1, "标题") + text_row(2, "姓名", "电话") + text_row(3, "", "座机") + text_row(11, "张三")
    lines = read_book(book(rows, after=merged)).first.lines
    assert [(line.number, [cell.text for cell in line.cells]) for line in lines] == [
        (1, ["标题", "标题"]),
        (2, ["姓名", "电话"]),
        (3, ["姓名", "座机"]),
        (11, ["张三"]),
    ]


def test_no_child_is_left_behind(monkeypatch):
    started = []
    real = subprocess.Popen

    def remembered(*arguments, **options):
        started.append(real(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remembered)
    read_book(book(text_row(1, "甲")))
    with pytest.raises(BookRefused):
        read_book(io.BytesIO(b"PK\x03\x04 nothing"))
    assert [child.returncode is not None for child in started] == [True, True]
