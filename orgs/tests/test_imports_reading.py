"""Sheets as people bring them: written by Excel, by LibreOffice, by hand, by somebody who means harm."""

import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from orgs.imports import reading
from orgs.imports.columns import TREE_COLUMNS
from orgs.imports.templates import ORDER_BOOK
from orgs.services.importing.rows import HEADINGS
from orgs.tests.books import TREE_HEADINGS, book, line, saved
from partyplatform.excel import BookRefused

DATA = Path(__file__).parent / "data"
DAY = datetime.date(2018, 9, 18)


def rows(content, kind="tree"):
    return reading.read_sheet(BytesIO(content), kind).rows


def one(**values):
    """Read one line of the template with the given cells and nothing else."""
    [found] = rows(book([[values.get(name) for name in HEADINGS]]))
    return found


def value(name, written):
    found = one(**{"full_name": "甲"} | {name: written})
    return found.values.get(name), found.faults.get(name, "")


def test_the_columns_are_those_of_the_service():
    assert [(column.name, column.label) for column in TREE_COLUMNS] == list(HEADINGS.items())


def test_a_sheet_of_libreoffice_with_titles_merged_heads_and_formulas():
    found = reading.read_sheet((DATA / "libreoffice.xlsx").open("rb"), "tree")
    assert (found.table.head_row, found.ignored) == (4, ["序号"])
    assert [(row.number, row.faults) for row in found.rows] == [(5, {}), (7, {}), (8, {}), (9, {})]
    assert found.rows[0].values == {
        "full_name": "中国共产党示范大学物理学院本科生支部委员会",
        "short_name": "物理本科生党支部",
        "org_type": "631",
        "affiliation": "2",
        "parent": "物理学院党总支",
        "founded_on": datetime.date(2019, 3, 1),
        "is_functional": True,
    }
    assert [row.values["founded_on"] for row in found.rows[1:]] == [DAY, DAY, datetime.date(2020, 6, 1)]
    assert found.rows[2].values["code"] == "011100000777"
    assert found.rows[2].values["full_name"] == "中国共产党示范大学物理学院教工支部委员会"


def test_a_sheet_of_openpyxl_with_a_title_blank_rows_and_columns_in_another_order():
    made = Workbook()
    sheet = made.active
    sheet.append(["示范大学党组织名册"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["上级组织名称", "组织简称", "组织全称", "组织类型"])
    sheet.append([])
    sheet.append([" 示范大学党委 ", "甲党支部", "甲全称　", "党支部（631）"])
    [found] = rows(saved(made))
    assert (found.number, found.values) == (
        5,
        {"parent": "示范大学党委", "short_name": "甲党支部", "full_name": "甲全称", "org_type": "631"},
    )


@pytest.mark.parametrize(
    ("written", "read"),
    (
        (DAY, DAY),
        (datetime.datetime(2018, 9, 18, 8, 30), DAY),
        ("2018-09-18", DAY),
        ("2018/9/18", DAY),
        ("2018.9.18", DAY),
        ("2018年9月18日", DAY),
        ("２０１８－０９－１８", DAY),
        ("２０１８．９．１８", DAY),
        ("２０１８-０９-１８", DAY),
        ("20180918", DAY),
        (20180918, DAY),
        ("2018-09-18 00:00:00", DAY),
        ("2018年9月", None),
        ("2018-02-30", None),
        (43361, None),
        ("去年", None),
    ),
)
def test_dates_are_read_as_people_write_them(written, read):
    found, fault = value("founded_on", written)
    assert found == read
    assert bool(fault) == (read is None)


@pytest.mark.parametrize(
    ("name", "written", "read"),
    (
        ("org_type", "631", "631"),
        ("org_type", 631, "631"),
        ("org_type", "６３１", "631"),
        ("org_type", "党支部", "631"),
        ("org_type", "党支部(631)", "631"),
        ("org_type", "党支部（631）", "631"),
        ("org_type", "631 党支部", "631"),
        ("org_type", "党支部 631", "631"),
        ("org_type", "党总支", "621"),
        ("org_type", "621 党支部", None),
        ("org_type", "小组", None),
        ("affiliation", "省（区、市）(2)", "2"),
        ("affiliation", "2", "2"),
        ("unit_relation", "1.与上级党组织在同一法人单位", "1"),
        ("unit_relation", "关联单位", "2"),
        ("is_functional", "是", True),
        ("is_functional", "√", True),
        ("is_functional", True, True),
        ("is_functional", "否", False),
        ("is_functional", "0", False),
        ("is_functional", "也许", None),
        ("contact_phone", "18088880000", "18088880000"),
        ("contact_phone", 18088880000, "18088880000"),
        ("contact_phone", "１８０ ８８８８ ００００", "18088880000"),
        ("contact_phone", "010-00001111", "010-00001111"),
        ("contact_phone", "(010) 00001111", "010-00001111"),
        ("contact_phone", "１８０－８８８８－００００", "18088880000"),
        ("contact_phone", "01000001111转12", "010-00001111-12"),
        ("contact_phone", "12345", None),
        ("postcode", "100000", "100000"),
        ("postcode", 10000, None),
        ("position", 3, 3),
        ("position", "1.5", None),
        ("position", "-1", None),
        ("full_name", "甲" * 101, None),
        ("short_name", "示范\n大学 党 支 部", "示范大学党支部"),
        ("short_name", "IT Group 党支部", "IT Group 党支部"),
    ),
)
def test_values_are_read_as_people_write_them(name, written, read):
    found, fault = value(name, written)
    assert found == read
    assert bool(fault) == (read is None)


@pytest.mark.parametrize(
    ("written", "fault"),
    (
        (11100000001, "编码保存成了数字，开头的 0 已丢失，请将该列设为文本格式后重新填写"),
        (1.1e17, "数字过长，后几位已丢失，请将单元格设为文本格式后重新填写"),
        ("1.1E+17", "数字过长，后几位已丢失，请将单元格设为文本格式后重新填写"),
        ("01110000001", "党组织编码应为 12 位数字"),
        ("0111000０００01X", "党组织编码应为 12 位数字"),
        ("=1/0", "公式没有可用的结果，请改填实际内容"),
    ),
)
def test_a_code_that_lost_digits_is_refused(written, fault):
    assert value("code", written) == (None, fault)


def test_formulas_are_never_computed_and_text_that_looks_like_one_is_text():
    found, fault = value("short_name", '="示范"&"大学"')
    assert (found, fault) == (None, "公式没有可用的结果，请改填实际内容")
    made = load_workbook(BytesIO(book([line(name="甲")])))
    made.active["C2"].value, made.active["C2"].data_type = "=cmd|'/c calc'!A0", "s"
    [row] = rows(saved(made))
    assert row.values["short_name"] == "=cmd|'/c calc'!A0"


def test_rows_beyond_the_limit_are_refused_naming_it(settings):
    settings.IMPORT_MAX_ROWS = 2
    with pytest.raises(BookRefused, match="2 行"):
        rows(book([line(name=f"甲{n}") for n in range(3)]))


@pytest.mark.parametrize(
    ("headings", "kind", "lacking"),
    (
        (("党组织简称", "组织类别"), "tree", "“党组织全称”"),
        (("组织编码", "组织简称"), "order", "“排序号”"),
        (("党组织编码", "排序号"), "order", ""),
        (("党组织编码", "联系电话"), "tree", ""),
    ),
)
def test_a_sheet_without_the_columns_it_needs_is_refused(headings, kind, lacking):
    content = book([("011100000001", "1")], headings)
    if lacking:
        with pytest.raises(BookRefused, match=lacking):
            rows(content, kind)
    else:
        assert len(rows(content, kind)) == 1


def test_the_sheet_with_the_table_is_found_among_others():
    made = load_workbook(BytesIO(book([line(name="甲")])))
    made.create_sheet("封面", 0)["A1"] = "示范大学"
    assert len(rows(saved(made))) == 1


def test_columns_nobody_knows_are_named():
    found = reading.read_sheet(BytesIO(book([[*line(name="甲"), "x"]], [*TREE_HEADINGS, "备用"])), "tree")
    assert found.ignored == ["备用"]


def test_the_list_of_the_order_comes_back_without_surprise():
    headings = [column.label for column in ORDER_BOOK]
    found = reading.read_sheet(BytesIO(book([("011100000001", "甲", 1, "乙")], headings)), "order")
    assert (found.ignored, found.rows[0].values["position"]) == ([], 1)
