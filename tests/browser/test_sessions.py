"""身份验证 before a dangerous act, and the warning before a session ends. Source: security.md 21, 24."""

import time

import pytest
from django.contrib.sessions.models import Session

from accounts import sessions
from accounts.session_store import SessionStore
from accounts.tests.factories import PASSWORD
from orgs.models import Organization
from tests import world as worlds
from tests.browser.checkers import wider_than_window
from tests.browser.people import login, set_password


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def age(**changes):
    """Change what the one session of the test remembers."""
    [row] = Session.objects.all()
    store = SessionStore(session_key=row.session_key)
    for name, value in changes.items():
        store[name] = value
    store.save()


def prove(page, password=PASSWORD):
    page.get_by_label("登录密码").fill(password)
    page.get_by_role("button", name="验证").click()


@pytest.mark.looks
@pytest.mark.parametrize("script", (True, False))
def test_revoking_asks_for_the_password_before_the_form_and_again_when_it_took_too_long(open_page, world, script):
    world.change.delete()
    page = open_page(390 if script else 1440, 844, java_script_enabled=script)
    set_password(world.roles["top", "info"].user)
    login(page, world.roles["top", "info"])
    age(**{sessions.PROVED: 0})
    form = f"/info/orgs/dissolve/?ids={world.students.pk}"
    page.goto(form)
    page.get_by_role("heading", name="身份验证").wait_for()
    assert not script or wider_than_window(page) == 0
    prove(page, "不是这个密码")
    page.get_by_text("密码不正确").wait_for()
    prove(page)
    page.get_by_role("heading", name="撤销党组织").wait_for()
    assert page.url.endswith(form)

    age(**{sessions.PROVED: 0})
    page.get_by_label("文号").fill("示委〔2026〕1号")
    page.get_by_role("button", name="确认撤销").click()
    page.get_by_text("刚才的内容没有提交").wait_for()
    prove(page)
    page.get_by_text("身份已验证，请重新填写").wait_for()
    assert page.get_by_label("文号").input_value() == ""
    assert Organization.objects.get(pk=world.students.pk).dissolved_on is None


@pytest.mark.looks
def test_two_minutes_before_the_end_a_warning_goes_away_with_one_key(page_1440, world, settings):
    settings.IDLE_MINUTES_ADMIN = 122 / 60
    login(page_1440, world.roles["upper", "info"])
    warning = page_1440.get_by_role("dialog", name="即将自动退出")
    warning.wait_for()
    assert page_1440.evaluate("document.activeElement.textContent") == "继续"
    settings.IDLE_MINUTES_ADMIN = 15
    page_1440.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    page_1440.wait_for_timeout(1500)
    assert not warning.is_visible()


@pytest.mark.looks
def test_near_the_longest_time_the_warning_says_that_it_cannot_be_put_off(page_1440, world, settings):
    settings.IDLE_MINUTES_ADMIN = 122 / 60
    login(page_1440, world.roles["upper", "info"])
    warning = page_1440.get_by_role("dialog", name="即将自动退出")
    warning.wait_for()
    settings.IDLE_MINUTES_ADMIN = 15
    age(**{sessions.STARTED: int(time.time()) - settings.SESSION_HOURS * 3600 + 60})
    page_1440.get_by_role("button", name="继续").click()
    page_1440.get_by_text("不能再延长").wait_for()
    page_1440.get_by_role("button", name="知道了").click()
    page_1440.wait_for_timeout(1500)
    assert not warning.is_visible()
