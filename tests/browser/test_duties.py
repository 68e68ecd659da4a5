"""党员信息 → [职务] and 权限配置, by mouse, by keyboard, and without script. Source: manual part 3."""

import pytest

from accounts.models import RoleGrant
from orgs.models import Organization
from tests import world as worlds
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def duties_of(member):
    grants = RoleGrant.objects.filter(user__member=member).open().administrators().order_by("pk")
    return [(grant.organization.short_name, grant.duty, grant.is_default) for grant in grants]


def open_duties(page, member):
    page.goto("/portal/members/")
    page.get_by_role("link", name=f"职务 {member.name}").click()
    page.get_by_role("heading", name=member.name).wait_for()


def test_a_duty_is_given_divided_and_deleted_by_mouse(open_page, world):
    page, member = open_page(1440, 900), world.members[0]
    login(page, world.roles["upper", "portal"])
    open_duties(page, member)
    page.locator("#tree").get_by_role("link", name="学生支部", exact=True).click()
    page.get_by_label("职务", exact=False).first.select_option("支部书记")
    page.get_by_label("是否默认").select_option("是")
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已授权李思远担任“学生支部”的支部书记").wait_for()
    assert duties_of(member) == [("学生支部", "支部书记", True)]
    open_duties(page, member)  # the slip with the code for the first login came in between
    page.get_by_role("link", name="分工 学生支部").click()
    page.get_by_label("分工").fill("负责组织关系转接")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("分工：负责组织关系转接").wait_for()
    page.get_by_role("link", name="删除 学生支部").click()
    page.get_by_label("删除原因").fill("不再负责")
    page.get_by_role("button", name="确认删除").click()
    page.get_by_text("已删除李思远在“学生支部”的角色").wait_for()
    assert duties_of(member) == []


@pytest.mark.looks
def test_a_duty_is_given_by_keyboard(open_page, world):
    page, member = open_page(1440, 900), world.members[0]
    login(page, world.roles["upper", "portal"])
    open_duties(page, member)
    page.get_by_label("职务", exact=False).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("已授权李思远担任“教工支部”的支部书记").wait_for()
    assert duties_of(member) == [("教工支部", "支部书记", False)]


@pytest.mark.looks
def test_everything_works_without_script(open_page, world):
    page, member = open_page(390, 844, java_script_enabled=False), world.members[0]
    login(page, world.roles["upper", "portal"])
    open_duties(page, member)
    page.get_by_label("职务", exact=False).first.select_option("组织委员")
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已授权李思远担任“教工支部”的组织委员").wait_for()
    login(page, world.roles["upper", "info"])
    page.goto("/info/rights/development/")
    page.get_by_role("checkbox", name="选择 教工支部").check()
    page.get_by_role("button", name="变更权限").click()
    page.get_by_role("radio", name="开通").check()
    page.get_by_label("原因").fill("试点")
    page.get_by_role("button", name="确认变更").click()
    page.get_by_text("已变更 1 个党组织的发展党员权限：教工支部").wait_for()
    assert list(Organization.objects.filter(may_develop=True)) == [world.staff]


@pytest.mark.looks
def test_a_review_is_decided_by_mouse(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["upper", "info"])
    page.get_by_role("link", name="年度权限复核").first.click()
    page.get_by_role("checkbox", name="选择 示例own").first.check()
    page.get_by_text("已选 1 项授权").wait_for()
    page.get_by_role("button", name="解除").click()
    page.get_by_label("解除原因").fill("不再负责")
    page.get_by_role("button", name="确认解除").click()
    page.get_by_text("已解除 1 项授权：示例own").wait_for()
    page.get_by_role("checkbox", name="选择 示例sibling").first.check()
    page.get_by_role("button", name="确认保留").click()
    page.get_by_role("button", name="确认保留").click()
    page.get_by_text("已确认保留 1 项授权：示例sibling").wait_for()


@pytest.mark.looks
def test_the_pages_are_sound(page_1440, world, judge):
    page, ids = page_1440, f"?ids={world.staff.pk}"
    login(page, world.roles["upper", "info"])
    for address in (f"/info/rights/development/change/{ids}", f"/info/rights/reviews/end/?ids={world.grant.pk}"):
        page.goto(address)
        judge.look(page, address, path=address)
    login(page, world.roles["upper", "portal"])
    open_duties(page, world.members[0])
    judge.look(page, "duties")
    assert judge.verdict() == []
