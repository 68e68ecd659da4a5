"""导入党组织 and 导入组织排序 as an administrator goes through them, faults and corrections included."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from orgs.models import ImportSession, Organization
from orgs.tests.books import ORDER_HEADINGS, book, line
from tests import world as worlds
from tests.browser.people import login


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def page(open_page, world):
    page = open_page(1440, 900)
    login(page, world.roles["upper", "info"])
    return page


def choose(page, content, name="名册.xlsx"):
    page.get_by_label("文件").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="上传并检查").click()


def test_a_faulty_sheet_is_corrected_in_the_error_workbook_and_brought_in(page, world, judge):
    page.goto("/info/orgs/")
    page.get_by_role("link", name="导入党组织").click()
    choose(page, book([line(name="博士生", parent="无此总支"), line(name="硕士生", parent=world.college.code)]))
    page.get_by_text("1 行有错误，共 1 处。").wait_for()
    assert page.get_by_role("cell", name="没有找到该上级党组织").count() == 1
    judge.look(page, "faults")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误说明").click()
    made = load_workbook(BytesIO(download.value.path().read_bytes()))
    assert made.active["S2"].value == "上级党组织：没有找到该上级党组织"
    made.active["F2"] = world.college.short_name
    corrected = BytesIO()
    made.save(corrected)
    page.get_by_role("link", name="重新上传").click()
    choose(page, corrected.getvalue(), "改正后的名册.xlsx")
    page.get_by_text("等待确认").wait_for()
    judge.look(page, "waiting")
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("已导入：新增 2 个、更新 0 个党组织").wait_for()
    judge.look(page, "imported")
    page.get_by_role("link", name="博士生党支部").click()
    assert page.get_by_text(Organization.objects.get(short_name="博士生党支部").code).count() >= 1
    assert judge.verdict() == []


@pytest.mark.looks
def test_a_workbook_that_is_none_is_refused_at_its_field(page, world):
    page.goto(f"/info/orgs/{world.college.pk}/import/")
    choose(page, b"name;code\n", "名册.csv")
    page.get_by_text("这是 CSV 文本文件，请另存为 xlsx 工作簿后再上传").first.wait_for()
    assert page.title().startswith("错误：")
    assert ImportSession.objects.filter(organization=world.college, file_name="名册.csv").count() == 0


@pytest.mark.looks
def test_an_order_is_exported_changed_and_brought_in(page, world):
    page.goto(f"/info/orgs/?org={world.college.pk}")
    page.get_by_role("link", name="导入组织排序").click()
    children = list(Organization.objects.living().filter(parent=world.college).order_by("lft"))
    choose(page, book([(c.code, c.short_name, 9 - n) for n, c in enumerate(children)], ORDER_HEADINGS))
    page.get_by_text("等待确认").wait_for()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("已导入：调整").wait_for()
    assert list(Organization.objects.living().filter(parent=world.college).order_by("lft")) == children[::-1]


@pytest.mark.looks
def test_it_works_without_script(open_page, world):
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["upper", "info"])
    page.goto(f"/info/orgs/{world.college.pk}/import/")
    choose(page, book([line(name="硕士生", parent=world.college.code)]))
    page.get_by_role("button", name="放弃导入").click()
    page.get_by_text("已放弃导入“名册.xlsx”").wait_for()
    assert not Organization.objects.filter(short_name="硕士生党支部").exists()
