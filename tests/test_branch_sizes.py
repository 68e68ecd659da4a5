"""Branches that are larger than a branch normally is: told, never barred. Source: workflows.md 2.2, 2.5."""

import pytest
from django.urls import reverse

from orgs import reminders
from orgs.models import Organization
from orgs.rules import joint_warning
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept
from tests.world import build, user_of

pytestmark = pytest.mark.django_db
ATTENTION = "党员超过 50 人的党支部"


@kept
def world():
    return build()


@pytest.fixture
def top(client, world):
    client.force_login(user_of(world, "top"))
    client.get("/info/")  # the role is chosen and the session stamped
    return client


def enrol(branch, full, probationary):
    Organization.objects.filter(pk=branch.pk).update(full_members=full, probationary_members=probationary)


def test_a_branch_of_more_than_fifty_is_counted_listed_and_told(top, world):
    enrol(world.staff, 48, 3)
    enrol(world.students, 50, 0)
    assert list(reminders.crowded(Organization.objects.visible_to(world.roles["top", "info"]))) == [world.staff]
    home = top.get("/info/").content.decode()
    address = f"/info/orgs/?org={world.root.pk}&amp;everything=1&amp;state=crowded"
    assert f'<a href="{address}">{ATTENTION}</a><span class="end">1 个</span>' in home
    listed = top.get(address.replace("&amp;", "&")).content.decode()
    names = [f">{name}</a>" in listed.partition("<tbody>")[2] for name in ("教工支部", "学生支部")]
    pages = [top.get(reverse("orgs:detail", args=[org.pk])).content.decode() for org in (world.staff, world.students)]
    assert names == [True, False]
    assert ["党支部党员一般不超过 50 人" in page for page in pages] == [True, False]
    assert "升格为党总支部" not in pages[0]  # under a general branch there is no place for another


def test_a_large_branch_under_a_committee_may_grow(top, world):
    direct = OrganizationFactory(parent=world.root, short_name="机关党支部", full_name="中国共产党示大机关支部委员会")
    enrol(direct, 48, 3)
    page = top.get(reverse("orgs:detail", args=[direct.pk])).content.decode()
    assert "可以分设党支部，或者升格为党总支部" in page


def test_neither_functional_nor_dissolved_branches_are_too_large(world):
    enrol(world.staff, 60, 0)
    Organization.objects.filter(pk=world.staff.pk).update(is_functional=True)
    enrol(world.closed, 60, 0)
    assert not reminders.crowded(Organization.objects.all()).exists()


@pytest.mark.parametrize(
    ("org_type", "relation", "units", "warned"),
    (
        ("632", "2", "甲公司、乙公司，丙公司；丁公司、戊公司", False),
        ("632", "2", "甲公司、乙公司、丙公司、丁公司、戊公司、己公司", True),
        ("632", "2", "甲公司、甲公司、乙公司、丙公司、丁公司、戊公司、", False),
        ("932", "2", "甲公司、乙公司、丙公司、丁公司、戊公司、己公司", True),
        ("631", "2", "甲公司、乙公司、丙公司、丁公司、戊公司、己公司", False),
        ("632", "1", "甲公司、乙公司、丙公司、丁公司、戊公司、己公司", False),
    ),
)
def test_a_joint_branch_covers_five_units_at_most(org_type, relation, units, warned):
    branch = Organization(org_type=org_type, unit_relation=relation, unit_name=units)
    assert bool(joint_warning(branch)) is warned


def test_a_joint_branch_of_six_units_is_founded_with_a_reminder(top, world):
    data = {
        "full_name": "中国共产党示范大学校企联合支部委员会",
        "short_name": "校企联合党支部",
        "org_type": "632",
        "affiliation": "2",
        "founded_on": "2024.3.1",
        "is_functional": "0",
        "is_elderly_majority": "0",
        "unit_relation": "2",
        "unit_name": "甲公司、乙公司、丙公司、丁公司、戊公司、己公司",
    }
    page = top.post(reverse("orgs:create", args=[world.college.pk]), data, follow=True).content.decode()
    branch = Organization.objects.get(short_name="校企联合党支部")
    detail = top.get(reverse("orgs:detail", args=[branch.pk])).content.decode()
    assert [text.count("“所在单位”列有 6 个") for text in (page, detail)] == [1, 1]
