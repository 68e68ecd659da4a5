"""A notice from its writing to the one reminder: with a file and hostile text, read without script, counted by name."""

import pytest

from eforefront.models import Notice, NoticeRead
from members.models import Member
from partyplatform.integrity import invariants
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

HOSTILE = '# 安排\n<img src=x onerror=alert(1)>请**认真**学习。\nhttps://example.org/?a=1"><script>alert(2)</script>'
PAPER = {"name": "安排.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.fixture
def world(transactional_db):
    made = worlds.build()
    Member.objects.filter(pk=made.members[1].pk).update(user=made.roles["member", "portal"].user)
    return made


def write(page):
    """Save a draft, after one that says nothing; attach a file, after one that is none."""
    page.goto("/portal/notices/create/")
    page.get_by_label("标题").fill("十一月学习安排")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("错误：请填写正文").wait_for()
    assert page.get_by_label("标题").input_value() == "十一月学习安排"
    page.get_by_label("正文").fill(HOSTILE)
    page.get_by_label("本组织及所有下级党组织").check()
    page.get_by_label("需要回执").check()
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("link", name="上传附件").click()
    for paper in (PAPER | {"buffer": b"<script>"}, PAPER):
        page.get_by_label("文件").set_input_files(paper)
        page.get_by_role("button", name="上传").click()
        page.get_by_text("文件内容不是 pdf" if paper["buffer"] == b"<script>" else "安排.pdf").first.wait_for()


def publish(page):
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("“十一月学习安排”已发布").wait_for()
    assert page.locator("article :is(script, img)").count() == 0
    assert page.locator("article strong").inner_text() == "认真"


def confirm(phone):
    """Without script: the list marks it, the page has a button of its own for each of 已读 and 确认收到."""
    phone.goto("/portal/notices/?unread=on")
    phone.get_by_role("link", name="十一月学习安排").click()
    assert wider_than_window(phone) == 0
    phone.get_by_role("button", name="标为已读").click()
    phone.get_by_role("button", name="确认收到").click()
    phone.get_by_text("您已确认收到").wait_for()
    assert phone.context.request.get(phone.get_by_role("link", name="安排.pdf").get_attribute("href")).ok
    phone.goto("/portal/notices/?unread=on")
    assert phone.get_by_role("link", name="十一月学习安排").count() == 0


@pytest.mark.looks
def test_a_notice_from_its_writing_to_the_one_reminder(open_page, world):
    page, phone = open_page(1440, 900), open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["upper", "portal"])
    write(page)
    publish(page)
    login(phone, world.roles["member", "portal"])
    confirm(phone)
    page.get_by_role("link", name="阅读情况").click()
    assert (axe(page), wider_than_window(page)) == ([], 0)
    figures = [int(text.removesuffix("人")) for text in page.locator(".stat__v").all_inner_texts()]
    assert (figures, page.get_by_role("row").count() - 1) == ([3, 1, 2, 1], 2)
    assert NoticeRead.objects.filter(receipted_at__isnull=False).count() == 1
    page.get_by_role("link", name="一键提醒").click()
    page.get_by_role("button", name="一键提醒").click()
    page.get_by_text("“十一月学习安排”已提醒").wait_for()
    page.goto(f"/portal/notices/{Notice.objects.get(reminded_at__isnull=False).pk}/remind/")
    page.get_by_text("每份通知只能提醒一次").wait_for()
    assert [text for each in invariants() if "通知" in each.title for text in each.problems()] == []
