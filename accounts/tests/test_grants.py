import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import acting
from accounts.codes import RoleKind, System
from accounts.integrity import closed_organizations_have_no_roles
from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services.grants import end_role, end_roles_at, grant_role, move_member_roles
from accounts.tests.factories import RoleGrantFactory, UserFactory
from orgs.models import Organization
from orgs.signals import organization_dissolved, organizations_merged
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def committee():
    return OrganizationFactory(short_name="示大党委")


@pytest.fixture
def branch(committee):
    return OrganizationFactory(parent=committee, short_name="示大信息学院教工第一党支部")


def give(user, organization, kind=RoleKind.BRANCH, system=System.INFO, **fields):
    return grant_role(user, organization=organization, kind=kind, system=system, by=audit.SYSTEM, **fields)


def test_a_grant_is_an_acting_role(branch):
    role = RoleGrantFactory(organization=branch, user=UserFactory(name="周敏"))
    assert (role.user_uid, role.user_name) == (str(role.user.uid), "周敏")
    assert (role.kind_label, role.system_label) == ("支部管理员", "党内信息管理系统")
    assert role.label == str(role) == "支部管理员 · 示大信息学院教工第一党支部"
    assert (role.organization_id, role.organization_name) == (branch.pk, "示大信息学院教工第一党支部")
    assert role.can(Power.VIEW_ORGS)
    assert role.can("ask_renewal")
    assert not role.can("edit_org")
    assert not role.can("use_portal")
    with pytest.raises(ValueError, match="edit_orgs"):
        role.can("edit_orgs")


def test_only_grants_of_the_day_give_rights(branch):
    today = timezone.localdate()
    now = RoleGrantFactory(organization=branch)
    until_tomorrow = RoleGrantFactory(organization=branch, starts_on=today - DAY, ends_on=today + DAY)
    RoleGrantFactory(organization=branch, starts_on=today - DAY, ends_on=today)
    RoleGrantFactory(organization=branch, starts_on=today + DAY)
    RoleGrantFactory(organization=branch, user=UserFactory(is_active=False))
    RoleGrantFactory(organization=OrganizationFactory(dissolved_on=today))
    assert list(RoleGrant.objects.active().order_by("pk")) == [now, until_tomorrow]
    assert list(RoleGrant.objects.active(today + DAY).of(until_tomorrow.user)) == []


def test_the_order_of_preference(branch, committee):
    user = UserFactory()
    member = RoleGrantFactory(user=user, organization=branch, kind=RoleKind.MEMBER)
    portal = RoleGrantFactory(user=user, organization=branch, system=System.PORTAL)
    upper = RoleGrantFactory(user=user, organization=committee)
    lower = RoleGrantFactory(user=user, organization=branch, is_default=True)
    RoleGrantFactory(organization=branch)
    roles = acting.roles_of(user)
    assert roles == [lower, upper, member, portal]
    assert acting.preferred([upper, portal, member]) == member
    assert acting.preferred([upper, portal]) == upper
    assert acting.preferred(roles) == lower
    assert acting.preferred(roles, system="portal") == member
    assert acting.preferred(roles, chosen=upper.pk, system="portal") == upper
    assert acting.preferred([]) is None


def test_the_first_grant_becomes_the_default_and_a_later_one_takes_its_place(branch, committee):
    user = UserFactory()
    first = give(user, branch)
    second = give(user, committee, RoleKind.CITY)
    portal = give(user, branch, system=System.PORTAL)
    assert [g.is_default for g in (first, second, portal)] == [True, False, True]
    third = give(user, OrganizationFactory(), RoleKind.CITY, is_default=True)
    assert list(RoleGrant.objects.filter(is_default=True).order_by("pk")) == [portal, third]


def test_a_grant_is_recorded_with_its_organisation(branch):
    user = UserFactory()
    give(user, branch, duty="支部书记", reason="换届")
    record = Record.objects.get(action="accounts.grant")
    assert (record.object_id, record.organization_id, record.reason) == (str(user.uid), branch.pk, "换届")
    assert record.changes == [
        ["角色", "", "支部管理员 · 示大信息学院教工第一党支部"],
        ["系统", "", "党内信息管理系统"],
        ["职务", "", "支部书记"],
    ]


@pytest.mark.parametrize(
    ("is_branch", "kind", "system", "message"),
    (
        (True, RoleKind.CITY, System.INFO, "的管理员角色应为支部管理员"),
        (False, RoleKind.DISTRICT, System.INFO, "的管理员角色应为市/区级管理员"),
        (False, RoleKind.MEMBER, System.PORTAL, "不是党支部"),
        (True, RoleKind.MEMBER, System.INFO, "grant_member_in_portal"),
    ),
)
def test_a_kind_must_fit_the_organisation_and_the_system(branch, committee, is_branch, kind, system, message):
    with pytest.raises(ValidationError, match=message):
        give(UserFactory(), branch if is_branch else committee, kind, system)
    assert RoleGrant.objects.count() == 0


def test_the_same_role_is_given_once(branch):
    user = UserFactory()
    first = give(user, branch)
    with pytest.raises(ValidationError, match="该人员已是该党组织管理员"):
        give(user, branch)
    end_role(first, by=audit.SYSTEM)
    assert give(user, branch).is_default


def test_the_database_keeps_the_rules_too(branch):
    grant = RoleGrantFactory(organization=branch, is_default=True)
    again = {"user": grant.user, "organization": branch}
    for broken in ({}, {"organization": OrganizationFactory(), "is_default": True}, {"system": "x", "kind": "y"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrantFactory(**again | broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(organization=branch, ends_on=datetime.date(2000, 1, 1))


def test_a_dissolved_organisation_gives_no_roles(branch):
    branch.dissolved_on = timezone.localdate()
    with pytest.raises(ValidationError, match="已撤销，不能授权"):
        give(UserFactory(), branch)


def test_the_end_has_a_reason_of_its_own_beside_that_of_the_grant(branch):
    grant = give(UserFactory(), branch, reason="换届")
    end_role(grant, by=audit.SYSTEM, reason="调离")
    grant.refresh_from_db()
    assert (grant.reason, grant.ending_reason) == ("换届", "调离")


def test_an_ended_role_gives_nothing_from_now_on(branch):
    grant = give(UserFactory(), branch)
    end_role(grant, by=audit.SYSTEM, reason="调离")
    end_role(grant, by=audit.SYSTEM, reason="再次")
    grant.refresh_from_db()
    assert (grant.ends_on, grant.is_default, grant.ending_reason) == (timezone.localdate(), False, "调离")
    assert not RoleGrant.objects.active().exists()
    record = Record.objects.get(action="accounts.end_grant")
    assert (record.organization_id, record.reason, record.changes[1]) == (
        branch.pk,
        "调离",
        ["系统", "党内信息管理系统", ""],
    )


def test_a_role_ended_before_it_begins_never_counts(branch):
    tomorrow = timezone.localdate() + DAY
    grant = give(UserFactory(), branch, starts_on=tomorrow)
    end_role(grant, by=audit.SYSTEM)
    assert not RoleGrant.objects.active(tomorrow).exists()


def test_roles_end_with_their_organisation(branch, committee):
    kept = give(UserFactory(), committee, RoleKind.CITY)
    give(UserFactory(), branch)
    give(UserFactory(), branch, RoleKind.MEMBER, System.PORTAL)
    organization_dissolved.send(Organization, organization=branch, by=kept)
    assert list(RoleGrant.objects.open()) == [kept]
    assert list(Record.objects.filter(action="accounts.end_grant").values_list("reason", "actor_uid")) == [
        ("党组织已撤销", kept.user_uid),
        ("党组织已撤销", kept.user_uid),
    ]


def test_ending_roles_where_there_are_none_changes_nothing(branch):
    assert end_roles_at(branch, by=audit.SYSTEM, reason="党组织已撤销") == 0
    assert Record.objects.count() == 0


def test_members_of_a_merged_branch_keep_their_role(branch, committee):
    target = OrganizationFactory(parent=committee, short_name="示大信息学院教工第二党支部")
    moved, there = UserFactory(), UserFactory()
    give(moved, branch, RoleKind.MEMBER, System.PORTAL)
    give(moved, branch)
    give(there, branch, RoleKind.MEMBER, System.PORTAL)
    give(there, target, RoleKind.MEMBER, System.PORTAL)
    organizations_merged.send(Organization, source=branch, target=target, by=audit.SYSTEM)
    organization_dissolved.send(Organization, organization=branch, by=audit.SYSTEM)
    left = RoleGrant.objects.open().order_by("user_id").values_list("user_id", "organization_id", "kind", "is_default")
    assert list(left) == [(moved.pk, target.pk, "member", True), (there.pk, target.pk, "member", True)]
    assert move_member_roles(branch, target, by=audit.SYSTEM, reason="再次") == 0


def test_integrity_tells_a_role_left_at_a_dissolved_organisation(branch):
    grant = give(UserFactory(), branch)
    assert list(closed_organizations_have_no_roles()) == []
    Organization.objects.filter(pk=branch.pk).update(dissolved_on=timezone.localdate())
    assert list(closed_organizations_have_no_roles()) == [
        f"授权 {grant.pk}：“示大信息学院教工第一党支部”已撤销，授权未解除"
    ]


def test_an_auditor_is_set_at_a_committee_and_in_the_information_system_only(committee, branch):
    assert give(UserFactory(), committee, kind=RoleKind.AUDITOR).label == "审计员 · 示大党委"
    with pytest.raises(ValidationError, match="审计员只能在党委设置"):
        give(UserFactory(), branch, kind=RoleKind.AUDITOR)
    with pytest.raises(ValidationError, match="审计员只在党内信息管理系统设置"):
        give(UserFactory(), committee, kind=RoleKind.AUDITOR, system=System.PORTAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(organization=committee, kind=RoleKind.AUDITOR, system=System.PORTAL)


@pytest.mark.parametrize(("first", "second"), ((RoleKind.AUDITOR, RoleKind.CITY), (RoleKind.CITY, RoleKind.AUDITOR)))
def test_nobody_audits_what_they_administer(committee, first, second):
    user = UserFactory()
    grant = give(user, committee, kind=first)
    with pytest.raises(ValidationError, match="不能由同一党组织的管理员兼任"):
        give(user, committee, kind=second)
    end_role(grant, by=audit.SYSTEM)
    give(user, committee, kind=second)
