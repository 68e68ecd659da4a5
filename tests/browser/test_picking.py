"""Finding a person while typing, and without script."""

import pytest

from members.models import Post
from members.tests.factories import MemberFactory
from partyplatform.ui import picking
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    world = worlds.build()
    for number in range(picking.FEW):
        MemberFactory(name=f"示例{number:02}", organization=world.staff)
    return world


def fill(page):
    page.get_by_label("党内职务").select_option("001A")
    page.get_by_label("任职日期").fill("2024-07-01")


@pytest.mark.looks
@pytest.mark.parametrize("width", (1440, 390))
def test_matches_come_while_one_types(open_page, world, width):
    page = open_page(width, 900)
    login(page, world.roles["upper", "info"])
    page.goto(f"/info/orgs/{world.staff.pk}/posts/create/")
    assert (wider_than_window(page), axe(page)) == (0, [])
    fill(page)
    page.get_by_label("按姓名查找").press_sequentially("示例2")
    page.get_by_text("找到 10 人").wait_for()
    assert page.url.endswith("/posts/create/")
    assert page.get_by_label("党内职务").input_value() == "001A"
    page.locator("#id_member").select_option(label="示例27（教工支部）")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记示例27任书记").wait_for()


@pytest.mark.looks
def test_enter_in_the_box_looks_for_the_name_and_saves_nothing(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["upper", "info"])
    page.goto(f"/info/orgs/{world.staff.pk}/posts/create/")
    fill(page)
    page.get_by_label("按姓名查找").fill("欧阳")
    page.keyboard.press("Enter")
    page.get_by_text("找到 1 人").wait_for()
    assert page.get_by_label("任职日期").input_value() == "2024-07-01"
    assert not Post.objects.exists()


@pytest.mark.looks
def test_without_script_a_button_finds(open_page, world):
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["upper", "info"])
    page.goto(f"/info/orgs/{world.staff.pk}/posts/create/")
    fill(page)
    page.get_by_label("按姓名查找").fill("欧阳")
    page.get_by_role("button", name="查找").click()
    page.get_by_text("找到 1 人").wait_for()
    page.locator("#id_member").select_option(label="欧阳·娜（教工支部）")
    page.get_by_label("任职日期").press("Enter")
    page.get_by_text("已登记欧阳·娜任书记").wait_for()
