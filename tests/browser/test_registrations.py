"""社区报到 and 分数 by hand: a member registers on a phone and serves, the branch confirms, the ledger says why."""

import pytest
from django.utils import timezone

from members.models import Member
from partyplatform.integrity import invariants
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db, settings):
    settings.COMMUNITY_REGISTRATION = settings.MEMBER_SCORES = True
    made = worlds.build()
    Member.objects.filter(pk=made.members[1].pk).update(user=made.roles["member", "portal"].user)
    return made


def serve(phone, day):
    """Register, after a form that names no place; propose a service, after hours that are no number."""
    phone.goto("/portal/own/registration/")
    phone.get_by_role("link", name="登记报到").click()
    phone.get_by_label("报到日期").fill(day)
    phone.get_by_role("button", name="登记报到").click()
    phone.get_by_text("请填写社区名称或居住地党支部编码").wait_for()
    phone.get_by_label("社区名称").fill("学院路社区")
    phone.get_by_role("button", name="登记报到").click()
    phone.get_by_role("link", name="登记服务").click()
    phone.get_by_label("服务日期").fill(day)
    phone.get_by_label("服务项目").fill("社区值守")
    for hours, told in (("1E+1", "应填写数字，如 2.5"), ("2.5", "等待确认")):
        phone.get_by_label("服务时长（小时）").fill(hours)
        phone.get_by_role("button", name="提交").click()
        phone.get_by_text(told).first.wait_for()
    assert (axe(phone), wider_than_window(phone)) == ([], 0)


@pytest.mark.looks
def test_a_member_registers_serves_and_has_it_in_the_ledger(open_page, world):
    day, name = f"{timezone.localdate():%Y-%m-%d}", world.members[1].name
    phone, page = open_page(390, 844), open_page(1440, 900)
    login(phone, world.roles["member", "portal"])
    serve(phone, day)
    login(page, world.roles["own", "portal"])
    page.goto("/portal/services/")
    page.get_by_role("link", name="社区值守").click()
    page.get_by_label("确认单位").fill("学院路社区居委会")
    page.get_by_role("button", name="确认", exact=True).click()
    page.goto("/portal/registrations/figures/")
    assert "已报到人数1" in "".join(page.locator(".facts").first.inner_text().split())
    page.goto("/portal/members/")
    row = page.get_by_role("row", name=name)
    assert row.get_by_text("已报到").count() == 1
    row.get_by_role("link", name="分数明细").click()
    page.get_by_role("link", name="登记分数").click()
    page.get_by_label("日期").fill(day)
    page.get_by_label("事由").fill("支部宣讲")
    for points, told in (("0.05", "最多保留一位小数"), ("1.5", "+1.5")):
        page.get_by_label("分值").fill(points)
        page.get_by_role("button", name="登记").click()
        page.get_by_text(told).first.wait_for()
    rows = page.get_by_role("row")
    assert [rows.filter(has_text=reason).count() for reason in ("社区服务：社区值守", "支部宣讲")] == [1, 1]
    phone.goto("/portal/own/scores/")
    assert phone.get_by_text("支部宣讲").count() == 1
    titles = ("报到", "分数")
    found = [each for each in invariants() if any(word in each.title for word in titles)]
    assert found
    assert [text for each in found for text in each.problems()] == []
