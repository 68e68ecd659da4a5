"""Lists as CSV."""

import csv
import io

import pytest

from partyplatform.excel import csv_chunks, write_csv
from partyplatform.excel.plain import harmless
from partyplatform.ui.columns import Column

from .test_writer import DANGEROUS

COLUMNS = (Column("名称", "name"), Column("数", "count", kind="number"), Column("页面", "x", book=False))


def lines(rows):
    stream = io.BytesIO()
    write_csv(stream, columns=COLUMNS, rows=rows)
    text = stream.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("text", DANGEROUS[:-1])
def test_dangerous_text_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text.replace("\r", "\n")
    assert lines([{"name": text, "count": -1}]) == [["名称", "数"], ["'" + text.replace("\r", "\n"), "-1"]]


def test_ordinary_text_stays_as_it_is():
    assert lines([{"name": '甲,"乙"\n丙', "count": None}]) == [["名称", "数"], ['甲,"乙"\n丙', ""]]
    assert lines([{"name": "a\x00b\ud800", "count": "-1"}]) == [["名称", "数"], ["ab", "'-1"]]


def test_long_lists_come_in_pieces():
    pieces = list(csv_chunks(columns=COLUMNS, rows=({"name": str(n), "count": n} for n in range(1000))))
    assert len(pieces) == 6
    assert b"".join(pieces).count(b"\r\n") == 1001
