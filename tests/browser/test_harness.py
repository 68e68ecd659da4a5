"""The harness itself: each judge must be able to say no."""

import pytest

from tests.browser.checkers import axe, html_faults, wider_than_window
from tests.browser.watch import Watch

pytestmark = pytest.mark.looks

PAGE = (
    "<!doctype html><html lang='zh-Hans'><head><title>页面</title></head>"
    "<body><main><h1>页面</h1>%s</main></body></html>"
)


def test_axe_names_a_field_without_a_label(chromium):
    page = chromium.new_page()
    page.set_content(PAGE % "<input type='text'>")
    assert [fault.split(":")[0] for fault in axe(page)] == ["label"]
    page.set_content(PAGE % "<label>姓名 <input type='text'></label>")
    assert axe(page) == []
    page.close()


def test_axe_names_text_too_faint_once_and_again_wherever_it_stands(chromium):
    page = chromium.new_page()
    for ground, is_faint in (("#fff", False), ("#fff", False), ("#123", True), ("#123", True), ("#fff", False)):
        page.set_content(PAGE % f"<div style='background: {ground}'><p style='color: #222'>正文</p></div>")
        assert [fault.split(":")[0] for fault in axe(page)] == ["color-contrast"] * is_faint
    page.close()


def test_text_nobody_saw_is_judged_when_it_is_seen(chromium):
    page = chromium.new_page()
    for hidden, is_faint in ((" hidden", False), ("", True)):
        page.set_content(PAGE % f"<p style='color: #cde'{hidden}>正文</p>")
        assert [fault.split(":")[0] for fault in axe(page)] == ["color-contrast"] * is_faint
    page.close()


def test_what_was_left_out_is_judged_where_it_is_not(chromium):
    page = chromium.new_page()
    for framed in (True, False):
        page.set_content(PAGE % "<header class='mast'><p style='color: #cdf'>正文</p></header>")
        assert [fault.split(":")[0] for fault in axe(page, framed=framed)] == ["color-contrast"] * (not framed)
    page.close()


SMALL = "<button style='position: absolute; top: 60px; left: %dpx; min-width: 0; width: %dpx; height: %dpx'>存</button>"


@pytest.mark.parametrize(
    ("first", "second", "is_tight"),
    (
        ((0, 80, 30), (90, 80, 30), False),
        ((0, 80, 30), (10, 80, 30), True),  # ten pixels of the first are left
        ((0, 15, 15), (16, 15, 15), True),
        ((0, 15, 15), (60, 15, 15), False),  # far from any other
    ),
)
def test_axe_names_targets_too_small_and_half_hidden_ones(chromium, first, second, is_tight):
    page = chromium.new_page()
    page.set_content(PAGE % (SMALL % first + SMALL % second))
    for again in (False, True):
        found = {fault.split(":")[0] for fault in axe(page, again=again)}
        assert ("target-size" in found) == is_tight
    page.close()


def test_axe_names_what_scrolls_and_has_no_focus(chromium):
    page = chromium.new_page()
    for again in (False, True):
        page.set_content(PAGE % f"<div style='overflow: auto; height: 40px'>{'<p>正文</p>' * 9}</div>")
        assert [fault.split(":")[0] for fault in axe(page, again=again)] == ["scrollable-region-focusable"]
    page.close()


def test_the_html_checker_names_page_and_line():
    faults = html_faults({"good": PAGE % "<p>正文</p>", "bad": PAGE % "<p id=a></p><p id=a></p>"})
    assert [fault.split(" ")[0] for fault in faults] == ["bad:1"]


def test_a_page_that_does_not_fit_is_measured(chromium):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.set_content(PAGE % "<div style='width: 500px'>宽</div>")
    assert wider_than_window(page) > 100
    page.close()


def test_a_request_to_another_host_is_a_fault(chromium):
    page = chromium.new_page()
    watch = Watch(page, "http://127.0.0.1:1")
    page.set_content(PAGE % "<img src='http://127.0.0.2:9/a.png' alt=''>")
    assert watch.faults() == ["request to another host: http://127.0.0.2:9/a.png"]
    page.close()


def test_a_script_error_is_a_fault(chromium):
    page = chromium.new_page()
    watch = Watch(page, "http://127.0.0.1:1")
    page.set_content(PAGE % "<script>nothing.here()</script>")
    assert watch.faults() == ["script error: nothing is not defined"]
    page.close()
