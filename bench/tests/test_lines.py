import json

import pytest

from bench.__main__ import SERVERS
from bench.cities import SHAPES
from bench.lines import Line, median, percentile, table, write_json
from bench.wire import references


def test_a_line_without_a_limit_informs():
    assert Line("P1 x", 7, "ms").ok


@pytest.mark.parametrize(("value", "at_least", "ok"), ((30, False, True), (31, False, False), (29, True, False)))
def test_a_limit_is_the_most_or_the_least(value, at_least, ok):
    assert Line("P1 x", value, "ms", 30, at_least).ok is ok


def test_the_percentile_is_one_of_the_values():
    values = [float(number) for number in range(1, 21)]
    assert [percentile(values, share) for share in (0.05, 0.5, 0.95, 1)] == [1, 10, 19, 20]
    assert percentile([5.0], 0.95) == 5
    assert median([3, 1, 2]) == 2


def test_the_table_stands_in_columns():
    lines = [Line("P1 新建", 8.254, "ms", 30), Line("P2 写", 12, "次/秒", 40, at_least=True)]
    assert table(lines).splitlines() == [
        "项目     数值      目标",
        "P1 新建  8.25 ms   ≤ 30",
        "P2 写    12 次/秒  ≥ 40  未达到",
    ]


def test_the_file_is_what_the_contract_asks_for(tmp_path):
    write_json([Line("P1 新建", 8.25449, "ms", 30)], tmp_path / "var" / "bench.json")
    assert json.loads((tmp_path / "var" / "bench.json").read_text()) == [
        {"name": "P1 新建", "value": 8.254, "unit": "ms", "limit": 30, "ok": True}
    ]


def test_both_scales_have_a_shape_and_a_server():
    assert SHAPES.keys() == SERVERS.keys() == {"university", "city"}


def test_a_page_names_what_a_browser_fetches():
    html = """<link rel="stylesheet" href="/static/a.css"><link rel="icon" href="/static/i.svg">
    <link rel="canonical" href="/x"><script src="/static/a.js" defer></script><script>1</script>
    <svg><use href="/static/icons.svg#one"></use><use href="#two"></use></svg><img src="data:image/png;base64,AA">
    <a href="/elsewhere">x</a>"""
    assert references(html) == {"/static/a.css", "/static/i.svg", "/static/a.js", "/static/icons.svg"}
