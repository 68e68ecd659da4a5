"""Cells as importers use them, and dates typed as text."""

from datetime import date

import pytest

from partyplatform.excel import Cell, parse_date, read_book

from .packages import book, text_row


def cell(text, kind="text", row=12, column=3):
    return Cell(text, kind, row, column)


def test_places_are_spelled_as_people_read_them():
    assert (cell("").name, cell("").place) == ("C12", "第 12 行 C 列")
    assert cell("", column=703).name == "AAA12"
    assert cell("", column=0).place == "第 12 行"


def test_clean_has_half_width_digits_and_letters_only():
    assert cell("０１０－１２３ＡＢＣ（临时）　").clean == "010－123ABC（临时）"
    assert cell("阿·𠮷").clean == "阿·𠮷"


@pytest.mark.parametrize(
    "text",
    (
        "2026-1-5",
        "2026-01-05",
        "2026/1/5",
        "2026.01.05",
        "2026年1月5日",
        "2026 年 1 月 5 日",
        "20260105",
        "２０２６．１．５".replace("．", "."),
        "2026-01-05 00:00:00",
        "2026/1/5 9:30",
    ),
)
def test_dates_typed_as_text(text):
    assert cell(text).date == date(2026, 1, 5)


@pytest.mark.parametrize(
    "text", ("", "2026-13-01", "2026-02-30", "2026年1月", "2026-1", "5/1/2026", "46346", "无", "26.1.5")
)
def test_what_is_no_date(text):
    assert parse_date(text) is None


def test_a_row_is_padded_to_the_width_of_its_sheet():
    sheet = read_book(book(text_row(1, "甲", "乙", "丙") + text_row(4, "丁"))).first
    assert [cell.text for cell in sheet.cells(4)] == ["丁", "", ""]
    assert [(cell.name, cell.kind) for cell in sheet.cells(2)] == [("A2", "empty"), ("B2", "empty"), ("C2", "empty")]
