"""Tables found by the names of their columns."""

import pytest

from partyplatform.excel import SAMPLE_MARK, BookRefused, read_book, table

from .packages import book, text_row

HEADINGS = {"name": ("党组织全称", "全称"), "code": ("党组织编码",), "note": ("备注",)}


def found(rows, *, after="", **options):
    return table(read_book(book(rows, after=after)).first, HEADINGS, **options)


def values(rows):
    return [(row.number, *(row[name].text for name in HEADINGS)) for row in rows]


def test_headings_are_found_below_titles_in_any_order():
    rows = (
        text_row(1, "党组织一览表") + text_row(3, "", "备注", "全称", "党组织编码") + text_row(4, "", "甲", "乙", "丙")
    )
    result = found(rows)
    assert result.head_row == 3
    assert result.columns == {"note": 2, "name": 3, "code": 4}
    assert values(result) == [(4, "乙", "丙", "甲")]


@pytest.mark.parametrize(
    "label", ("党组织全称*", " 党组织 全称 ", "＊党组织\n全称：", "党组织全称（必填）", "党组织全称(选填，格式不限)")
)
def test_what_people_add_to_a_heading_does_not_matter(label):
    assert values(found(text_row(1, label, "党组织编码", "备注") + text_row(2, "甲"))) == [(2, "甲", "", "")]


def test_two_levels_of_headings():
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>'
    rows = text_row(1, "全称", "其他") + text_row(2, "", "党组织编码", "备注") + text_row(3, "甲", "乙", "丙")
    assert values(found(rows, after=merged)) == [(3, "甲", "乙", "丙")]


def test_a_heading_merged_over_several_columns_means_the_first():
    merged = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    rows = text_row(1, "全称", "", "党组织编码", "备注") + text_row(2, "甲", "x", "乙")
    assert values(found(rows, after=merged)) == [(2, "甲", "乙", "")]


def test_blank_rows_and_rows_without_wanted_content_are_left_out():
    rows = (
        text_row(1, "全称", "党组织编码", "备注", "其他")
        + text_row(5, "甲")
        + text_row(6, "", "", "", "x")
        + text_row(9, "乙")
    )
    result = found(rows)
    assert values(result) == [(5, "甲", "", ""), (9, "乙", "", "")]
    assert result.ignored == ("其他",)
    assert len(result) == 2


def test_the_sample_row_of_a_template_is_left_out():
    rows = text_row(1, "全称", "党组织编码", "备注") + text_row(2, f"甲{SAMPLE_MARK}", "乙") + text_row(3, "丙")
    assert values(found(rows)) == [(3, "丙", "", "")]


def test_missing_headings_are_listed():
    with pytest.raises(BookRefused) as caught:
        found(text_row(1, "备注", "x") + text_row(2, "甲"))
    assert caught.value.messages == ["工作表“表一”的前 10 行中没有找到列“党组织全称”、“党组织编码”，请使用模板中的列名"]
    with pytest.raises(BookRefused, match="党组织编码"):
        found(text_row(11, "全称", "党组织编码", "备注") + text_row(12, "甲"))
    with pytest.raises(BookRefused, match="党组织全称"):
        found("")


def test_an_optional_heading_may_be_missing():
    [row] = found(text_row(1, "全称", "党组织编码") + text_row(2, "甲", "乙"), optional=["note"])
    assert (row["note"].text, row["note"].kind, row["note"].place) == ("", "empty", "第 2 行")


def test_a_heading_that_occurs_twice():
    with pytest.raises(BookRefused, match="列“全称”出现了两次（A1 和 C1）"):
        found(text_row(1, "全称", "党组织编码", "全称", "备注") + text_row(2, "甲"))


def test_a_table_without_rows():
    with pytest.raises(BookRefused, match="第 1 行的列名下面没有数据"):
        found(text_row(1, "全称", "党组织编码", "备注"))
