"""What static/js/ui.js adds to the components, on the style guide; and that they work without it."""

import pytest

pytestmark = pytest.mark.looks

STORED = """() => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  return frame.contentWindow.localStorage.length + frame.contentWindow.sessionStorage.length;
}"""


@pytest.fixture
def guide(page_1440):
    page_1440.goto("/style-guide/")
    return page_1440


def test_the_first_tick_shows_the_strip_and_the_head_ticks_all(guide):
    strip, boxes = guide.locator("[data-selection]"), guide.locator("input[name=ids]")
    assert strip.is_hidden()
    boxes.first.check()
    assert strip.locator("b").inner_text() == "已选 1 个党组织"
    guide.get_by_label("选择本页全部").check()
    assert strip.locator("b").inner_text() == f"已选 {boxes.count()} 个党组织"
    assert guide.locator("tr.is-on").count() == boxes.count()
    guide.get_by_role("button", name="取消选择").last.click()
    assert strip.is_hidden()
    assert guide.locator("input[name=ids]:checked").count() == 0
    assert guide.evaluate("document.activeElement.hasAttribute('data-select-all')")


def test_a_link_opens_as_a_dialog_and_focus_comes_back(guide):
    link = guide.get_by_role("link", name="在对话框中打开")
    link.click()
    dialog = guide.locator("dialog.dlg[open]")
    dialog.wait_for()
    assert dialog.get_by_role("heading").inner_text() == "授权管理"
    guide.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert link.evaluate("link => link === document.activeElement")


def test_a_changed_form_in_a_dialog_is_not_lost_with_escape(guide):
    guide.get_by_role("link", name="在对话框中打开").click()
    dialog = guide.locator("dialog.dlg[open]")
    dialog.evaluate("box => { box.firstChild.innerHTML += '<form data-unsaved><input id=typed></form>'; }")
    guide.locator("#typed").fill("示例")
    for answer in ("dismiss", "accept"):
        assert dialog.is_visible()
        guide.once("dialog", lambda question, answer=answer: getattr(question, answer)())
        guide.locator("#typed").press("Escape")
    dialog.wait_for(state="detached")


def test_errors_have_the_focus(guide):
    assert guide.evaluate("document.activeElement.id") == "errors"


def test_nothing_is_kept_in_the_browser(guide):
    assert guide.evaluate("'htmx' in window") is True
    assert guide.evaluate(STORED) == 0


def test_without_script_everything_is_there(open_page):
    page = open_page(390, 844, java_script_enabled=False)
    page.goto("/style-guide/")
    page.locator("details.fold > summary", has_text="筛选条件").click()
    page.get_by_label("组织简称").fill("教工")
    page.get_by_role("search").get_by_role("button").click()
    assert "short_name=%E6%95%99%E5%B7%A5" in page.url
    assert page.get_by_label("组织简称").input_value() == "教工"
    page.get_by_role("link", name="在对话框中打开").click()
    assert page.get_by_role("heading", name="授权管理").is_visible()
    assert page.get_by_label("选择本页全部").is_hidden()
