"""A month of one branch by mouse: plan, leave, sign in by code, record with a vote, review; the figures agree."""

import datetime

import pytest
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront.models import Gathering
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def member_role(world, member):
    member.user = UserFactory(name=member.name)
    member.save(update_fields=["user"])
    return RoleGrantFactory(organization=world.staff, kind=RoleKind.MEMBER, user=member.user, is_default=True)


def soon():
    """A time of today or tomorrow at which signing in is open already."""
    return timezone.localtime() + datetime.timedelta(minutes=20)


def plan(page, begins):
    """发起 and 发布; return the code on the spot."""
    page.get_by_role("link", name="组织生活", exact=True).first.click()
    page.get_by_role("link", name="发起组织生活").click()
    page.get_by_label("类型").select_option("党员大会（支部大会）")
    for label, text in (("主题", "讨论年度计划"), ("地点", "会议室"), ("主持人", "李思远")):
        page.get_by_label(label).fill(text)
    page.get_by_label("日期").fill(f"{begins:%Y-%m-%d}")
    page.get_by_label("开始时间").fill(f"{begins:%H:%M}")
    assert (axe(page), wider_than_window(page)) == ([], 0)
    page.get_by_label("结束时间").fill("23:59")
    page.get_by_role("button", name="发布").click()
    page.get_by_text("已发布：讨论年度计划").wait_for()
    page.get_by_role("link", name="现场签到码").click()
    return page.locator(".signcode__n").inner_text()


def ask_leave(phone):
    phone.goto("/portal/meetings/mine/")
    phone.get_by_role("link", name="讨论年度计划").click()
    phone.get_by_role("link", name="请假").click()
    phone.get_by_label("假别").select_option("事假")
    phone.get_by_label("请假原因").fill("外地出差")
    phone.get_by_role("button", name="提交").click()
    phone.get_by_text("已请假（事假）").wait_for()


def sign(phone, code):
    phone.goto("/portal/meetings/mine/")
    phone.get_by_role("link", name="讨论年度计划").click()
    phone.get_by_label("签到码").fill(code)
    phone.get_by_role("button", name="签到").click()
    phone.get_by_text("已签到（出席）").wait_for()
    assert wider_than_window(phone) == 0


def record(page):
    """出席, a vote, 会议内容; handed in."""
    page.goto("/portal/meetings/list/")
    page.get_by_role("link", name="讨论年度计划").click()
    page.get_by_role("link", name="填写记录").click()
    page.get_by_label("其余未登记的应到党员记为出席").check()
    page.get_by_role("button", name="暂存").click()
    page.get_by_text("已暂存").wait_for()
    page.get_by_role("link", name="登记表决").click()
    page.get_by_label("表决事项").fill("通过年度计划")
    page.get_by_label("赞成").fill("2")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记表决").wait_for()
    page.get_by_role("link", name="填写记录").click()
    page.get_by_label("会议内容").fill("讨论并通过年度计划。")
    page.get_by_role("button", name="提交记录").click()
    page.get_by_text("记录已提交").wait_for()
    assert page.get_by_role("row", name="通过年度计划").get_by_text("通过", exact=True).count() == 1


def review(above):
    above.goto("/portal/meetings/list/?state=4")
    above.get_by_role("link", name="讨论年度计划").click()
    above.get_by_role("link", name="审阅").click()
    above.get_by_role("button", name="审阅").click()
    above.get_by_text("已审阅：讨论年度计划").wait_for()


def test_a_meeting_from_plan_to_review(open_page, world):
    signer, absent = (member_role(world, member) for member in world.members[:2])
    page = open_page(1440, 900)
    login(page, world.roles["own", "portal"])
    code = plan(page, soon())
    for role, act in ((absent, ask_leave), (signer, lambda phone: sign(phone, code))):
        phone = open_page(390, 844)
        login(phone, role)
        act(phone)
    ago = timezone.now() - datetime.timedelta(hours=3)
    Gathering.objects.update(begins_at=ago, ends_at=ago + datetime.timedelta(hours=2))
    record(page)
    above = open_page(1440, 900)
    login(above, world.roles["upper", "portal"])
    review(above)
    held = Gathering.objects.get()
    assert (held.state, held.due, held.present) == ("5", 3, 2)
    above.goto("/portal/meetings/frequency/")
    row = above.get_by_role("row", name="教工支部")
    assert row.get_by_role("cell").nth(2).inner_text() == "1/1"
