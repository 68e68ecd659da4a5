"""升格 to its end: a branch becomes a general branch or a committee, every member in a new branch below it."""

import pytest

from members.models import Member
from members.tests.factories import MemberFactory
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from tests import world as worlds
from tests.browser.people import login

NAMES = ("李思远", "欧阳·娜", "王𠮷")


@pytest.fixture
def world(transactional_db):
    world = worlds.build()
    names = {"short_name": "机关党支部", "full_name": "中国共产党示范大学机关支部委员会"}
    world.direct = OrganizationFactory(parent=world.root, **names)
    for name in NAMES:
        MemberFactory(name=name, organization=world.direct)
    return world


def fill(page, kind, full_name, short_name):
    page.get_by_label("升格后类别").select_option(kind)
    page.get_by_label("批准日期").fill("2026-06-01")
    page.get_by_label("升格后全称").fill(full_name)
    page.get_by_label("升格后简称").fill(short_name)


def name_branch(page, number, name):
    page.get_by_label(f"第 {number} 个党支部全称").fill(f"中国共产党示范大学{name}支部委员会")
    page.get_by_label(f"第 {number} 个党支部简称").fill(f"{name}党支部")


@pytest.mark.parametrize(
    ("kind", "full_name", "short_name", "has_script"),
    (
        ("611", "中国共产党示范大学机关委员会", "机关党委", True),
        pytest.param("621", "中国共产党示范大学机关总支部委员会", "机关党总支", False, marks=pytest.mark.looks),
    ),
)
def test_a_branch_is_upgraded_and_its_members_stand_in_the_new_branches(
    open_page, world, kind, full_name, short_name, has_script
):
    page = open_page(1440 if has_script else 390, 900, java_script_enabled=has_script)
    login(page, world.roles["top", "info"])
    page.goto(f"/info/orgs/{world.direct.pk}/")
    page.get_by_role("link", name="升格").click()
    fill(page, kind, full_name, short_name)
    name_branch(page, 1, "机关第一")
    name_branch(page, 3, "机关第二")  # the second row stays empty
    page.get_by_label("李思远").select_option("1")
    page.get_by_label("王𠮷").select_option("3")
    page.get_by_role("button", name="确认升格").click()
    page.get_by_text("请为全部 3 名党员选择新的党支部，已选 2 名").first.wait_for()
    assert page.get_by_label("升格后全称").input_value() == full_name
    assert page.get_by_label("王𠮷").input_value() == "3"
    page.get_by_label("欧阳·娜").select_option("3")
    page.get_by_role("button", name="确认升格").click()
    page.get_by_text(f"已升格为“{short_name}”，党员已分到新的党支部").wait_for()
    for branch in ("机关第一党支部", "机关第二党支部"):
        assert page.locator("main table").get_by_role("link", name=branch, exact=True).count() == 1
    places = Member.objects.filter(name__in=NAMES, organization__parent=world.direct)
    assert dict(places.values_list("name", "organization__short_name")) == {
        "李思远": "机关第一党支部",
        "欧阳·娜": "机关第二党支部",
        "王𠮷": "机关第二党支部",
    }
    upgraded = Organization.objects.get(pk=world.direct.pk)
    assert (upgraded.org_type, upgraded.short_name, upgraded.enrolled) == (kind, short_name, 0)
