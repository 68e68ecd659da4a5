"""信息浏览 as an administrator works in it: by mouse, by keyboard, and once without script."""

import re

import pytest

from orgs.models import Organization
from tests import world as worlds
from tests.browser.checkers import wider_than_window
from tests.browser.people import login

BEHIND_THE_BAR = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > document.querySelector('.formbar').getBoundingClientRect().top;
}"""


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def page(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["upper", "info"])
    page.goto("/info/orgs/")
    return page


def fill_branch(page):
    page.get_by_label("党组织全称").fill("中国共产党示范大学信息学院博士生支部委员会")
    page.get_by_label("党组织简称").fill("示大信息学院博士生党支部")
    page.get_by_label("组织类别").select_option("631")
    page.get_by_label("批准建立党组织日期").fill("2024.3.1")


@pytest.mark.looks
def test_the_tree_unfolds_in_place_and_the_address_keeps_it(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["top", "info"])
    page.goto("/info/orgs/")
    page.get_by_role("link", name="展开 信息学院党总支").click()
    page.get_by_role("link", name="教工支部", exact=True).first.wait_for()
    assert f"open={world.college.pk}" in page.url
    page.reload()
    assert page.locator("#tree").get_by_role("link", name="教工支部", exact=True).count() == 1


def test_a_keyword_in_pinyin_initials_finds_the_branch_with_its_parents(page, world):
    page.get_by_placeholder("输入组织名称关键字进行匹配").fill("jgzb")
    page.keyboard.press("Enter")
    page.get_by_text("找到 1 个党组织").wait_for()
    assert page.locator("#tree mark").all_inner_texts() == ["教工支部"]


def test_a_branch_is_founded_and_stands_in_list_and_tree(page, world):
    page.get_by_role("link", name="新建党组织").click()
    fill_branch(page)
    page.get_by_role("button", name="确定").click()
    branch = Organization.objects.get(short_name="示大信息学院博士生党支部")
    page.get_by_text(f"党组织编码 {branch.code}").wait_for()
    assert page.locator("main table").get_by_role("link", name=branch.short_name, exact=True).count() == 1
    assert page.locator("#tree").get_by_role("link", name=branch.short_name, exact=True).count() == 1


@pytest.mark.looks
def test_an_error_stands_at_its_field_and_the_focus_on_the_summary(page, world):
    page.get_by_role("link", name="新建党组织").click()
    fill_branch(page)
    page.get_by_label("党组织简称").fill("教工支部")
    page.get_by_role("button", name="确定").click()
    page.get_by_text("错误：同一上级党组织下已有相同的党组织简称").wait_for()
    assert page.title().startswith("错误：")
    assert page.get_by_label("党组织全称").input_value() == "中国共产党示范大学信息学院博士生支部委员会"
    page.locator("[role=alert]:focus, [role=alert] :focus").wait_for()


@pytest.mark.looks
def test_a_tick_says_what_stands_in_the_way(page, world):
    page.get_by_role("checkbox", name="选择 教工支部").check()
    page.get_by_text("已选 1 个党组织").wait_for()
    page.get_by_text(re.compile("暂不能撤销：教工支部")).wait_for()
    page.get_by_role("button", name="取消选择").click()
    assert not page.get_by_role("checkbox", name="选择 教工支部").is_checked()


def test_a_branch_is_dissolved_through_the_page_that_says_what_changes(page, world):
    world.change.delete()
    page.get_by_role("checkbox", name="选择 学生支部").check()
    page.get_by_role("button", name="撤销党组织").click()
    page.get_by_text("将撤销以下 1 个党组织").wait_for()
    page.get_by_role("button", name="确认撤销").click()
    page.get_by_text("已撤销 1 个党组织：学生支部").wait_for()
    world.students.refresh_from_db()
    assert world.students.dissolved_on is not None


@pytest.mark.looks
def test_everything_works_without_script(open_page, world):
    page = open_page(1440, 900, java_script_enabled=False)
    login(page, world.roles["upper", "info"])
    page.goto("/info/orgs/")
    page.get_by_label("组织名称关键字").fill("教工")
    page.keyboard.press("Enter")
    page.get_by_text("找到 1 个党组织").wait_for()
    page.goto("/info/orgs/")
    page.get_by_role("button", name="撤销党组织").click()
    page.get_by_text("请先勾选要撤销的党组织").wait_for()
    page.get_by_role("link", name="新建党组织").click()
    fill_branch(page)
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已新建“示大信息学院博士生党支部”").wait_for()


@pytest.mark.looks
def test_the_list_is_worked_by_keyboard_alone(page, world):
    page.get_by_label("组织简称").focus()
    page.keyboard.type("教工")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("short_name="))
    page.locator("main table").get_by_role("link", name="教工支部", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/info/orgs/{world.staff.pk}/"))
    page.get_by_label("党组织全称").focus()
    while not page.evaluate("document.activeElement.matches('.formbar *')"):
        assert not page.evaluate(BEHIND_THE_BAR), page.evaluate("document.activeElement.id")
        page.keyboard.press("Tab")


@pytest.mark.looks
def test_list_and_first_page_never_stick_out_sideways(page, world):
    long = {"short_name": "示大信息学院暑期社会实践第一党支部", "unit_name": "示范大学"}
    Organization.objects.filter(pk=world.staff.pk).update(**long)
    found = {}
    for address in (page.url, "/info/"):
        page.goto(address)
        for width in (1440, 1281, 1181, 1024, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for size in ("", "large"):
                page.evaluate("size => document.documentElement.setAttribute('data-size', size)", size)
                found[address, width, size] = wider_than_window(page)
    assert found == dict.fromkeys(found, 0)


@pytest.mark.looks
def test_on_a_phone_the_menu_shows_where_one_is(open_page, world):
    page = open_page(390, 844)
    login(page, world.roles["top", "info"])
    entries = page.locator(".nav a")
    for address in (entries.first.get_attribute("href"), entries.last.get_attribute("href")):
        page.goto(address)
        box = page.locator(".nav [aria-current]").bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390, address
    page.goto("/info/orgs/")
    page.get_by_label("选择本页全部").focus()
    assert page.locator("main thead").bounding_box()["height"] > 20  # the head of a table is out of sight until then
