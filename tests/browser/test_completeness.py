"""From an incomplete new member to 100 %, at the branch and at the university. Source: issue 4, workflows.md 10."""

import pytest
from playwright.sync_api import expect

from accounts.codes import RoleKind
from accounts.tests.factories import RoleGrantFactory, id_number
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

TYPED = {
    "民族": "汉族 01",
    "出生日期": "1990-01-01",
    "籍贯": "北京市东城区 110101",
    "最高学历": "硕士研究生 12",
    "职称": "无",
    "工作岗位": "事业单位专业技术岗位 0212",
    "入党日期": "2026-06-01",
    "联系方式": "18088880000",
    "家庭住址": "示范市学院路1号院8号楼101室",
}


@pytest.fixture
def university(transactional_db):
    """示范大学党委 ─── 信息学院党总支 ─┬─ 教工支部 (one complete, one just entered)
    └─ 学生支部 (complete)
    """
    root = OrganizationFactory(short_name="示范大学党委", full_name="中国共产党示范大学委员会")
    college = OrganizationFactory(parent=root, org_type="621", short_name="信息学院党总支")
    staff = OrganizationFactory(parent=college, short_name="教工支部")
    students = OrganizationFactory(parent=college, short_name="学生支部")
    for branch in (staff, students):
        MemberFactory(organization=branch, complete=True)
    number = id_number(7, born="19900101")
    roll.admit(staff, name="李思远", id_number=number, category="2", by=Acting(root))
    gender = "男" if int(number[16]) % 2 else "女"
    return root, staff, gender


def fill(page, label, text):
    """Type or choose, as the field is."""
    field = page.locator("form .formgrid").get_by_label(label, exact=False).first
    if field.evaluate("element => element.tagName") == "SELECT":
        choices = field.locator("option").all_inner_texts()
        field.select_option(next(choice for choice in choices if choice.startswith(text.split()[0])))
    else:
        field.fill(text)


@pytest.mark.parametrize(
    ("width", "height", "script"), ((1440, 900, True), pytest.param(390, 844, False, marks=pytest.mark.looks))
)
def test_a_new_member_is_completed_and_every_level_follows(open_page, university, width, height, script):
    root, staff, gender = university
    committee = open_page(width, height, java_script_enabled=script)
    login(committee, RoleGrantFactory(organization=root, kind=RoleKind.CITY))
    committee.goto(f"/info/orgs/{root.pk}/completeness/")
    assert "信息学院党总支" in committee.locator("main table tbody tr").first.inner_text()
    assert "100%" not in committee.locator("main").inner_text()

    page = open_page(width, height, java_script_enabled=script)
    login(page, RoleGrantFactory(organization=staff, kind=RoleKind.BRANCH))
    page.get_by_role("link", name="补全党员信息").click()
    page.get_by_text("新入册", exact=True).wait_for()
    if script:
        assert axe(page) == []
    assert wider_than_window(page) == 0
    page.get_by_role("link", name="逐人补全").click()
    for label, text in TYPED.items() | {("性别", gender), ("新社会阶层情况", "无-")}:
        fill(page, label, text)
    assert wider_than_window(page) == 0
    page.get_by_role("button", name="保存，下一位").click()
    page.get_by_text("教工支部全部党员的信息已完整").wait_for()
    page.get_by_text("该党支部全部党员的信息已完整").wait_for()

    committee.reload()
    assert committee.locator("main progress").first.get_attribute("value") == "100"

    committee.goto("/info/members/columns/")
    for box in committee.locator("main form input[type=checkbox]").all():
        box.check()
    committee.get_by_role("button", name="保存").click()
    committee.goto(f"/info/orgs/{root.pk}/members/")
    assert "家庭住址" in committee.locator("main table thead").inner_text()
    assert wider_than_window(committee) == 0  # the table scrolls, not the page
    name = committee.locator(".name-cell .name").first  # heads the card of its row on a phone
    expect(name).to_have_css("font-weight", "500" if script else "600")
