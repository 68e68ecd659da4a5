"""Every page that stands open without an account, at both widths."""

import pytest

pytestmark = pytest.mark.looks

OPEN = ("/", "/login/", "/help/faq/", "/help/accessibility/", "/help/manual/", "/style-guide/")


def test_every_open_page_is_sound(page_1440, judge):
    for path in OPEN:
        answer = page_1440.goto(path)
        assert answer.status == 200, path
        judge.look(page_1440, path, source=answer.text())
    assert judge.verdict() == []
