"""From 待激活账号 to the first page of the newcomer: by mouse, by keyboard, without script, on paper."""

import re

import pytest

from accounts.models import User
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from tests import world
from tests.browser.people import login, login_by_hand

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def place(transactional_db):
    return world.build()


@pytest.fixture
def newcomers(place):
    """Two administrators of 教工支部 who have never been here."""
    return [RoleGrantFactory(user=UserFactory(name=name), organization=place.staff).user for name in ("周敏", "李思远")]


def issue(page, people):
    """Tick these people under 待激活账号 and issue codes; return the codes by name, from the page of slips."""
    page.goto("/info/accounts/")
    page.get_by_role("link", name="待激活账号").click()
    for person in people:
        page.get_by_label(f"选择 {person.name}").check()
    page.get_by_role("button", name="发放启用码").click()
    page.get_by_role("button", name="确认发放").click()
    page.wait_for_url("**/handover/**")
    slips = page.locator(".slip").all_inner_texts()
    return {person.name: CODE.search(next(text for text in slips if person.name in text))[0] for person in people}


def begin(page, person, code):
    page.goto("/login/")
    page.get_by_label("登录名").fill(person.unsealed_id_number())
    page.get_by_label("密码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/activate/")


def test_codes_are_issued_printed_and_used(page_1440, open_page, place, newcomers):
    login_by_hand(page_1440, place.roles["upper", "info"])
    codes = issue(page_1440, newcomers)
    assert page_1440.locator("[data-print]").is_visible()
    newcomer = open_page(390, 844)
    begin(newcomer, newcomers[0], codes["周敏"].lower().replace("-", " "))
    newcomer.locator("[name=password]").fill("短")
    newcomer.locator("[name=repeat]").fill("短")
    newcomer.get_by_role("button", name="设置密码并登录").click()
    assert "密码至少应有 12 个字符" in newcomer.locator("#id_password_error").inner_text()
    newcomer.locator("[name=password]").fill(PASSWORD)
    newcomer.locator("[name=repeat]").fill(PASSWORD)
    newcomer.get_by_role("button", name="设置密码并登录").click()
    newcomer.get_by_text("密码已设置，启用码已作废").wait_for()
    newcomer.goto("/info/")
    assert User.objects.get(pk=newcomers[0].pk).check_password(PASSWORD)


@pytest.mark.looks
def test_everything_is_done_with_the_keyboard(page_1440, place, newcomers):
    login(page_1440, place.roles["upper", "info"])
    codes = issue(page_1440, newcomers)
    page_1440.goto("/account/")
    page_1440.locator("header form[action='/logout/'] button:visible").press("Enter")
    page_1440.wait_for_url("**/?left=1")
    page_1440.goto("/login/")
    page_1440.locator("[name=login_name]:focus").wait_for()
    page_1440.keyboard.type(newcomers[1].unsealed_id_number())
    page_1440.keyboard.press("Tab")
    page_1440.keyboard.type(codes["李思远"])
    page_1440.keyboard.press("Enter")
    page_1440.wait_for_url("**/activate/")
    page_1440.locator("[name=password]:focus").wait_for()
    page_1440.keyboard.insert_text(PASSWORD)
    page_1440.keyboard.press("Tab")
    page_1440.keyboard.insert_text(PASSWORD)
    page_1440.keyboard.press("Enter")
    page_1440.get_by_text("密码已设置，启用码已作废").wait_for()


@pytest.mark.looks
def test_without_script_nothing_is_missing(open_page, place, newcomers):
    page = open_page(1440, 900, java_script_enabled=False)
    login(page, place.roles["upper", "info"])
    codes = issue(page, newcomers)
    assert not page.locator("[data-print]").is_visible()
    page.get_by_role("button", name="已打印，立即清除").click()
    assert page.get_by_text("启用码已从屏幕和服务器上清除").is_visible()
    other = open_page(390, 844, java_script_enabled=False)
    begin(other, newcomers[0], codes["周敏"])
    other.locator("[name=password]").fill(PASSWORD)
    other.locator("[name=repeat]").fill(PASSWORD)
    other.get_by_role("button", name="设置密码并登录").click()
    assert other.get_by_text("密码已设置，启用码已作废").is_visible()


@pytest.mark.looks
def test_two_slips_share_a_sheet_of_paper(page_1440, place, newcomers):
    login(page_1440, place.roles["upper", "info"])
    third = RoleGrantFactory(user=UserFactory(name="王𠮷"), organization=place.staff).user
    issue(page_1440, [*newcomers, third])
    page_1440.emulate_media(media="print")
    assert not page_1440.locator(".mast, .demo, .note, .slip-tools, .foot").filter(visible=True).count()
    assert len(re.findall(rb"/Type ?/Page\b", page_1440.pdf(prefer_css_page_size=True))) == 2


@pytest.mark.looks
def test_the_pages_fit_read_well_aloud_and_are_valid(page_1440, open_page, place, newcomers, judge):
    page = page_1440

    def look(name, page=page):
        judge.look(page, name, source=page.context.request.get(page.url).text())

    login(page, place.roles["upper", "info"])
    codes = issue(page, newcomers)
    look("slips")
    person = newcomers[1]
    addresses = ("/info/accounts/", "/info/accounts/waiting/", f"/info/accounts/issue/?ids={person.pk}", "/account/")
    acts = (f"/info/accounts/{person.uid}/", f"/info/accounts/{person.uid}/reset/", "/account/password/")
    for address in (*addresses, *acts):
        judge.look(page, address, source=page.goto(address).text(), path=address)
    other = open_page(1440, 900)
    begin(other, newcomers[0], codes["周敏"])
    look("activate", other)
    assert judge.verdict() == []
