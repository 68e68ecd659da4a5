"""Roles that end by themselves. Source: workflows.md 1.2."""

import datetime

import pytest
from django.utils import timezone

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.services.logins import enter
from accounts.tests.factories import PASSWORD, RoleGrantFactory
from members.codes import MembershipStatus
from members.integrity import administrators_belong, roles_by_duty_match_posts
from members.models import Member
from members.services import administrators
from members.services.members import change_status, move
from members.tests.factories import MemberFactory, PostFactory
from orgs.services import closing, parents, upgrading
from orgs.tests.factories import OrganizationFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def top(college):
    return RoleGrantFactory(organization=college.root)


@pytest.fixture
def in_portal(college):
    return RoleGrantFactory(organization=college.root, system=System.PORTAL)


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="何静")


def appoint(member, organization, by):
    return administrators.appoint(member, organization=organization, system=by.system, by=by)


def roles(member):
    user = Member.objects.get(pk=member.pk).user
    return {(grant.organization_name, grant.system, grant.is_admin) for grant in RoleGrant.objects.of(user).active()}


def test_a_move_ends_what_belonged_to_the_old_branch(college, top, in_portal, member):
    for organization in (college.staff, college.general):
        appoint(member, organization, top)
    appoint(member, college.staff, in_portal)
    appoint(member, college.artists, in_portal)  # somewhere else from the beginning
    move(member, to=college.students, by=top)
    assert roles(member) == {
        ("学院党总支", "info", True),
        ("学生支部", "portal", False),
        ("表演支部", "portal", True),
    }
    move(Member.objects.get(pk=member.pk), to=college.artists, by=top)
    assert roles(member) == {("表演支部", "portal", False), ("表演支部", "portal", True)}
    ended = RoleGrant.objects.exclude(ends_on=None).order_by("pk").values_list("ending_reason", flat=True)
    assert set(ended) == {"组织关系已转出", "所在支部已变更"}
    assert list(administrators_belong()) == []


def test_a_role_that_waits_for_its_day_ends_too(college, top, member):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    administrators.appoint(member, organization=college.staff, system=System.INFO, by=top, starts_on=tomorrow)
    move(member, to=college.artists, by=top)
    assert not RoleGrant.objects.active(tomorrow).administrators().filter(user__name="何静").exists()


@pytest.mark.parametrize(
    "status",
    (MembershipStatus.SUSPENDED, MembershipStatus.TRANSFERRED, MembershipStatus.EXPELLED, MembershipStatus.DECEASED),
)
def test_whoever_is_no_active_member_has_no_role(college, top, in_portal, member, status):
    appoint(member, college.staff, top)
    appoint(member, college.artists, in_portal)
    change_status(member, status=status, by=top)
    assert roles(member) == set()
    reasons = set(RoleGrant.objects.filter(user__name="何静").values_list("ending_reason", flat=True))
    assert reasons == {f"党籍状态：{status.label}"}
    assert list(administrators_belong()) == []


def test_whoever_comes_back_is_a_member_and_nothing_more(college, top, member):
    appoint(member, college.staff, top)
    change_status(member, status=MembershipStatus.SUSPENDED, by=top)
    change_status(Member.objects.get(pk=member.pk), status=MembershipStatus.NORMAL, by=top)
    assert roles(member) == {("教工支部", "portal", False)}


def test_a_merged_branch_takes_its_administrators_along_as_members_only(college, top, member):
    appoint(member, college.staff, top)
    appoint(member, college.general, top)
    versions = (college.staff.version, college.students.version)
    closing.merge(college.staff, into=college.students, by=top, versions=versions, on=timezone.localdate())
    assert roles(member) == {("学院党总支", "info", True), ("学生支部", "portal", False)}
    assert list(administrators_belong()) == []


def test_an_upgraded_branch_gets_its_administrators_anew(college, top, by):
    leader, contact = (MemberFactory(organization=college.direct, name=name) for name in ("周敏", "何静"))
    PostFactory(term=TermFactory(organization=college.direct), member=leader)
    appoint(contact, college.direct, top)
    fields = {"org_type": "631", "affiliation": college.direct.affiliation, "founded_on": datetime.date(2026, 1, 1)}
    branches = [
        {"full_name": f"中国共产党示范大学直属{name}支部委员会", "short_name": f"直属{name}支部", **fields}
        for name in ("甲", "乙")
    ]
    upgrading.upgrade(
        college.direct,
        to_type="621",
        full_name="中国共产党示范大学直属总支部委员会",
        short_name="直属党总支",
        branches=branches,
        assignment={leader.pk: 0, contact.pk: 1},
        by=top,
        version=college.direct.version,
    )
    assert roles(contact) == {("直属乙支部", "portal", False)}
    assert roles(leader) == {
        ("直属党总支", "info", True),
        ("直属党总支", "portal", True),
        ("直属甲支部", "portal", False),
    }
    assert [*administrators_belong(), *roles_by_duty_match_posts()] == []


def test_who_moves_away_with_a_branch_administers_nothing_above_its_old_place(college, top, member):
    appoint(member, college.staff, top)
    appoint(member, college.general, top)
    change = parents.ask(college.staff, to=college.other, by=top, reason="机构调整")
    parents.approve(change, by=top)
    assert roles(member) == {("教工支部", "info", True), ("教工支部", "portal", False)}
    assert list(administrators_belong()) == []


def test_a_disabled_account_acts_in_no_role(college, top, member):
    grant = appoint(member, college.staff, top)
    grant.user.set_password(PASSWORD)
    grant.user.is_active = False
    grant.user.save()
    assert not RoleGrant.objects.of(grant.user).active().exists()
    assert enter(grant.user.unsealed_id_number(), PASSWORD, address="192.0.2.1") is None


def test_integrity_tells_roles_of_those_who_left(college, top, member):
    grant = appoint(member, college.staff, top)
    Member.objects.filter(pk=member.pk).update(organization=college.artists)
    left = RoleGrant.objects.get(user=grant.user, kind="member")
    assert list(administrators_belong()) == [
        f"授权 {left.pk}：党员 · 教工支部不是该党员所在的党支部",
        f"授权 {grant.pk}：支部管理员 · 教工支部的管理员已不是该党组织的党员",
    ]
    Member.objects.filter(pk=member.pk).update(status=MembershipStatus.DECEASED)
    assert len(list(administrators_belong())) == 2


def test_those_without_a_record_are_the_operators_business(college, top):
    RoleGrantFactory(organization=OrganizationFactory())
    assert list(administrators_belong()) == []
