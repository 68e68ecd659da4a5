"""Every page a person can reach by links: it opens, fits, reads well aloud, is valid HTML and asks nobody else.

Source: security.md 77.
"""

import pytest

from tests import world
from tests.browser.people import login
from tests.browser.walking import page_kind, walk


@pytest.fixture
def roles(transactional_db, walking):
    return world.build().roles


@pytest.mark.looks
def test_every_page_an_administrator_reaches_is_sound(open_page, roles, judge):
    """A branch answers for the pages of 党员E先锋, where it has most to do, the university for all others.

    What another test of the run judged as it opens is only asked for.
    """
    own, top, left = open_page(1440, 900), open_page(1440, 900), {}

    def look(page, walked):
        framed = False
        for path, source, is_open in walked:
            if is_open:
                judge.look(page, path, source=source, framed=framed, path=path)
                framed = True
            elif not judge.knows(page_kind(path)):
                left[path] = page

    login(own, roles["own", "portal"])
    look(own, walk(own, "/portal/", is_opened=lambda kind: not judge.knows(kind) and not kind[0].startswith("info/")))
    login(top, roles["top", "info"])
    look(top, walk(top, "/info/", is_opened=lambda kind: not judge.knows(kind)))
    for path, page in left.items():
        if not judge.knows(page_kind(path)):
            judge.look(page, path, source=page.goto(path).text(), path=path)
    assert judge.verdict() == []
