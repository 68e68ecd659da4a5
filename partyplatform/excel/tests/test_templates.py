"""Templates people fill in."""

import io

import openpyxl
import pytest

from partyplatform.excel import BookRefused, read_book, table, template_book
from partyplatform.ui.columns import Column

COLUMNS = (
    Column("党组织全称", "name", width=40),
    Column("组织类别", "kind"),
    Column("党组织编码", "code", kind="code"),
    Column("成立日期", "founded", kind="date"),
)
HEADINGS = {column.name: (column.label,) for column in COLUMNS}


@pytest.fixture
def template():
    stream = io.BytesIO()
    template_book(
        stream,
        title="党组织",
        columns=COLUMNS,
        required={"name"},
        dropdowns={"kind": ["党支部(631)", "=1+1"]},
        notes={"code": "12 位数字"},
        sample={"name": "中共示例大学第一支部委员会", "code": "011100000001"},
        rows=100,
    )
    return stream


def test_columns_formats_and_drop_down_lists(template):
    book = openpyxl.load_workbook(template)
    sheet = book["党组织"]
    assert [cell.value for cell in sheet[1]] == ["党组织全称*", "组织类别", "党组织编码", "成立日期"]
    assert [sheet.column_dimensions[letter].number_format for letter in "ABCD"] == ["@", "@", "@", "yyyy-mm-dd"]
    assert sheet.freeze_panes == "A2"
    [rule] = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("'选项'!$B$1:$B$2", "B2:B101")
    assert [(cell.value, cell.data_type) for cell in book["选项"]["B"]] == [("党支部(631)", "s"), ("=1+1", "s")]
    assert book["选项"].sheet_state == "hidden"


def test_the_guide_explains_every_column(template):
    rows = openpyxl.load_workbook(template)["填写说明"].iter_rows(values_only=True)
    assert [tuple(value or "" for value in row) for row in rows] == [
        ("列名", "必填", "填写要求", "示例"),
        ("党组织全称", "是", "", "中共示例大学第一支部委员会"),
        ("组织类别", "", "", ""),
        ("党组织编码", "", "12 位数字", "011100000001"),
        ("成立日期", "", "", ""),
    ]


def test_an_untouched_template_holds_no_rows(template):
    book = read_book(template)
    assert [sheet.name for sheet in book] == ["党组织", "填写说明"]
    with pytest.raises(BookRefused, match="没有数据"):
        table(book.first, HEADINGS)


def test_a_filled_template_reads_as_filled(template):
    book = openpyxl.load_workbook(template)
    book["党组织"].append(["中共示例大学第二支部委员会", "党支部(631)", "011100000002"])
    stream = io.BytesIO()
    book.save(stream)
    [row] = table(read_book(stream).first, HEADINGS)
    assert (row.number, row["code"].text) == (3, "011100000002")


def test_a_plain_template_has_no_hidden_sheet():
    stream = io.BytesIO()
    template_book(stream, title="选项", columns=COLUMNS)
    assert openpyxl.load_workbook(stream).sheetnames == ["选项 (2)", "填写说明"]
