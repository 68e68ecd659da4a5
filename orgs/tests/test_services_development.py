import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from orgs.codes import OrgType
from orgs.models import Organization
from orgs.services import closing, development, organizations
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db


def rights(*chosen):
    return [(org.may_develop, org.may_approve) for org in map(fresh, chosen)]


def fresh(organization):
    return Organization.objects.get(pk=organization.pk)


def give(*chosen, by, **wanted):
    versions = {org.pk: fresh(org).version for org in chosen}
    return development.set_rights(chosen, by=by, versions=versions, reason="试点", **wanted)


def test_rights_are_given_to_several_and_recorded_for_each(university, by):
    changed = give(university.root, university.staff, by=by, may_develop=True)
    assert rights(university.root, university.staff, university.students) == [
        (True, False),
        (True, False),
        (False,) * 2,
    ]
    assert [org.pk for org in changed] == sorted([university.root.pk, university.staff.pk])
    assert [(r.action, r.organization_id, r.changes, r.reason) for r in Record.objects.order_by("seq")] == [
        ("orgs.set_development", org.pk, [["使用发展党员模块", "否", "是"]], "试点") for org in changed
    ]
    assert fresh(university.staff).version == 2


def test_a_right_that_is_not_named_stays(university, by):
    give(university.root, by=by, may_develop=True, may_approve=True)
    give(university.root, by=by, may_develop=False)
    assert rights(university.root) == [(False, True)]


def test_only_what_changed_is_recorded(university, by):
    give(university.staff, by=by, may_develop=True)
    changed = give(university.staff, university.students, by=by, may_develop=True)
    assert [org.pk for org in changed] == [university.students.pk]
    with pytest.raises(ValidationError, match="没有需要变更的"):
        give(university.staff, university.students, by=by, may_develop=True)
    assert Record.objects.count() == 2


@pytest.mark.parametrize("org_type", [kind for kind in OrgType if kind != OrgType.COMMITTEE])
def test_nobody_but_a_committee_approves(university, by, org_type):
    other = OrganizationFactory(parent=university.root, org_type=org_type)
    with pytest.raises(ValidationError, match="只有党委可以批准预备党员"):
        give(university.root, other, by=by, may_approve=True)
    assert rights(university.root, other) == [(False, False)] * 2
    with pytest.raises(IntegrityError, match="org_only_committees_approve"), transaction.atomic():
        Organization.objects.filter(pk=other.pk).update(may_approve=True)


@pytest.mark.parametrize("fields", [{"is_functional": True}, {"org_type": "931"}, {"org_type": "911"}])
def test_nothing_temporary_or_functional_develops(university, by, fields):
    other = OrganizationFactory(parent=university.root, **fields)
    with pytest.raises(ValidationError, match="临时和功能型党组织不发展党员"):
        give(other, by=by, may_develop=True)
    with pytest.raises(IntegrityError, match="org_only_lasting_ones_develop"), transaction.atomic():
        Organization.objects.filter(pk=other.pk).update(may_develop=True)


def test_many_faults_are_counted_after_the_first_five(university, by):
    chosen = [university.staff, university.students, university.artists, university.logistics]
    chosen += [university.college, university.other]
    with pytest.raises(ValidationError) as refused:
        give(*chosen, by=by, may_approve=True)
    assert (len(refused.value.messages), refused.value.messages[-1]) == (6, "另有 1 个党组织同样不能")


def test_whoever_stands_below_another_changes_only_what_lies_below(university):
    district = Acting(university.college)
    give(university.staff, by=district, may_develop=True)
    assert rights(university.staff) == [(True, False)]
    for foreign in (university.college, university.artists, university.root):
        with pytest.raises(OutOfReach):
            give(university.students, foreign, by=district, may_develop=True)
    assert rights(university.students) == [(False, False)]


def test_a_faster_change_wins(university, by):
    seen = {university.staff.pk: university.staff.version}
    give(university.staff, by=by, may_develop=True)
    with pytest.raises(Stale) as stale:
        development.set_rights([university.staff], by=by, versions=seen, may_develop=False)
    assert stale.value.fields == (("教工支部", "所见的权限", "已开通，只能审议"),)
    with pytest.raises(Stale):
        development.set_rights([university.students], by=by, versions={}, may_develop=False)


def test_rights_end_with_the_organisation_and_do_not_come_back(university, by):
    give(university.logistics, by=by, may_develop=True)
    closing.dissolve([fresh(university.logistics)], by=by, on=university.root.founded_on)
    assert rights(university.logistics) == [(False, False)]
    with pytest.raises(ValidationError, match="已撤销"):
        give(university.logistics, by=by, may_develop=True)
    closing.restore(fresh(university.logistics), by=by)
    assert rights(university.logistics) == [(False, False)]


def test_an_organisation_that_has_a_right_does_not_become_one_that_cannot(university, by):
    give(university.staff, by=by, may_develop=True)
    branch = fresh(university.staff)
    with pytest.raises(ValidationError, match="请先在“发展党员权限”中取消"):
        organizations.update(branch, by=by, version=branch.version, is_functional=True)


def test_the_nearest_committee_that_may_approve_is_found(university, by):
    college = OrganizationFactory(parent=university.root, org_type="611", short_name="医学院党委")
    branch = OrganizationFactory(parent=college)
    nearest = Organization.objects.nearest_approving
    assert nearest(branch.pk) is None
    give(university.root, by=by, may_approve=True)
    assert nearest(branch.pk) == university.root
    give(college, by=by, may_approve=True)
    assert [nearest(pk) for pk in (branch.pk, college.pk, university.staff.pk)] == [college, college, university.root]
