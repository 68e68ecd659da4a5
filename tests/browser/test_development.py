"""One person from the application to the archive by mouse: branch, general branch and committee, 25 steps."""

import pytest

from accounts.tests.factories import RoleGrantFactory
from eforefront.development.steps import STEPS
from eforefront.models import Applicant
from eforefront.tests.development_walks import PERSON, WALK, number_of
from eforefront.tests.test_development import university
from members.models import Member
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

REVIEWED = ("04", "08", "13", "17", "24")  # the general branch reviews these before the committee decides


@pytest.fixture
def place(transactional_db):
    return university("示范大学")


def grant(organization):
    return RoleGrantFactory(organization=organization, system="portal")


def fill(page, values):
    """Put values into the fields of the form by their names."""
    for name, value in values.items():
        field = page.locator(f"[name='{name}']")
        if value is True:
            field.check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(value.isoformat() if hasattr(value, "isoformat") else str(value))


def enter(page):
    """新增申请人 with what is known of the person."""
    page.get_by_role("link", name="党员发展", exact=True).first.click()
    page.get_by_role("link", name="新增申请人").click()
    assert (axe(page), wider_than_window(page)) == ([], 0)
    fill(page, {"name": "林晓", "id_number": number_of(), **PERSON, "applied_on": WALK["01"][0]})
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记申请人林晓").wait_for()


def record(page, path, number, people):
    """Record one step as the walk says."""
    page.goto(path)
    on, facts = WALK[number]
    chosen = {"05": people[:1], "09": people[:2]}.get(number, [])
    sponsors = {f"sponsor_{place}": str(member.pk) for place, member in enumerate(chosen, 1)}
    fill(page, {"on": on, **facts, **sponsors})
    if len(STEPS[number].outcomes) > 1:
        page.locator("[name='outcome']").first.check()
    page.get_by_role("button", name="保存并进入下一步").click()
    page.get_by_text(f"已办理“{STEPS[number].label}”").wait_for()


def test_one_person_from_the_application_to_the_archive(open_page, place):
    branch, general, committee = (open_page(1440, 900) for _ in range(3))
    for page, organization in ((branch, place.branch), (general, place.general), (committee, place.root)):
        login(page, grant(organization))
    enter(branch)
    applicant = Applicant.objects.get()
    path = applicant.get_absolute_url()
    for number in list(STEPS)[1:]:
        if number in REVIEWED:
            general.goto(path)
            fill(general, {"on": WALK[number][0], "opinion": "同意"})
            general.get_by_role("button", name="审议通过，报上级").click()
            general.get_by_text("已审议“").wait_for()
        above = STEPS[number].actor.name != "BRANCH"
        record(committee if above else branch, path, number, place.people)
    applicant.refresh_from_db()
    member = Member.objects.get(pk=applicant.member_id)
    assert (applicant.get_state_display(), member.get_category_display()) == ("已转正归档", "正式党员")
    assert f"{member.confirmed_on}" == "2025-07-10"
    for width, looked_at in ((1440, "/portal/development/pipeline/"), (390, path)):
        branch.set_viewport_size({"width": width, "height": 900})
        branch.goto(looked_at)
        assert (looked_at, axe(branch), wider_than_window(branch)) == (looked_at, [], 0)
