"""Every page a person can reach by links: it opens, fits, reads well aloud, is valid HTML and asks nobody else.

Source: security.md 77.
"""

import pytest

from tests import world
from tests.browser.checkers import WIDTHS, axe, html_faults, wider_than_window
from tests.browser.people import login
from tests.browser.walking import walk


@pytest.fixture
def roles(transactional_db):
    return world.build().roles


def too_wide_in_large_type(page):
    page.evaluate("document.documentElement.setAttribute('data-size', 'large')")
    try:
        return wider_than_window(page)
    finally:
        page.evaluate("document.documentElement.removeAttribute('data-size')")


@pytest.mark.looks
@pytest.mark.parametrize("role", (("top", "info"), ("own", "portal")))
def test_every_page_of_an_administrator_is_sound(page_1440, roles, role):
    page = page_1440
    login(page, roles[role])
    faults, sources = [], {}
    for path, source in walk(page, f"/{role[1]}/"):
        sources[path] = source
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{path} is {wide} pixels too wide at {width}" for wide in [wider_than_window(page)] if wide]
            faults += [f"{path} in large type is too wide at {width}"] if too_wide_in_large_type(page) else []
            found = axe(page, again=width != WIDTHS[0], framed=len(sources) > 1)
            faults += [f"{path} at {width} {fault}" for fault in found]
    faults += html_faults(sources)
    assert not faults, "\n".join(faults)
