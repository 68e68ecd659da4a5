"""A month of dues by mouse: standard, 登记 with 自愿多交, receipt, 更正, 公示; the figures agree upwards."""

from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from eforefront.forms.dues_sheets import COLUMNS
from eforefront.models import DuesReceipt
from orgs.models import Organization
from partyplatform.excel import write_book
from partyplatform.integrity import invariants
from partyplatform.ui.columns import Column
from tests import world as worlds
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def set_standard(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="核定标准").click()
    page.get_by_label("缴纳类别").select_option(index=1)
    page.get_by_label("计算基数（元）").fill("6000")
    page.get_by_label("生效月份").fill(f"{timezone.localdate():%Y-%m}")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("每月 90.00 元").wait_for()


def register(page, name, received):
    page.get_by_label(f"选择 {name}").check()
    page.get_by_role("button", name="登记缴纳").click()
    page.get_by_text("应缴合计：90.00 元").wait_for()
    assert (axe(page), wider_than_window(page)) == ([], 0)
    page.get_by_label("实收金额（元）").fill(received)
    page.get_by_role("button", name="确认登记").click()
    page.wait_for_url("**/dues/grid/receipts/*/")


def correct(page):
    """Take the gift back: only the month is entered anew."""
    page.get_by_role("link", name="更正").click()
    page.get_by_label("更正原因").fill("多交部分登记有误")
    page.get_by_label("自愿多交（元）").fill("")
    page.get_by_role("button", name="确认更正").click()
    page.wait_for_url("**/dues/grid/receipts/*/")


def test_a_month_of_dues_from_the_standard_to_the_sums_above(open_page, world):
    name = world.members[1].name
    page = open_page(1440, 900)
    login(page, world.roles["own", "portal"])
    page.get_by_role("link", name="党费收缴", exact=True).first.click()
    set_standard(page, name)
    page.goto(f"/portal/dues/grid/branches/{world.staff.pk}/")
    register(page, name, "100")
    correct(page)
    assert [row.total_fen for row in DuesReceipt.objects.order_by("number")] == [10_000, -10_000, 9000]
    page.goto("/portal/dues/publications/")
    page.get_by_role("link", name="公示一个年度").click()
    page.get_by_label("年度").select_option(f"{timezone.localdate():%Y}")
    page.get_by_role("button", name="确认公示").click()
    page.get_by_text("年党费，本支部党员可以查看").wait_for()
    above = open_page(390, 844)
    login(above, world.roles["upper", "portal"])
    assert above.get_by_text("1/1 人已交").count() == 1
    above.goto("/portal/dues/report/")
    assert above.get_by_text("已公示 1 个").count() == 1
    assert wider_than_window(above) == 0
    Organization.objects.filter(pk=world.staff.pk).update(short_name="示大信息学院暑期社会实践第一党支部")
    above.goto("/portal/")
    above.set_viewport_size({"width": 320, "height": 800})
    above.evaluate("document.documentElement.setAttribute('data-size', 'large')")
    assert wider_than_window(above) == 0
    above.goto("/portal/dues/sums/")
    above.evaluate("document.documentElement.setAttribute('data-size', 'large')")
    above.locator(".stat__v").nth(1).evaluate("sum => { sum.firstChild.textContent = '7,534,652.83' }")
    assert wider_than_window(above) == 0
    assert [text for each in invariants() if each.title.startswith("党费") for text in each.problems()] == []


def sheet(rows):
    """A 缴费表 as a branch fills it in."""
    columns = [Column(column.label, column.name) for column in COLUMNS]
    blank = dict.fromkeys((column.name for column in COLUMNS), "")
    stream = BytesIO()
    write_book(stream, title="缴费表", columns=columns, rows=[blank | row for row in rows])
    return {"name": "缴费表.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": stream.getvalue()}


@pytest.mark.looks
def test_a_sheet_of_payments_is_repaired_in_the_page_and_entered_once(open_page, world):
    """Without script, narrow: the cells named one by one, the error book beside them, then 确认导入."""
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["own", "portal"])
    name, today = world.members[1].name, timezone.localdate()
    page.goto(f"/portal/dues/grid/branches/{world.staff.pk}/")
    set_standard(page, name)
    good = {"name": name, "first": f"{today:%Y-%m}", "received": "90", "paid_on": f"{today}"}
    page.goto("/portal/dues/import/")
    page.get_by_label("文件").set_input_files(sheet([good | {"received": "1E+3"}, good | {"name": "无此人"}]))
    page.locator("main form[method=post] button").first.click()
    page.get_by_text("有 2 处错误").wait_for()
    assert wider_than_window(page) == 0
    errors = page.context.request.get(page.get_by_role("link", name="下载错误说明").get_attribute("href"))
    told = [row[-1] for row in load_workbook(BytesIO(errors.body())).worksheets[0].iter_rows(values_only=True)]
    assert [text.split("：")[0] for text in told] == ["错误说明", "实收金额", "姓名"]
    page.get_by_role("link", name="在页面上改正").click()
    assert page.get_by_label("实收金额").input_value() == "1E+3"
    page.get_by_label("实收金额").fill("100")
    page.get_by_label("第 3 行不导入").check()
    page.get_by_role("button", name="保存并重新检查").click()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("已导入 1 行，合计 100.00 元").wait_for()
    assert [row.total_fen for row in DuesReceipt.objects.all()] == [10_000]
    page.goto("/portal/")
    assert page.get_by_role("link", name="本月待缴 0 人").count() == 1
