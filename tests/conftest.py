"""What the tests that cross the apps share."""

import os
import sys

import pytest
from django.urls import get_resolver

from eforefront import statistics_exports
from partyplatform import pdf
from partyplatform.ui import todos


@pytest.fixture
def papers_at_once(monkeypatch):
    """Papers without the typesetter, which takes seconds for each: a walk over all addresses judges who gets one.

    What stands on them is judged by the tests of the papers.
    """
    get_resolver().url_patterns  # noqa: B018  # imports the pages
    for module in [one for one in list(sys.modules.values()) if getattr(one, "pdf_from", None) is pdf.pdf_from]:
        monkeypatch.setattr(module, "pdf_from", lambda html, *, style, patience=None: b"%PDF-1.7\n%%EOF\n")


@pytest.fixture
def walking(papers_at_once, settings, monkeypatch):
    """What a walk over all addresses need not do anew for each: set papers, count for a file and for the bell."""
    monkeypatch.setattr(
        statistics_exports, "count_table", lambda table, frame: [[0] * len(table.columns) for _ in table.rows]
    )
    settings.TODO_SECONDS = 3600
    todos.count_anew()
    monkeypatch.setattr(todos, "count_anew", lambda: None)


@pytest.fixture(scope="session")
def playwright_driver(kept_worlds):
    """Playwright, once in a run: a second one beside it is refused.

    Beside its event loop Django takes another connection, in which no world of before can be taken down.
    """
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in the thread of the tests
    kept_worlds.clear()
    with sync_playwright() as playwright:
        yield playwright
        kept_worlds.clear()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
