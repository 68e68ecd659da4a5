"""Lists as workbooks: what other programs find in them."""

import io
import tracemalloc
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from partyplatform.excel import book_chunks, read_book, write_book
from partyplatform.ui.columns import Column

DANGEROUS = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://a")', "'=1")
NAME = (Column("名称", "name", width=30),)


def written(columns, rows, **options):
    stream = io.BytesIO()
    write_book(stream, title=options.pop("title", "党组织"), columns=columns, rows=rows, **options)
    stream.seek(0)
    return stream


def cells(stream, sheet=0):
    """Return [[(value, type, number format), …], …] as openpyxl sees them."""
    book = openpyxl.load_workbook(stream)
    return [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in book.worksheets[sheet].rows]


def one(kind, value):
    return cells(written((Column("栏", "v", kind=kind),), [{"v": value}]))[1:]


@pytest.mark.parametrize("kind", ("text", "code", "number", "date", "percent", "tag"))
@pytest.mark.parametrize("text", DANGEROUS)
def test_text_never_becomes_a_formula(kind, text):
    stream = written((Column("栏", "v", kind=kind),), [{"v": text}])
    [[(value, data_type, _)]] = cells(stream)[1:]
    assert (value, data_type) == (text.replace("\r", "\n"), "s")
    stream.seek(0)
    assert python_calamine.CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()[1] == [value]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    (
        ("text", "张三", ("张三", "s", "General")),
        ("text", 12, ("12", "s", "General")),
        ("text", date(2026, 11, 20), ("2026-11-20", "s", "General")),
        ("text", True, ("是", "s", "General")),
        ("bool", False, ("否", "s", "General")),
        ("code", "011100000001", ("011100000001", "s", "@")),
        ("code", 42, ("42", "s", "@")),
        ("number", 42, (42, "n", "General")),
        ("number", Decimal("3.50"), (3.5, "n", "General")),
        ("number", 110101199003070011, ("110101199003070011", "s", "@")),
        ("number", float("nan"), ("nan", "s", "@")),
        ("percent", 97.4, (0.974, "n", "0.0%")),
        ("date", date(2026, 11, 20), (datetime(2026, 11, 20), "d", r"yyyy\-mm\-dd")),
        ("date", datetime(2026, 11, 20, 9, 5), (datetime(2026, 11, 20, 9, 5), "d", r"yyyy\-mm\-dd\ hh:mm")),
        ("date", datetime(2026, 11, 20, 1, 5, tzinfo=UTC), (datetime(2026, 11, 20, 9, 5), "d", r"yyyy\-mm\-dd\ hh:mm")),
        ("date", date(1900, 2, 28), ("1900-02-28", "s", "General")),
        ("date", date(1895, 7, 1), ("1895-07-01", "s", "General")),
    ),
)
def test_values_keep_their_kind(kind, value, expected):
    assert one(kind, value) == [[expected]]


def test_nothing_is_an_empty_cell():
    for kind in ("text", "code", "number", "date", "percent"):
        assert one(kind, None) == one(kind, "") == []


def test_the_head_is_frozen_bold_and_as_wide_as_the_columns():
    columns = (*NAME, Column("编码", "code", width=14, kind="code"), Column("页面", "x", book=False))
    book = openpyxl.load_workbook(written(columns, [{"name": "甲", "code": "01"}]))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["名称", "编码"]
    assert sheet.freeze_panes == "A2"
    assert [cell.font.b for cell in sheet[1]] == [True, True]
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [30, 14]
    assert sheet.print_title_rows == "$1:$1"


def test_a_list_without_rows_has_its_head():
    assert cells(written(NAME, [])) == [[("名称", "s", "General")]]


def test_meta_stands_on_a_sheet_of_its_own():
    stream = written(NAME, [{"name": "甲"}] * 3, meta={"导出人": "=张三", "导出时间": date(2026, 11, 20), "条件": None})
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames == ["党组织", "说明"]
    assert [[cell.value for cell in row] for row in book["说明"].rows] == [
        ["导出人", "=张三"],
        ["导出时间", "2026-11-20"],
        ["条件", None],
        ["行数", "3"],
    ]


def test_more_rows_than_a_sheet_holds_continue_on_the_next():
    book = openpyxl.load_workbook(written(NAME, ({"name": str(n)} for n in range(7)), max_rows=3, title="名册"))
    assert {sheet.title: [row[0].value for row in sheet.rows] for sheet in book} == {
        "名册": ["名称", "0", "1", "2"],
        "名册 (2)": ["名称", "3", "4", "5"],
        "名册 (3)": ["名称", "6"],
    }
    assert openpyxl.load_workbook(written(NAME, [{"name": "甲"}] * 3, max_rows=3)).sheetnames == ["党组织"]


def test_a_text_too_long_names_its_place():
    columns = (*NAME, Column("备注", "note"))
    rows = [{"name": "甲", "note": "长" * 32767}, {"name": "乙", "note": "长" * 32768}]
    assert cells(written(columns, rows[:1]))[1][1][0] == "长" * 32767
    with pytest.raises(ValueError, match=r"第 3 行 B 列（备注）：文字有 32,768 个字符，超过单元格上限 32,767 个"):
        written(columns, rows)
    with pytest.raises(ValueError, match="文字有 32,768 个字符"):
        written(NAME, [{"name": "𠮷" * 16384}])
    assert cells(written(NAME, [{"name": "\x00" * 40000 + "&" * 32767}]))[1][0][0] == "&" * 32767


def test_the_parts_are_an_ordinary_zip_every_program_opens():
    with zipfile.ZipFile(written(NAME, [{"name": "甲"}], meta={})) as archive:
        assert archive.testzip() is None
        assert [info.extra for info in archive.infolist()] == [b""] * 7  # no zip64, which Excel "repairs"


def test_bytes_come_before_the_rows_do():
    asked = []

    def rows():
        for number in range(2000):
            asked.append(number)
            yield {"name": f"名称{number}"}

    chunks = book_chunks(title="党组织", columns=NAME, rows=rows())
    assert next(chunks).startswith(b"PK")
    assert asked == []
    next(chunks)
    assert len(asked) < 600


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        tracemalloc.start()
        for _ in book_chunks(title="党组织", columns=NAME, rows=({"name": f"名称{n}"} for n in range(count))):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(20_000) - peak(2_000) < 200_000


def test_an_export_given_up_half_way_ends_quietly():
    chunks = book_chunks(title="党组织", columns=NAME, rows=({"name": str(n)} for n in range(10_000)))
    next(chunks), next(chunks)
    chunks.close()


@dataclass
class Person:
    name: str
    code: str
    count: int
    born: date


COLUMNS = (
    *NAME,
    Column("编码", "code", kind="code"),
    Column("数", "count", kind="number"),
    Column("日", "born", kind="date"),
)
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn"), exclude_characters="\u2028\u2029\ufffe"), max_size=40
)
PEOPLE = st.lists(
    st.builds(
        Person,
        TEXT.map(str.strip).filter(bool),
        st.text("0123456789", max_size=18),
        st.integers(-(10**14), 10**14),
        st.dates(date(1900, 3, 1), date(9999, 12, 30)),
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None)  # each example starts a child process
@given(PEOPLE)
def test_what_is_written_reads_the_same(people):
    lines = read_book(written(COLUMNS, people)).first.lines[1:]
    assert [[cell.text for cell in line.cells] for line in lines] == [
        [person.name, person.code, str(person.count), person.born.isoformat()] for person in people
    ]
