"""Every page that stands open without an account, at both widths."""

import pytest

from tests.browser.checkers import axe, html_faults, wider_than_window

pytestmark = pytest.mark.looks

OPEN = ("/", "/login/", "/help/faq/", "/help/accessibility/", "/help/manual/", "/style-guide/")


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("width", (1440, 390))
def test_an_open_page_is_sound(open_page, path, width):
    page = open_page(width, 900)
    assert page.goto(path).status == 200
    assert wider_than_window(page) == 0
    assert axe(page) == []


def test_open_pages_are_valid_html(page_1440):
    answers = {path: page_1440.context.request.get(path) for path in OPEN}
    assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(OPEN, 200)
    assert html_faults({path: answer.text() for path, answer in answers.items()}) == []
