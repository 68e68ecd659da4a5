"""Pages in Debian's own Chromium, at the two widths the platform is drawn for."""

import contextlib
import os
import re
import shutil

import pytest
from django.conf import settings

from partyplatform.ui import todos
from tests.browser.checkers import Judge, Seen, html_faults
from tests.browser.watch import Watch

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt --no-maglev",  # no page lives long enough for its script to earn a better translation
]


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name == "test_walks.py")  # they judge what no other test has


@pytest.fixture(scope="session")
def chromium(playwright_driver):
    """The browser, one for the whole run; each page has a profile of its own.

    The shell is the same Chromium without the windows around a page, which cost a third of the time.
    """
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert executable, "没有找到 chromium：请先执行 make test，或安装软件包 chromium"
    browser = playwright_driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def seen():
    """What the pages judged in this run have in common; to start the checker of HTML takes as long as 100 pages."""
    made = Seen()
    yield made
    if made.sources:
        assert html_faults(made.sources) == []


@pytest.fixture
def judge(seen, request):
    return Judge(seen, request.node.name)


@pytest.fixture
def open_page(chromium, live_server, request, settings):
    """Return `open_page(width, height)`: a page of its own that is watched until the end of the test."""
    settings.TODO_SECONDS = 3600  # until somebody acts, as for people
    todos.count_anew()
    with contextlib.ExitStack() as open_contexts:
        watches = []

        def _open(width, height, **options):
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                base_url=live_server.url,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                **options,
            )
            open_contexts.callback(context.close)
            context.set_default_timeout(10_000)
            page = context.new_page()
            watches.append(Watch(page, live_server.url))
            return page

        yield _open
        for number, watch in enumerate(watches):
            if request.session.testsfailed:
                keep_picture(watch.page, f"{request.node.name}-{number}")
        faults = [fault for watch in watches for fault in watch.faults()]
    assert faults == []


def keep_picture(page, name):
    """Save what the page showed under var/, for whoever looks at a failed run."""
    folder = settings.BASE_DIR / "var" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}.png", full_page=True)


@pytest.fixture
def page_1440(open_page):
    return open_page(1440, 900)


@pytest.fixture
def page_390(open_page):
    return open_page(390, 844)
