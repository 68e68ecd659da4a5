"""Every page a person can reach by links: it opens, fits, reads well aloud, is valid HTML and asks nobody else."""

import pytest

from accounts.codes import RoleKind, System
from accounts.tests.factories import RoleGrantFactory, UserFactory
from orgs.codes import OrgType
from orgs.tests.factories import OrganizationFactory, TermFactory
from tests.browser.checkers import axe, html_faults, wider_than_window
from tests.browser.people import login
from tests.browser.walking import walk


@pytest.fixture
def university(transactional_db):
    """A committee with a general branch, two branches and a term each."""
    committee = OrganizationFactory(full_name="中国共产党示范大学委员会", short_name="示范大学党委")
    general = OrganizationFactory(
        parent=committee, org_type=OrgType.GENERAL_BRANCH, full_name="示范大学文学院党总支部", short_name="文学院党总支"
    )
    for number in (1, 2):
        name = f"示范大学文学院第{number}党支部"
        TermFactory(
            organization=OrganizationFactory(parent=general, full_name=name, short_name=f"文学院第{number}支部")
        )
    TermFactory(organization=committee)
    return committee


@pytest.fixture
def roles(university):
    """The three kinds of people: by name, the role each acts with."""
    branch = university.get_descendants().filter(org_type=OrgType.BRANCH).first()
    return {
        "committee": RoleGrantFactory(organization=university),
        "branch": RoleGrantFactory(organization=branch),
        "portal": RoleGrantFactory(organization=university, system=System.PORTAL),
        "member": RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER, user=UserFactory()),
    }


@pytest.mark.parametrize("width", (1440, 390))
def test_every_page_of_a_committee_is_sound(open_page, roles, width):
    page = open_page(width, 900)
    login(page, roles["committee"])
    faults, sources = [], {}
    for path in walk(page, "/info/"):
        sources[path] = page.context.request.get(path).text()
        faults += [f"{path} is {wide} pixels too wide" for wide in [wider_than_window(page)] if wide]
        faults += [f"{path} {fault}" for fault in axe(page)]
    assert faults + html_faults(sources) == []
    assert len(sources) > 20


@pytest.mark.parametrize("who", ("branch", "portal", "member"))
def test_every_link_leads_to_a_page(page_390, roles, who):
    login(page_390, roles[who])
    faults = [
        f"{path} is {wide} pixels too wide"
        for path in walk(page_390, f"/{roles[who].system}/")
        for wide in [wider_than_window(page_390)]
        if wide
    ]
    assert faults == []
