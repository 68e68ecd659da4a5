"""查询统计 from the first condition to the list behind a figure; once without script, once by the keyboard alone."""

import pytest

from eforefront.services import composing
from eforefront.tests import query_world
from eforefront.tests.query_world import DAY
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    world = query_world.build()
    composing.count_compositions(DAY, lambda: None)
    return world


def assert_sound(page):
    assert (axe(page), wider_than_window(page)) == ([], 0)


@pytest.mark.parametrize(("width", "height"), ((1440, 900), pytest.param(390, 844, marks=pytest.mark.looks)))
def test_a_question_is_put_together_answered_counted_and_kept(open_page, world, width, height):
    page = open_page(width, height)
    login(page, world.roles.root)
    page.goto("/info/")
    assert_sound(page)
    page.goto("/info/query/compound/")
    page.get_by_label("项目", exact=True).select_option(label="性别")
    page.get_by_role("button", name="添加条件", exact=True).click()
    page.get_by_label("男", exact=True).check()
    page.get_by_label("相关记录", exact=True).select_option(label="党内职务")
    page.get_by_role("button", name="添加记录条件").click()
    page.get_by_label("党内职务的项目").select_option(label="离任日期")
    page.get_by_role("button", name="添加条件", exact=True).first.click()
    page.get_by_label("离任日期：比较方式").select_option(label="不为空")
    assert_sound(page)
    page.get_by_role("button", name="查询", exact=True).last.click()
    page.get_by_role("heading", name="查询结果").wait_for()
    assert "陈国栋" in page.locator("main table tbody").inner_text()
    assert_sound(page)
    page.get_by_role("link", name="修改条件").click()
    page.get_by_role("button", name="保存查询").click()
    page.get_by_label("查询名称").fill("离任的男同志")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("离任的男同志").first.wait_for()
    assert_sound(page)
    page.goto("/info/query/table/")
    page.locator("#id_rows").select_option(label="下级党组织")
    page.locator("#id_across").select_option(label="年龄")
    page.get_by_role("button", name="统计", exact=True).click()
    page.locator("table.crosstab").wait_for()
    assert_sound(page)
    ends = page.locator("table.crosstab tr").evaluate_all(
        "rows => rows.map(row => Math.round(row.cells[1].getBoundingClientRect().right))"
    )
    assert len(set(ends)) == 1  # every head stands above its figures
    page.locator("table.crosstab tbody tr").first.locator("a").last.click()
    page.get_by_role("heading", name="查询结果").wait_for()
    assert page.locator("main table tbody tr").count() == 4


@pytest.mark.looks
def test_the_keyboard_alone_puts_a_question_together(page_1440, world):
    page = page_1440
    login(page, world.roles.root)
    page.goto("/info/query/compound/")
    page.get_by_label("项目", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("姓名：值").focus()
    page.keyboard.type("钱")
    page.keyboard.press("Enter")
    assert "钱进" in page.locator("main table tbody").inner_text()


@pytest.mark.looks
def test_without_script_a_question_is_put_together_too(open_page, world):
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles.root)
    page.goto("/info/query/compound/")
    page.get_by_label("项目", exact=True).select_option(label="姓名")
    page.get_by_role("button", name="添加条件", exact=True).click()
    page.get_by_label("姓名：值").fill("钱")
    page.get_by_role("button", name="查询", exact=True).last.click()
    assert "钱进" in page.locator("main table tbody").inner_text()
