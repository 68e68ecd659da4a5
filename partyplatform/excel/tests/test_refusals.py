"""Workbooks that are not read, and the sentence that says why. Source: security.md 48."""

import io
import resource
import struct
import time
import zipfile
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from partyplatform.excel import DEFAULT_LIMITS, SAMPLE_MARK, BookRefused, Limits, read_book
from partyplatform.excel.child.container import NOT_XLSX

from .packages import book, packed, parts, relations, sheet, text_row

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def refusal(file, limits=DEFAULT_LIMITS):
    with pytest.raises(BookRefused) as caught:
        read_book(file, limits=limits)
    return caught.value.messages[0]


def with_part(name, content):
    return packed(parts(text_row(1, "甲")) | {name: content})


def test_other_files():
    assert refusal(io.BytesIO(b"")) == NOT_XLSX
    assert refusal(io.BytesIO(b"%PDF-1.7")) == NOT_XLSX
    assert refusal(io.BytesIO(b"PK\x03\x04" + b"\x00" * 500)) == NOT_XLSX
    assert refusal(packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})) == NOT_XLSX
    assert refusal(with_part("xl/workbook.bin", b"")) == NOT_XLSX


def test_other_names():
    assert refusal(SimpleUploadedFile("a.xls", b"")) == "这是旧版 Excel 文件（xls），请另存为 xlsx 工作簿后再上传"
    assert refusal(SimpleUploadedFile("a.XLSM", b"")) == "工作簿含有宏，不能上传，请另存为不含宏的 xlsx 工作簿"
    assert refusal(SimpleUploadedFile("a.exe", b"")) == "请上传 xlsx 工作簿"


def test_encrypted_and_old_workbooks():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert "已加密" in refusal(io.BytesIO(ole + "EncryptedPackage".encode("utf-16-le")))
    assert "旧版 Excel 文件（xls）" in refusal(io.BytesIO(ole))
    data = bytearray(book(text_row(1, "甲")).getvalue())
    for place in range(len(data) - 4):  # the flag "encrypted" of every entry of the directory
        if data[place : place + 4] == b"PK\x01\x02":
            data[place + 8] |= 1
    assert "已加密" in refusal(io.BytesIO(bytes(data)))


def test_macros():
    assert "宏" in refusal(with_part("xl/vbaProject.bin", b"x"))


@pytest.mark.parametrize(
    ("name", "content"),
    (
        ("xl/externalLinks/externalLink1.xml", "<x/>"),
        ("xl/connections.xml", "<x/>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", relations(("r1", "oleObject", "file:///x", "External"))),
    ),
)
def test_links_to_the_outside(name, content):
    assert "链接了外部文件" in refusal(with_part(name, content))


def test_a_link_to_click_is_no_link_to_the_outside():
    links = relations(("r1", "hyperlink", "mailto:a@example.org", "External"))
    assert read_book(with_part("xl/worksheets/_rels/sheet1.xml.rels", links)).first.lines[0].texts == ["甲"]


@pytest.mark.parametrize("name", ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml"))
@pytest.mark.parametrize("encoding", ("utf-8", "utf-16"))
def test_document_types(name, encoding):
    body = "<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>"
    content = f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE}{body}'.encode(encoding)
    assert "DTD" in refusal(with_part(name, content))


def test_entities_nobody_declared():
    rows = "<row><c t='inlineStr'><is><t>&b;</t></is></c></row>"
    assert "已损坏" in refusal(book(rows))


def test_size():
    assert refusal(io.BytesIO(b"\x00" * (8 * 1024 * 1024 + 1))) == "文件超过 8 MB，请拆分后分别上传"


def test_bombs_are_known_by_what_they_declare():
    assert "解压后为 21 MB，超过 20 MB" in refusal(with_part("xl/media/a.bin", b"\x00" * 21 * 1024 * 1024))
    assert "压缩比超过 200 倍" in refusal(with_part("xl/media/a.bin", b"\x00" * 2 * 1024 * 1024))


def test_a_bomb_that_lies_about_its_size():
    data = bytearray(with_part("xl/media/a.xml", b"<a>" + b" " * 30_000_000).getvalue())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.rindex(mark)
        data[start + place : start + place + 4] = struct.pack("<I", 1000)
    assert refusal(io.BytesIO(bytes(data))) == NOT_XLSX


def test_entries_that_hide_one_another():
    stream = book(text_row(1, "甲"))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet(text_row(1, "乙")))
    assert refusal(stream) == NOT_XLSX


def test_parts():
    many = parts() | {f"xl/media/{number}.txt": "x" for number in range(60)}
    assert "由 67 个部分组成，超过 64 个" in refusal(packed(many))


def test_rows():
    few = replace(DEFAULT_LIMITS, rows=3)
    rows = "".join(text_row(number, "甲") for number in (1, 2, 5, 9))
    assert len(read_book(book(rows), limits=few).first.lines) == 4  # the heading does not count
    assert refusal(book(rows + text_row(1_048_576, "甲")), few) == "工作表“表一”的数据超过 3 行，请拆分后分别上传"
    sample = (
        text_row(1, "甲") + text_row(2, f"甲{SAMPLE_MARK}") + text_row(5, "甲") + text_row(8, "甲") + text_row(9, "甲")
    )
    assert len(read_book(book(sample), limits=few).first.lines) == 5  # nor does the row a template shows as a sample
    assert "的数据超过 3 行" in refusal(book(sample + text_row(10, f"甲{SAMPLE_MARK}")), few)


def test_empty_rows_at_the_very_end_do_not_count():
    assert len(read_book(book(text_row(1, "甲") + '<row r="1048576"><c r="A1048576" s="1"/></row>')).first.lines) == 1


def test_columns():
    rows = '<row r="1"><c r="BH1"><v>1</v></c><c r="BI1" s="1"/></row>'
    assert read_book(book(rows)).first.width == 60
    assert "第 1 行 BI 列有内容，超过 60 列" in refusal(book(rows.replace(' s="1"/>', "><v>1</v></c>")))


def test_characters():
    assert "第 1 行 A 列的文字有 2,001 个字符，超过 2,000 个" in refusal(book(text_row(1, "长" * 2001)))
    assert read_book(book(text_row(1, "长" * 2000 + " " * 500))).first.lines[0].texts == ["长" * 2000]


def test_text_of_all_cells():
    shared = f"<sst><si><t>{'长' * 2000}</t></si></sst>"
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    few = replace(DEFAULT_LIMITS, text=90_000)
    assert "文字超过 90,000 个字符" in refusal(book(rows, shared=shared), few)


def test_declared_ranges_and_merges():
    huge = '<dimension ref="A1:XFD1048576"/>'
    assert "范围 A1:XFD1048576 超过 5,000,000 个单元格" in refusal(book(text_row(1, "甲"), before=huge))
    merge = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert "范围 A1:XFD1048576 超过" in refusal(book(text_row(1, "甲"), after=merge))
    many = "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 2002)) + "</mergeCells>"
    assert "合并单元格超过 2,000 处" in refusal(book(text_row(1, "甲"), after=many))


@pytest.mark.parametrize(
    "rows",
    (
        '<row r="2"/><row r="1"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A0A"/></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="9999999"/>',
        '<c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>²</v></c></row>',
        "<row",
    ),
)
def test_damaged_sheets(rows):
    assert "已损坏" in refusal(book(rows))


def test_missing_parts():
    for name in ("_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        contents = parts(text_row(1, "甲"))
        del contents[name]
        assert refusal(packed(contents)) == NOT_XLSX, name


def test_a_child_that_needs_too_much_memory_is_stopped():
    rows = "".join(text_row(number, *(f"{number:010}" for _ in range(20))) for number in range(1, 5000))
    small = replace(DEFAULT_LIMITS, memory=32 * 1024 * 1024)
    assert "内存超过 32 MB" in refusal(packed(parts(rows), method=zipfile.ZIP_STORED), small)
    many = "<row " + " ".join(f'a{number}="1"' for number in range(200_000)) + "/>"
    assert "内存超过 32 MB" in refusal(packed(parts(many), method=zipfile.ZIP_STORED), small)


def test_a_child_that_takes_too_long_is_stopped():
    empty = '<row r="1">' + "<c/>" * 16_000 + "</row>"
    rows = empty + "".join("<row>" + "<c/>" * 16_000 + "</row>" for _ in range(60))
    started = time.monotonic()
    message = refusal(
        packed(parts(rows), method=zipfile.ZIP_STORED), replace(DEFAULT_LIMITS, seconds=0.05, elements=8_000_000)
    )
    assert "时间超过" in message
    assert time.monotonic() - started < 2


def test_hostile_books_cost_the_web_server_neither_time_nor_memory():
    hostile = (
        with_part("xl/media/a.bin", b"\x00" * 21 * 1024 * 1024),
        with_part("xl/theme/theme1.xml", DOCTYPE + "<x/>"),
        packed(parts("<row>" + "<c/>" * 16_000 + "</row>" + "<row/>" * 2_000_000), method=zipfile.ZIP_STORED),
        packed(parts(after="<a>" * 3_000_000), method=zipfile.ZIP_STORED),
        book("".join(text_row(number, "甲") for number in range(1, 6000))),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slow = replace(DEFAULT_LIMITS, packed=16 * 1024 * 1024)
    for file in hostile:
        started = time.process_time(), time.monotonic()
        assert refusal(file, slow)
        assert time.process_time() - started[0] < 0.5
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 50


def test_limits_have_caps():
    assert Limits(rows=20_000).rows == 20_000
    for wrong in ({"rows": 20_001}, {"columns": 0}, {"memory": 2 << 30}):
        with pytest.raises(ValueError, match="must lie between"):
            Limits(**wrong)
