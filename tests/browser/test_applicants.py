"""One applicant without JavaScript: a 串码, the first password, the application, the word of the branch."""

import pytest

from accounts.tests.factories import PASSWORD, RoleGrantFactory
from eforefront.models import Applicant
from eforefront.services.development import codes
from eforefront.tests.development_walks import number_of
from eforefront.tests.test_development import university
from tests.browser.checkers import axe, wider_than_window
from tests.browser.people import login

SCAN = {"name": "入党申请书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.fixture
def place(transactional_db):
    return university("示范大学")


def begin(page, code):
    """Activate a 串码 and set the first password."""
    page.goto("/portal/apply/")
    typed = {"code": code, "name": "何文", "id_number": number_of(), "born_on": "2003-01-02", "phone": "18088880001"}
    for name, value in typed.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name='gender']").select_option("1")
    page.get_by_role("button", name="激活").click()
    for name in ("password", "repeat"):
        page.locator(f"[name='{name}']").fill(PASSWORD)
    page.get_by_role("button", name="设置密码并登录").click()
    page.get_by_text("密码已设置").wait_for()
    page.goto("/portal/")


@pytest.mark.looks
def test_an_applicant_begins_with_a_code_and_sees_what_became_of_the_application(open_page, place):
    role = RoleGrantFactory(organization=place.branch, system="portal")
    branch, person = open_page(1440, 900), open_page(390, 844, java_script_enabled=False)
    _, code = codes.make(place.branch, by=role)
    branch.goto("/portal/apply/")
    assert (axe(branch), wider_than_window(branch)) == ([], 0)
    begin(person, code)
    person.get_by_role("link", name="递交入党申请书").click()
    person.locator("[name='on']").fill("2026-03-01")
    person.locator("[name='file']").set_input_files(SCAN)
    person.get_by_role("button", name="递交").click()
    person.get_by_text("申请书已递交，请等待党支部审核").wait_for()
    login(branch, role)
    applicant = Applicant.objects.get()
    branch.goto(applicant.get_absolute_url())
    branch.get_by_role("link", name="审核", exact=True).click()
    assert (axe(branch), wider_than_window(branch)) == ([], 0)
    branch.get_by_label("审核通过").check()
    branch.get_by_role("button", name="保存").click()
    branch.get_by_text("现为“2. 党组织派人谈话”").wait_for()
    person.goto("/portal/my-development/")
    person.get_by_text("审核通过").wait_for()
    branch.goto("/portal/development/registration/")
    branch.get_by_role("button", name="开启登记").click()
    branch.get_by_text("开放中").wait_for()
    for path in ("codes/", "registration/", "plans/", f"applicants/{applicant.pk}/dossier/"):
        for width in (390, 1440):
            branch.set_viewport_size({"width": width, "height": 900})
            branch.goto(f"/portal/development/{path}")
            assert (path, width, axe(branch), wider_than_window(branch)) == (path, width, [], 0)
