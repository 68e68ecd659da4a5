from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from partyplatform.ui.columns import Column, display


class Parent:
    short_name = "信息学院党总支"

    def number(self):
        return 7


ROW = SimpleNamespace(parent=Parent(), orphan=None, is_open=True, done=Decimal("97.40"), state=None)


@pytest.mark.parametrize(
    ("column", "value", "text"),
    (
        (Column("上级", "parent.short_name"), "信息学院党总支", "信息学院党总支"),
        (Column("数", "parent.number", kind="number"), 7, "7"),
        (Column("上级", "orphan.short_name"), "", ""),
        (Column("开放", "is_open", kind="bool"), "是", "是"),
        (Column("开放", "orphan", kind="bool"), "", ""),
        (Column("完整度", "done", kind="percent"), Decimal("97.40"), "97.4%"),
        (Column("完整度", "orphan", kind="percent"), "", ""),
        (Column("操作", ""), "", ""),
    ),
)
def test_a_column_reads_its_row(column, value, text):
    assert (column.value(ROW), column.text(ROW)) == (value, text)


def test_a_column_reads_mappings_and_the_label_of_a_tag():
    row = {"state": SimpleNamespace(label="审批中", tone="blue")}
    assert Column("状态", "state", kind="tag").value(row) == "审批中"


def test_a_name_that_does_not_exist_is_an_error():
    with pytest.raises(AttributeError):
        Column("名称", "nothing").value(ROW)


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="unknown kind"):
        Column("名称", "name", kind="picture")


@pytest.mark.parametrize(
    ("value", "text"),
    (
        (None, ""),
        (False, "否"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 1, 12, tzinfo=UTC), "2026-11-20 09:12"),
        (100.0, "100"),
        (3, "3"),
    ),
)
def test_values_are_printed_one_way(value, text):
    assert display(value) == text
