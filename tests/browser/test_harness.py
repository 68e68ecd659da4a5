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
