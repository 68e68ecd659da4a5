"""One person from the application to the archive by mouse: branch, general branch and committee, 25 steps.

Then one whose 预备期 is extended, one who is cancelled, one who goes to another university amid 考察.
"""

import datetime

import pytest

from accounts.tests.factories import RoleGrantFactory
from eforefront.development.steps import STEPS
from eforefront.models import Applicant
from eforefront.tests.development_walks import PERSON, WALK, apply, number_of, walk
from eforefront.tests.test_development import problems, university
from members.models import Member
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

D = datetime.date
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


def open_step(page, path, heading):
    """Open a page of an applicant unless the step before led there."""
    if not (page.url.endswith(path) and page.get_by_role("heading", name=heading).count()):
        page.goto(path)


def record(page, path, number, people, *, on=None, outcome=None, **more):
    """Record one step as the walk says, or otherwise."""
    open_step(page, path, f"办理：{int(number)}. ")
    day, facts = WALK[number]
    chosen = {"05": people[:1], "09": people[:2]}.get(number, [])
    sponsors = {f"sponsor_{place}": str(member.pk) for place, member in enumerate(chosen, 1)}
    fill(page, {"on": on or day, **facts, **sponsors, **more})
    if len(STEPS[number].outcomes) > 1:
        page.locator(f"[name='outcome'][value='{outcome or STEPS[number].outcomes[0].code}']").check()
    page.get_by_role("button", name="保存并进入下一步").click()
    page.get_by_text(f"已办理“{STEPS[number].label}”").wait_for()


def review(page, path, on):
    """Let the general branch pass a step on."""
    page.goto(path)
    fill(page, {"on": on, "opinion": "同意"})
    page.get_by_role("button", name="审议通过，报上级").click()
    page.get_by_text("已审议“").wait_for()


@pytest.mark.looks
def test_one_person_from_the_application_to_the_archive(open_page, place):
    branch, general, committee = (open_page(1440, 900) for _ in range(3))
    for page, organization in ((branch, place.branch), (general, place.general), (committee, place.root)):
        login(page, grant(organization))
    enter(branch)
    applicant = Applicant.objects.get()
    path = applicant.get_absolute_url()
    for number in list(STEPS)[1:]:
        if number in REVIEWED:
            review(general, path, WALK[number][0])
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


@pytest.mark.looks
def test_one_is_extended_and_one_cancelled(open_page, place):
    pages = tuple(open_page(1440, 900) for _ in range(3))
    for page, organization in zip(pages, (place.branch, place.general, place.root), strict=True):
        login(page, grant(organization))
    longer, ended = (
        walk(apply(place.branch, name=name, n=n), place.people, until="23") for n, name in enumerate("林何")
    )
    _extend(*pages, longer.get_absolute_url(), place.people)
    longer.refresh_from_db()
    assert (longer.get_state_display(), longer.is_extended, longer.confirmed_on) == ("已转正归档", True, D(2026, 1, 10))
    assert Member.objects.get(pk=longer.member_id).confirmed_on == D(2026, 1, 10)
    _cancel(*pages, ended.get_absolute_url(), place.people)
    assert [row.is_enrolled for row in Member.objects.filter(pk=ended.member_id)] == [False]
    assert problems() == []


def test_steps_are_reviewed_and_recorded_and_the_person_goes_to_another_university(open_page, place):
    other = university("友邻大学")
    branch, general, committee, there = (open_page(1440, 900) for _ in range(4))
    roles = (place.branch, place.general, place.root, other.branch)
    for page, organization in zip((branch, general, committee, there), roles, strict=True):
        login(page, grant(organization))
    leaving = walk(apply(place.branch, name="罗敏", n=2), place.people, until="04")
    path = leaving.get_absolute_url()
    review(general, path, WALK["04"][0])
    record(committee, path, "04", place.people)
    record(branch, path, "05", place.people)
    _go(branch, there, leaving, other)
    leaving.refresh_from_db()
    assert (leaving.organization, leaving.step, leaving.activist_on) == (other.branch, "07", WALK["03"][0])
    assert problems() == []


def _extend(branch, general, committee, path, people):
    """延长 by six months, then 21 to 25 once more with a second meeting."""
    record(branch, path, "23", people, outcome="extend", months=6)
    review(general, path, WALK["24"][0])
    record(committee, path, "24", people)
    committee.get_by_text("21. 继续教育考察", exact=True).first.wait_for()
    for number, on in (("21", D(2026, 1, 3)), ("22", D(2026, 1, 4))):
        record(branch, path, number, people, on=on)
    branch.goto(path)
    again = {"on": D(2026, 1, 12), "notice_from": D(2026, 1, 5), "notice_to": D(2026, 1, 11)}
    record(branch, path, "23", people, **again)
    review(general, path, D(2026, 2, 1))
    record(committee, path, "24", people, on=D(2026, 2, 2))
    committee.get_by_text("同意按期转正").wait_for()
    record(branch, path, "25", people, on=D(2026, 2, 3))


def _cancel(branch, general, committee, path, people):
    record(branch, path, "23", people, outcome="annul")
    review(general, path, WALK["24"][0])
    record(committee, path, "24", people)
    committee.get_by_text("同意取消预备党员资格").wait_for()
    assert committee.get_by_role("heading", name="办理：").count() == 0  # nothing is left to do


def _go(branch, there, applicant, other):
    """移交材料 by the code of the branch there, which takes it in, names a mentor and goes on where the other was."""
    branch.goto(applicant.get_absolute_url())
    branch.get_by_role("link", name="移交材料").click()
    fill(branch, {"code": other.branch.code, "reason": "升学"})
    branch.get_by_role("button", name="保存").click()
    branch.get_by_text(f"已移交至{other.branch.short_name}").first.wait_for()
    there.get_by_role("link", name="党员发展", exact=True).first.click()
    there.get_by_role("link", name="材料移交").click()
    there.get_by_role("link", name="罗敏").click()
    assert (axe(there), wider_than_window(there)) == ([], 0)
    there.get_by_label("接收材料").check()
    there.get_by_role("button", name="提交").click()
    there.get_by_text("已接收罗敏的材料").wait_for()
    there.get_by_role("link", name="更换联系人").click()
    fill(there, {"on": D(2023, 9, 1), "sponsor_1": str(other.people[0].pk), "reason": "转入"})
    there.get_by_role("button", name="保存").click()
    there.get_by_text("已更换培养联系人").wait_for()
    record(there, applicant.get_absolute_url(), "06", other.people)
    assert branch.goto(applicant.get_absolute_url()).status == 404  # it is no longer theirs to see
