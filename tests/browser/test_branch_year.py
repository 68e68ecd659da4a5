"""What a branch does in a year, by mouse, without script, by keyboard alone; the figures agree wherever they stand."""

import datetime
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.codes import RoleKind
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront.models import DuesMonth, DuesReceipt, Enrolment, Gathering
from members.models import Member, Review
from orgs.dates import add_months
from partyplatform.integrity import invariants
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

FOCUSED = """() => {
  const it = document.activeElement
  const labels = [...(it.labels || [])].map(label => label.innerText)
  return [it.getAttribute('aria-label'), ...labels, it.innerText, it.value].filter(Boolean).join(' | ')
}"""
MOST_TABS = 150


@pytest.fixture
def world(transactional_db):
    made = worlds.build()
    Member.objects.filter(organization=made.staff).update(joined_on="2020-06-20")
    return made


@pytest.fixture
def plain(open_page):
    """Return `plain()`: a page without JavaScript."""
    return lambda width=1440: open_page(width, 900, java_script_enabled=False)


def sound(subject):
    return [text for each in invariants() if each.title.startswith(subject) for text in each.problems()]


def sheet_of(page, link):
    """Return the rows of the workbook behind a link, without its heads."""
    answer = page.context.request.get(page.get_by_role("link", name=link).first.get_attribute("href"))
    return list(load_workbook(BytesIO(answer.body())).worksheets[0].iter_rows(min_row=2, values_only=True))


def member_role(world, member):
    member.user = UserFactory(name=member.name)
    member.save(update_fields=["user"])
    return RoleGrantFactory(organization=world.staff, kind=RoleKind.MEMBER, user=member.user, is_default=True)


def set_standard(page, grid, name, first):
    page.goto(grid)
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="核定标准").click()
    page.get_by_label("缴纳类别").select_option(index=1)
    page.get_by_label("计算基数（元）").fill("6000")
    page.get_by_label("生效月份").fill(f"{first:%Y-%m}")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("每月 90.00 元").wait_for()


def ask_relief(page, grid, name, month):
    page.goto(grid)
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="提出减免").click()
    page.get_by_label("起始月份").fill(f"{month:%Y-%m}")
    page.get_by_label("截止月份").fill(f"{add_months(month, 2):%Y-%m}")
    page.get_by_label("原因").fill("因病困难，支部大会讨论同意")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("待审批").first.wait_for()


def approve_relief(page, name):
    page.goto("/portal/dues/reliefs/")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_label("批准", exact=True).check()
    page.get_by_label("批准文号").fill("示党组〔2026〕8号")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已批准").first.wait_for()


def pay_late(page, grid, name, first):
    """补缴 and this month with one receipt, ten yuan more than is due."""
    page.goto(grid)
    page.get_by_label(f"选择 {name}").check()
    page.get_by_label("从", exact=True).fill(f"{first:%Y-%m}")
    page.get_by_role("button", name="登记缴纳").click()
    page.get_by_text("应缴合计：180.00 元").wait_for()
    page.get_by_label("实收金额（元）").fill("190")
    page.get_by_role("button", name="确认登记").click()
    page.get_by_text("190.00").first.wait_for()


def take_gift_back(page):
    page.get_by_role("link", name="更正").click()
    page.get_by_label("更正原因").fill("多收 10 元，已退还")
    page.get_by_label("自愿多交（元）").fill("")
    page.get_by_role("button", name="确认更正").click()
    page.get_by_text("180.00").first.wait_for()


def shown(page, path):
    """Return 应缴, 实缴 and 未缴 as they stand on top of a page."""
    page.goto(path)
    return [text.split("元")[0].strip() for text in page.locator(".stat__v").all_inner_texts()[:3]]


@pytest.mark.looks
def test_a_month_of_dues_without_script_agrees_everywhere(plain, world):
    paying, relieved = (member.name for member in world.members[1:])
    now = timezone.localdate().replace(day=1)
    before = add_months(now, -1)
    grid = f"/portal/dues/grid/branches/{world.staff.pk}/"
    page, above = plain(), plain(390)
    login(page, world.roles["own", "portal"])
    login(above, world.roles["top", "portal"])
    for name in (paying, relieved):
        set_standard(page, grid, name, before)
    page.goto("/portal/dues/arrears/")
    assert page.get_by_role("row", name=paying).count() == page.get_by_role("row", name=relieved).count() == 1
    ask_relief(page, grid, relieved, now)
    approve_relief(above, relieved)
    pay_late(page, grid, paying, before)
    take_gift_back(page)
    assert [row.total_fen for row in DuesReceipt.objects.order_by("number")] == [19_000, -19_000, 18_000]
    states = DuesMonth.objects.filter(member__name__in=[paying, relieved]).order_by("-member", "month")
    assert sorted(states.values_list("member__name", "state")) == sorted(
        [(paying, "3"), (paying, "2"), (relieved, "1"), (relieved, "4")]
    )
    in_year = before.year == now.year  # in January the month of arrears is one of last year
    due, paid = (270, 180) if in_year else (90, 90)
    wanted = [f"{due:.2f}", f"{paid:.2f}", f"{due - paid:.2f}"]
    assert shown(page, grid) == wanted
    assert sum(row[-2] or 0 for row in sheet_of(page, "导出Excel")) == due
    assert sum(row[-1] or 0 for row in sheet_of(page, "导出Excel")) == paid
    year = f"/portal/dues/sums/?year={now:%Y}"
    for reader in (page, above):
        assert shown(reader, year) == wanted
    page.goto("/portal/")
    card = page.locator("section", has=page.get_by_role("heading", name="党费收缴"))
    assert "应缴 90.00 元" in card.inner_text()
    assert "实缴 90.00 元" in card.inner_text()
    page.goto("/portal/dues/arrears/")
    assert [page.get_by_role("row", name=name).count() for name in (paying, relieved)] == [0, 1]
    assert len(sheet_of(page, "导出Excel")) == 1
    assert sound("党费") == []


STEPS = ("学习", "谈心谈话", "组织生活会", "个人自评", "党员互评", "民主测评", "评定意见", "上报")


def put_down(page, step, people):
    """What a step asks of each member."""
    page.get_by_role("link", name=f"登记{step}").click()
    assert (axe(page), wider_than_window(page)) == ([], 0)
    for place, name in enumerate(people):
        match step:
            case "个人自评":
                page.get_by_label(f"{name} 已自评").check()
            case "党员互评":
                page.get_by_label(f"{name} 已互评").check()
            case "民主测评":
                page.get_by_label(f"{name} 优秀票").fill("2")
                page.get_by_label(f"{name} 合格票", exact=True).fill("1")
            case "评定意见":
                page.get_by_label(f"{name} 评定等次").select_option("优秀" if place == 0 else "合格")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存").wait_for()


@pytest.mark.looks
def test_a_review_year_from_the_study_to_the_record(open_page, world):
    people = [member.name for member in world.members]
    page, above = open_page(1440, 900), open_page(1440, 900)
    login(page, world.roles["own", "portal"])
    page.goto("/portal/meetings/reviews/")
    page.get_by_role("link", name="开展民主评议").click()
    page.get_by_role("button", name="开展").click()
    page.get_by_text("已开展").wait_for()
    for step in STEPS:
        if step in ("个人自评", "党员互评", "民主测评", "评定意见"):
            put_down(page, step, people)
            page.get_by_role("link", name="完成本步骤").click()
        else:
            page.get_by_role("link", name=f"完成：{step}").click()
        page.get_by_role("button", name="完成", exact=True).click()
        page.get_by_text(f"已完成：{step}").wait_for()
    login(above, world.roles["upper", "portal"])
    above.goto("/portal/meetings/reviews/")
    above.get_by_role("link", name="教工支部").click()
    above.get_by_role("link", name="审核入库").click()
    above.get_by_role("button", name="确认入库").click()
    above.get_by_text("评定结果已写入").wait_for()
    grades = dict(Review.objects.values_list("member__name", "grade"))
    assert grades == dict(zip(people, ("1", "2", "2"), strict=True))
    above.goto("/portal/meetings/reviews/")
    figures = above.locator(".stat__v").all_inner_texts()
    assert [text.split()[0].removesuffix("人") for text in figures[:3]] == ["1/", "3", "0"]
    [row] = sheet_of(above, "导出Excel")
    assert row[5:9] == (3, 3, 1, 0)
    assert sound("民主评议") == []


def tab_to(page, name):
    """Move on with the Tab key alone until what is named has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"“{name}” is not reached by keyboard on {page.url}")


def press(page, name, *, leads_to):
    tab_to(page, name)
    page.keyboard.press("Enter")
    page.get_by_text(leads_to).first.wait_for()


def type_into(page, name, text):
    tab_to(page, name)
    page.keyboard.type(text)


@pytest.mark.looks
def test_an_activity_with_a_waiting_list_by_keyboard_alone(open_page, world):
    first, second = (member_role(world, member) for member in world.members[:2])
    page = open_page(1440, 900)
    login(page, world.roles["own", "portal"])
    page.goto("/portal/activities/")
    press(page, "发起活动", leads_to="参加范围")
    tab_to(page, "类型")
    page.keyboard.press("ArrowDown")
    type_into(page, "主题", "清扫校园")
    day = timezone.localdate() + datetime.timedelta(days=9)
    type_into(page, "日期", f"{day:%Y-%m-%d}")
    type_into(page, "开始时间", "9:00")
    type_into(page, "地点", "东门")
    type_into(page, "负责人", "李思远")
    type_into(page, "报名截止日期", f"{day - datetime.timedelta(days=1):%Y-%m-%d}")
    type_into(page, "人数上限", "1")
    press(page, "发布", leads_to="已发布：清扫校园")
    made = Gathering.objects.get()
    people = {}
    for role, button, told in ((first, "报名", "已报名"), (second, "报名候补", "候补")):
        people[role] = open_page(390, 844)
        login(people[role], role)
        people[role].goto(f"/portal/activities/mine/{made.pk}/")
        press(people[role], button, leads_to=told)
    press(people[first], "取消报名", leads_to="已取消")
    assert list(Enrolment.objects.filter(gathering=made, state="1").values_list("member", flat=True)) == [
        world.members[1].pk
    ]
    page.reload()
    assert page.get_by_text("已报名 1 人，上限 1 人").count() == 1
    page.goto("/portal/activities/")
    row = page.get_by_role("row", name="清扫校园")
    assert " 1 " in f" {' '.join(row.inner_text().split())} "
    assert sound("支部活动") == []
