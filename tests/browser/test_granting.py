"""权限配置 → 党员权限配置 → 授权管理 → 党员查询, the manual's path: by mouse, by keyboard, and without script."""

import pytest
from playwright.sync_api import expect

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.factories import RoleGrantFactory
from tests import world as worlds
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def page(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["upper", "info"])
    return page


def dialog(page):
    return page.locator("dialog[open]")


def granted(world):
    rows = RoleGrant.objects.open().filter(user__member__in=world.members, system=System.INFO)
    return list(rows.values_list("user__name", "organization__short_name"))


def test_the_manuals_path_by_mouse(page, world):
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="权限配置").click()
    page.get_by_role("link", name="党员权限配置", exact=True).first.click()
    page.get_by_role("link", name="为教工支部授权").click()
    box = dialog(page)
    box.get_by_role("heading", name="授权管理").wait_for()
    assert page.url.endswith("/info/grants/")  # the list is still there behind it
    box.get_by_label("角色").select_option(label="支部管理员")
    box.get_by_role("button", name="选择人员").click()
    box.get_by_label("姓名").fill("李")
    box.get_by_role("button", name="查询").click()
    box.get_by_role("radio", name="选择李思远").check()
    box.get_by_role("button", name="确认").click()
    box.get_by_role("button", name="李思远（").wait_for()
    assert box.get_by_label("角色").input_value() == "branch"
    box.get_by_role("button", name="新增").click()
    page.get_by_text("已为李思远授权，可管理教工支部").wait_for()
    page.get_by_role("heading", name="启用码领取单", exact=True).wait_for()  # a fresh account: the slip with its code
    assert granted(world) == [("李思远", "教工支部")]
    page.goto("/info/grants/")
    assert "示例own、李思远" in page.get_by_role("row", name="教工支部").inner_text()


@pytest.mark.looks
def test_the_manuals_path_by_keyboard(page, world):
    page.goto("/info/grants/")
    page.get_by_role("link", name="为教工支部授权").focus()
    page.keyboard.press("Enter")
    box = dialog(page)
    box.get_by_label("角色").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # 选择人员
    page.locator("#pick-name:focus").wait_for()
    page.keyboard.type("王")
    page.keyboard.press("Enter")
    box.get_by_role("radio").focus()
    page.keyboard.press("Space")
    box.get_by_role("button", name="确认").focus()
    page.keyboard.press("Enter")
    page.locator("button[value=add]:focus").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("已为王𠮷授权，可管理教工支部").wait_for()
    assert granted(world) == [("王𠮷", "教工支部")]


@pytest.mark.looks
def test_the_manuals_path_without_script(open_page, world):
    page = open_page(1440, 900, java_script_enabled=False)
    login(page, world.roles["upper", "info"])
    page.goto("/info/grants/")
    page.get_by_role("link", name="为教工支部授权").click()
    page.get_by_role("heading", name="授权管理").wait_for()
    page.get_by_label("角色").select_option(label="支部管理员")
    page.get_by_role("button", name="选择人员").click()
    page.get_by_label("身份证号").fill(world.members[0].unsealed_id_number()[-6:])
    page.get_by_role("button", name="查询").click()
    assert "id_number" not in page.url
    page.get_by_role("radio", name="选择李思远").check()
    page.get_by_role("button", name="确认").click()
    page.get_by_role("button", name="新增").click()
    page.get_by_text("已为李思远授权，可管理教工支部").wait_for()
    assert granted(world) == [("李思远", "教工支部")]


@pytest.mark.looks
def test_a_refusal_stands_in_the_dialog_and_esc_leads_back(page, world):
    page.goto("/info/grants/")
    opener = page.get_by_role("link", name="为教工支部授权")
    opener.click()
    box = dialog(page)
    box.get_by_role("button", name="新增").click()
    box.get_by_role("link", name="请选择角色").wait_for()
    assert box.get_by_text("错误：请选择人员").count() == 1
    page.locator("[role=alert]:focus, [role=alert] :focus").wait_for()
    page.keyboard.press("Escape")
    page.locator("a:focus", has_text="授权").wait_for()
    expect(page).to_have_title("党员权限配置 - 党内信息管理系统")
    assert granted(world) == []


@pytest.mark.looks
def test_on_a_phone_every_entry_of_the_menu_is_in_sight(open_page, world):
    page = open_page(390, 844)
    login(page, world.roles["upper", "info"])
    page.goto("/info/grants/")
    entries = page.get_by_role("navigation", name="权限配置").get_by_role("link").all()
    boxes = [entry.bounding_box() for entry in entries]
    assert len(boxes) > 4
    assert [box for box in boxes if box["x"] + box["width"] > 390] == []


@pytest.mark.looks
def test_a_role_is_taken_away(page, world):
    RoleGrantFactory(organization=world.students, user__name="何静")
    page.goto(f"/info/grants/{world.students.pk}/")
    page.get_by_role("link", name="解除管理员权限：何静").click()
    page.get_by_text("何静立即不能再管理学生支部").wait_for()
    page.get_by_label("原因").fill("工作调整")
    page.get_by_role("button", name="确认解除").click()
    page.get_by_text("已解除何静对学生支部的管理员权限").wait_for()


@pytest.mark.looks
def test_the_pages_are_sound(page, world, judge):
    branch = f"/info/grants/{world.staff.pk}/"
    for path in ("/info/grants/", branch, f"{branch}{world.grant.pk}/dismiss/"):
        page.goto(path)
        judge.look(page, path, source=page.context.request.get(path).text(), path=path)
    page.goto(branch)
    page.get_by_role("button", name="选择人员").click()
    page.get_by_label("姓名").fill("李")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("radio", name="选择李思远").check()
    judge.look(page, "found")
    page.goto("/info/grants/")
    page.get_by_role("link", name="为教工支部授权").click()
    dialog(page).get_by_role("heading", name="授权管理").wait_for()
    judge.look(page, "dialog")
    assert judge.verdict() == []
