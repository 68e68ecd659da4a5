"""What the roll has against changing an organisation."""

import pytest

from members.codes import MembershipStatus
from members.tests.factories import MemberFactory
from orgs.models import Organization
from orgs.services import organizations
from orgs.tests.importing import checked, faults, only, role
from partyplatform.ui.refusals import Refusal

pytestmark = pytest.mark.django_db
TEXT = "有 1 名停止党籍的党员组织关系在此，转出后才能设为功能型或临时党支部"


@pytest.fixture
def branch(college):
    """教工支部, which only a suspended member belongs to."""
    Organization.objects.filter(pk=college.staff.pk).update(full_name=OF_BRANCH)
    MemberFactory(organization=college.staff, name="孙丽", status=MembershipStatus.SUSPENDED)
    return Organization.objects.get(pk=college.staff.pk)


OF_BRANCH = "中国共产党示范大学教工支部委员会"


def change(branch, by, **changes):
    fields = {name: getattr(branch, name) for name in organizations.FIELDS} | changes
    return organizations.update(branch, by=by, version=branch.version, **fields)


@pytest.mark.parametrize("changes", ({"is_functional": True}, {"org_type": "931"}))
def test_a_branch_of_suspended_members_becomes_neither_functional_nor_temporary(branch, by, changes):
    with pytest.raises(Refusal) as refusal:
        change(branch, by, **changes)
    assert refusal.value.messages == [TEXT]
    assert refusal.value.links == (("查看党员", f"/info/orgs/{branch.pk}/members/?standing=2"),)
    branch.refresh_from_db()
    assert branch.holds_members


def test_other_data_of_such_a_branch_change(branch, by):
    assert change(branch, by, contact_name="周敏").contact_name == "周敏"


def test_a_branch_whose_members_have_left_becomes_functional(branch, by):
    branch.members.update(status=MembershipStatus.TRANSFERRED)
    assert change(branch, by, is_functional=True).is_functional


def test_a_sheet_is_refused_alike(branch, college):
    found = checked([only(2, code=branch.code, is_functional=True)], target=college.root, by=role(college.root))
    assert faults(found) == [(2, "是否功能型党支部", TEXT)]
