"""Every page a person can reach by links: it opens, fits, reads well aloud, is valid HTML and asks nobody else.

Source: security.md 77.
"""

import pytest

from tests import world
from tests.browser.checkers import Judge
from tests.browser.people import login
from tests.browser.walking import walk


@pytest.fixture
def roles(transactional_db):
    return world.build().roles


@pytest.mark.looks
@pytest.mark.parametrize("role", (("top", "info"), ("own", "portal")))
def test_every_page_of_an_administrator_is_sound(page_1440, roles, role):
    page, judge = page_1440, Judge()
    login(page, roles[role])
    for number, (path, source) in enumerate(walk(page, f"/{role[1]}/")):
        judge.look(page, path, source=source, framed=number > 0)
    assert judge.verdict() == []
