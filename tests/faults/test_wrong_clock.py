"""A server whose clock is wrong. The last of the runs: nobody is logged in after it. Source: security.md 64."""

import pytest

from tests.faults.browsing import Person

pytestmark = pytest.mark.faults

PAGES = ("/info/", "/info/orgs/", "/info/parent-changes/", "/info/members/imports/", "/info/terms/", "/help/faq/")


@pytest.mark.parametrize("days", (1, -1, 400))
def test_a_wrong_clock_makes_things_expire_or_wait_and_breaks_nothing(installation, people, told, days):
    earlier = installation.person("college2a")
    for process in (installation.web, installation.worker):
        process.end()
    try:
        installation.web.start(days=days)
        installation.worker.start(days=days, DAILY_HOUR="0")
        old = {earlier.get(page).status for page in PAGES}
        is_let_in = earlier.get("/info/").path == "/info/"
        number, password = installation.world["people"]["college2b"], installation.world["password"]
        fresh = walk_as_far_as_let(installation, number, password)
    finally:
        for process in (installation.web, installation.worker):
            process.end()
            process.start()
    assert max(old | fresh) < 500
    assert not (days > 0 and is_let_in), "a session outlived its time"
    after = {earlier.get(page).status for page in PAGES}
    assert max(after) < 500
    ended = "旧登录失效" if days > 0 else "登录不延长"
    told(f"服务器时钟{'快' if days > 0 else '慢'} {abs(days)} 天：没有出错页面，{ended}")


def walk_as_far_as_let(installation, number, password):
    """Log in by the shifted clock and open pages; return the answers."""
    person = Person(installation.web.port)
    answers = {person.send("/login/?next=/info/", login_name=number, password=password).status}
    return answers | {person.get(page).status for page in PAGES}
