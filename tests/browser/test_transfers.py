"""A 市内转接 from the search for the branch to the taking in: by keyboard, by mouse, on a phone without script."""

import re

import pytest

from accounts.codes import RoleKind, System
from accounts.tests.factories import RoleGrantFactory, UserFactory
from members.tests.factories import MemberFactory
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login
from transfers.models import Letter, Transfer
from transfers.services import letters
from transfers.services.advancing import advance
from transfers.tests.conftest import Acting, build


@pytest.fixture
def world(transactional_db):
    return build()


def person_of(organization, **words):
    return RoleGrantFactory(organization=organization, system=System.PORTAL, is_default=True, **words)


def passed_by_its_holder():
    transfer = Transfer.objects.get()
    advance(transfer, "pass", by=Acting(transfer.holder), version=transfer.version)


def start_by_keyboard(page, world):
    page.get_by_role("link", name="发起转接").press("Enter")
    page.get_by_role("row", name="李思远").get_by_role("link", name="发起转接").press("Enter")
    page.get_by_label("名称、拼音首字母或编码").fill("机关")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=world.clerks.short_name, exact=True).press("Enter")
    page.wait_for_url("**code=*")
    assert page.get_by_label("转入组织编码").input_value() == world.clerks.code
    page.get_by_label("转接原因").select_option("调动")
    page.get_by_role("button", name="核对办理流程").press("Enter")
    page.get_by_text("介绍信有效期默认 30 天").wait_for()
    assert (axe(page), wider_than_window(page)) == ([], 0)
    page.get_by_role("button", name="提交").press("Enter")
    page.get_by_text("现由“信息总支”办理").wait_for()


def approve_by_mouse(page):
    page.get_by_role("link", name=re.compile("ZJ-")).click()
    page.get_by_role("button", name="通过", exact=True).click()
    page.get_by_text("现由“考试院党委”办理").wait_for()
    page.get_by_role("button", name="打印介绍信").wait_for()
    assert (axe(page), wider_than_window(page)) == ([], 0)


def test_from_one_branch_to_another_under_another_committee(open_page, page_1440, page_390, world):
    member = MemberFactory(organization=world.masters, name="李思远", user=UserFactory(name="李思远"))
    login(page_1440, person_of(world.masters))
    page_1440.goto("/portal/transfers/waiting/")
    start_by_keyboard(page_1440, world)
    passed_by_its_holder()

    committee = open_page(1440, 900)
    login(committee, person_of(world.university))
    committee.goto("/portal/transfers/waiting/")
    approve_by_mouse(committee)
    passed_by_its_holder()
    passed_by_its_holder()

    own = person_of(world.masters, kind=RoleKind.MEMBER, user=member.user)
    login(page_390, own)
    page_390.get_by_text("组织关系正在转往").wait_for()
    assert axe(page_390) == []
    page_390.goto("/portal/transfers/own/")
    page_390.get_by_text("今日到达").wait_for()
    assert (axe(page_390), wider_than_window(page_390)) == ([], 0)

    letter = Letter.objects.get()
    plain = open_page(390, 844, java_script_enabled=False)
    plain.goto(f"/letters/verify/?number={letter.label}&code={letters.check_code(letter)}")
    plain.get_by_role("button", name="核验").click()
    plain.get_by_text("介绍信真实有效").wait_for()
    login(plain, person_of(world.clerks))
    plain.goto("/portal/transfers/waiting/")
    plain.get_by_role("link", name=re.compile("ZJ-")).click()
    plain.get_by_role("link", name="接收", exact=True).click()
    plain.get_by_role("button", name="确定").click()
    plain.get_by_text("李思远：已办结").wait_for()
    member.refresh_from_db()
    assert member.organization == world.clerks
