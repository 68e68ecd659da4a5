"""Every form page, as it opens and as it comes back refused: narrow and wide, with large type, without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orgs.views import browsing
from tests.browser import form_pages
from tests.browser.checkers import wider_than_window
from tests.browser.people import login


@pytest.fixture
def world(transactional_db, monkeypatch):
    monkeypatch.setattr(browsing, "EXPORT_AT_ONCE", 0)
    return form_pages.build()


@pytest.fixture
def pages(world):
    return form_pages.addresses(world)


def opened(page, pages):
    """Open each page and yield its name; every one of them must be there."""
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        yield name


def unfold(page):
    page.eval_on_selector_all("details", "all => all.forEach(fold => { fold.open = true; })")


@pytest.mark.looks
def test_every_form_page_is_sound(page_1440, world, pages, judge):
    page = page_1440
    login(page, world.roles["top", "info"])
    for number, name in enumerate(opened(page, pages)):
        unfold(page)
        judge.look(page, name, framed=number > 0, path=pages[name])
    assert judge.verdict() == []


@pytest.mark.looks
def test_every_refused_form_is_sound(page_1440, world, pages, judge):
    page = page_1440
    login(page, world.roles["top", "info"])
    for number, name in enumerate(opened(page, {name: pages[name] for name in form_pages.REFUSING})):
        page.locator("main form[method=post] .formbar button").first.click()
        page.locator("[data-error-summary]").wait_for()
        assert page.title().startswith("错误："), name
        judge.look(page, name, framed=number > 0)
    assert judge.verdict() == []


@pytest.mark.looks
def test_every_form_page_fits_without_script(open_page, world, pages):
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["top", "info"])
    widths = {name: wider_than_window(page) for name in opened(page, pages)}
    assert widths == dict.fromkeys(pages, 0)


@pytest.mark.looks
def test_a_file_too_large_is_told_before_it_is_sent_and_what_was_typed_stays(page_1440, world, tmp_path):
    page = page_1440
    large, small = tmp_path / "大.pdf", tmp_path / "小.pdf"
    large.write_bytes(b"%PDF-1.4\n" + bytes(11 << 20))
    small.write_bytes(b"%PDF-1.4\n")
    login(page, world.roles["own", "portal"])
    page.goto(reverse("transfers:arrive"))
    page.get_by_label("姓名").fill("王𠮷")
    scan = page.get_by_label("介绍信扫描件")
    page.on("request", lambda request: sent.append(request.method))
    sent = []
    scan.set_input_files(large)
    page.locator("main form[method=post] .formbar button").first.click()
    assert "文件超过 10 MB。请压缩或拆分后再上传。" in page.get_by_role("alert").inner_text()
    assert (page.get_by_label("姓名").input_value(), sent) == ("王𠮷", [])
    scan.set_input_files(small)
    assert page.get_by_text("文件超过 10 MB").count() == 0
    page.locator("main form[method=post] .formbar button").first.click()
    page.locator("[data-error-summary]").wait_for()
    assert page.get_by_label("姓名").input_value() == "王𠮷"


@pytest.mark.looks
def test_without_script_a_file_too_large_brings_the_form_back_with_what_was_typed(open_page, world, tmp_path):
    page = open_page(390, 844, java_script_enabled=False)
    login(page, world.roles["own", "portal"])
    page.goto(reverse("transfers:arrive"))
    page.get_by_label("姓名").fill("王𠮷")
    scan = tmp_path / "介绍信.pdf"
    scan.write_bytes(b"%PDF-1.4\n" + bytes(30 << 20))
    page.get_by_label("介绍信扫描件").set_input_files(scan)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("main form[method=post] .formbar button").first.click()
    expect(page.get_by_text("文件超过 10 MB，没有保存，其他内容已保留。").first).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("王𠮷")
    assert answer.value.status == 413
