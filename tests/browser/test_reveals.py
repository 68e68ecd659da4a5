"""显示: a masked number by mouse and keyboard, with script and without."""

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import nth_id_number
from tests import world as worlds
from tests.browser.checkers import axe
from tests.browser.people import login

WHY = "核对组织关系介绍信"


@pytest.fixture
def world(transactional_db):
    world = worlds.build()
    world.member = world.members[0]
    world.member.seal_id_number(nth_id_number(7))
    world.member.save()
    return world


def open_list(open_page, world, **options):
    page = open_page(1440, 900, **options)
    login(page, world.roles["own", "info"])
    page.goto(f"/info/orgs/{world.staff.pk}/members/")
    return page


@pytest.mark.looks
def test_a_number_is_shown_in_its_place_and_hidden_again(open_page, world):
    page, number = open_list(open_page, world), world.member.unsealed_id_number()
    page.get_by_role("link", name=f"显示 {world.member.name} 的身份证号").click()
    reason = page.get_by_label("查看原因")
    expect(reason).to_be_focused()
    assert axe(page) == []
    reason.press("Enter")
    page.get_by_text("请填写查看原因").wait_for()
    page.get_by_label("查看原因").fill(WHY)
    page.keyboard.press("Enter")
    shown = page.get_by_text(number)
    shown.wait_for()
    expect(shown).to_be_focused()  # a moment after it stands there
    assert number not in page.url
    page.get_by_role("link", name=f"隐藏 {world.member.name} 的身份证号").click()
    page.get_by_text(f"****{number[-4:]}").wait_for()
    assert number not in page.content()


@pytest.mark.looks
def test_without_script_it_is_a_page(open_page, world):
    page, number = open_list(open_page, world, java_script_enabled=False), world.member.unsealed_id_number()
    page.get_by_role("link", name=f"显示 {world.member.name} 的身份证号").click()
    page.get_by_label("查看原因").fill(WHY)
    page.get_by_role("button", name="显示").click()
    assert page.get_by_text(number).count() == 1
    page.reload()
    assert page.get_by_text(number).count() == 0
