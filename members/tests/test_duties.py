"""职务 in 党员E先锋: what is offered, given, changed and taken away. Source: manual part 3; workflows.md 1.3."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.factories import RoleGrantFactory
from members.duties import offered
from members.services import duties
from members.services.administrators import dismiss
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

BRANCH = "支部书记"


@pytest.fixture
def top(college):
    return RoleGrantFactory(organization=college.root, system=System.PORTAL, user__name="周敏")


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="何静")


def give(member, organization, *, by, duty=BRANCH, is_default=False):
    return duties.give(member, organization=organization, duty=duty, is_default=is_default, by=by)


def held(member):
    member.refresh_from_db()
    rows = RoleGrant.objects.of(member.user).open().order_by("pk")
    return [(grant.organization.short_name, grant.duty, grant.is_default) for grant in rows]


def fresh(grant):
    return RoleGrant.objects.get(pk=grant.pk)


@pytest.mark.django_db
def test_each_level_offers_its_own_duties(college):
    assert offered(college.staff)[:3] == ["支部书记", "支部副书记", "组织委员"]
    assert offered(college.staff)[-1] == "党小组组长"
    assert (offered(college.general)[0], offered(college.general)[-1]) == ("总支书记", "党务工作联系人")
    assert (offered(college.root)[0], "党小组组长" in offered(college.root)) == ("党委书记", False)
    assert offered(college.direct)[-2:] == ["党小组组长", "党务工作联系人"]


@pytest.mark.django_db
def test_a_member_holds_duties_in_several_organisations(college, top, member):
    give(member, college.staff, by=top)
    give(member, college.artists, by=top, is_default=True)
    assert held(member) == [
        ("教工支部", "", False),
        ("教工支部", "支部书记", False),
        ("表演支部", "支部书记", True),
    ]
    actions = list(Record.objects.order_by("seq").values_list("action", "organization_id"))
    assert actions.count(("accounts.grant", college.artists.pk)) == 1


@pytest.mark.django_db
def test_a_new_default_takes_the_place_of_the_old(college, top, member):
    for place in (college.staff, college.artists):
        give(member, place, by=top, is_default=True)
    assert [default for _, _, default in held(member)] == [False, False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "duty", "sentence"),
    [
        ("staff", "总支书记", "“教工支部”没有“总支书记”这一职务"),
        ("general", "党小组组长", "没有“党小组组长”这一职务"),
        ("staff", "党务工作联系人", "没有“党务工作联系人”这一职务"),
        ("closed", BRANCH, "已撤销，不能授权"),
    ],
)
def test_what_does_not_fit_is_refused(college, top, member, place, duty, sentence):
    with pytest.raises(ValidationError, match=sentence):
        give(member, getattr(college, place), duty=duty, by=top)
    assert not RoleGrant.objects.exclude(pk=top.pk).exists()


@pytest.mark.django_db
def test_nobody_gives_at_the_own_level_above_or_aside(college, member):
    general = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    for place, duty in ((college.general, "总支书记"), (college.root, "党委书记"), (college.artists, BRANCH)):
        with pytest.raises(OutOfReach):
            give(member, place, duty=duty, by=general)
    with pytest.raises(ValidationError, match="不在您的管理范围内"):
        give(MemberFactory(organization=college.artists), college.staff, by=general)


@pytest.mark.django_db
def test_nobody_gives_to_themselves_or_after_losing_the_right(college, top, member):
    give(member, college.staff, by=top)
    member.refresh_from_db()
    own = RoleGrantFactory(organization=college.general, system=System.PORTAL, user=member.user)
    with pytest.raises(ValidationError, match="不能给本人授权"):
        give(member, college.students, by=own)
    RoleGrant.objects.filter(pk=top.pk).update(ends_on=top.starts_on)
    with pytest.raises(PermissionDenied):
        give(MemberFactory(organization=college.staff), college.students, by=top)
    branch = RoleGrantFactory(organization=college.staff, system=System.PORTAL)
    with pytest.raises(OutOfReach):
        give(MemberFactory(organization=college.staff), college.staff, by=branch)


@pytest.mark.django_db
def test_a_third_contact_is_refused_and_a_setting_says_how_many(college, top, settings):
    people = [MemberFactory(organization=college.staff) for _ in range(3)]
    for person in people[:2]:
        give(person, college.general, duty="党务工作联系人", by=top)
    with pytest.raises(ValidationError, match="党务工作联系人最多2名"):
        give(people[2], college.general, duty="党务工作联系人", by=top)
    other = give(people[2], college.general, duty="总支书记", by=top)
    with pytest.raises(ValidationError, match="党务工作联系人最多2名"):
        duties.change(other, duty="党务工作联系人", is_default=False, version=1, by=top)
    settings.MOST_CONTACTS = 3
    assert duties.change(other, duty="党务工作联系人", is_default=False, version=1, by=top).duty == "党务工作联系人"


@pytest.mark.django_db
def test_a_duty_is_changed_with_its_trace(college, top, member):
    grant = give(member, college.staff, by=top)
    changed = duties.change(grant, duty="组织委员", is_default=True, version=grant.version, by=top)
    assert (changed.duty, changed.is_default, changed.version) == ("组织委员", True, 2)
    record = Record.objects.get(action="accounts.change_duty")
    assert record.changes == [["职务", "支部书记", "组织委员"], ["是否默认", "否", "是"]]
    assert (record.organization_id, record.object_id) == (college.staff.pk, str(grant.user.uid))


@pytest.mark.django_db
def test_without_a_default_the_role_of_a_member_is_the_one(college, top, member):
    grant = give(member, college.staff, by=top, is_default=True)
    duties.change(grant, duty=BRANCH, is_default=False, version=1, by=top)
    assert [default for _, _, default in held(member)] == [True, False]
    grant = duties.change(fresh(grant), duty=BRANCH, is_default=True, version=2, by=top)
    dismiss(grant, by=top, reason="不再负责")
    assert held(member) == [("教工支部", "", True)]


@pytest.mark.django_db
def test_an_unchanged_form_leaves_no_trace(college, top, member):
    grant = give(member, college.staff, by=top)
    before = Record.objects.count()
    duties.change(grant, duty=BRANCH, is_default=False, version=1, by=top)
    duties.divide(grant, portfolio="", version=1, by=top)
    assert (Record.objects.count(), fresh(grant).version) == (before, 1)


@pytest.mark.django_db
def test_the_work_is_divided(college, top, member):
    grant = give(member, college.staff, by=top)
    duties.divide(grant, portfolio="负责组织关系转接", version=1, by=top)
    assert fresh(grant).portfolio == "负责组织关系转接"
    assert Record.objects.get(action="accounts.divide_work").changes == [["分工", "", "负责组织关系转接"]]


@pytest.mark.django_db
def test_an_older_form_and_an_ended_grant_are_told_apart_from_a_fresh_one(college, top, member):
    grant = give(member, college.staff, by=top)
    duties.divide(grant, portfolio="转接", version=1, by=top)
    with pytest.raises(Stale) as stale:
        duties.change(grant, duty="组织委员", is_default=False, version=1, by=top)
    assert stale.value.fields == (["职务", "组织委员", "支部书记"],)
    dismiss(grant, by=top, reason="不再负责")
    with pytest.raises(Stale):
        duties.divide(grant, portfolio="党费", version=fresh(grant).version, by=top)


@pytest.mark.django_db
def test_the_duty_of_a_post_is_changed_where_posts_are_kept(college, top, member):
    grant = give(member, college.staff, by=top)
    RoleGrant.objects.filter(pk=grant.pk).update(by_duty=True)
    with pytest.raises(ValidationError, match="请在班子成员信息中变更"):
        duties.change(grant, duty="组织委员", is_default=False, version=1, by=top)
    assert duties.change(grant, duty=BRANCH, is_default=True, version=1, by=top).is_default


@pytest.mark.django_db
def test_nobody_changes_the_own_duty_or_one_out_of_reach(college, top, member):
    grant = give(member, college.artists, by=top)
    general = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    with pytest.raises(OutOfReach):
        duties.change(grant, duty="组织委员", is_default=False, version=1, by=general)
    member.refresh_from_db()
    own = RoleGrantFactory(organization=college.root, system=System.PORTAL, user=member.user)
    with pytest.raises(ValidationError, match="不能变更本人的职务"):
        duties.divide(grant, portfolio="全部", version=1, by=own)


@pytest.mark.django_db
def test_roles_are_named_within_reach_and_in_one_statement(college, top, member, django_assert_num_queries):
    other = MemberFactory(organization=college.staff)
    give(member, college.general, duty="总支书记", by=top)
    give(member, college.staff, by=top, is_default=True)
    give(member, college.students, by=top)
    give(other, college.artists, by=top)
    ids = [member.pk, other.pk]
    with django_assert_num_queries(1):
        assert duties.roles(ids, by=top) == {member.pk: "支部管理员、区级管理员", other.pk: "支部管理员"}
    general = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    assert duties.roles(ids, by=general) == {member.pk: "支部管理员、区级管理员"}


@pytest.mark.django_db(transaction=True)
def test_two_defaults_given_at_once_leave_one():
    root = OrganizationFactory()
    branches = [OrganizationFactory(parent=root) for _ in range(4)]
    by = RoleGrantFactory(organization=root, system=System.PORTAL)
    member = MemberFactory(organization=branches[0])

    def run(branch):
        try:
            return give(member, branch, by=by, is_default=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(run, branches))) == 4
    assert sorted(default for _, _, default in held(member)) == [False] * 4 + [True]


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_leave_one_change_and_one_conflict():
    root = OrganizationFactory()
    branch = OrganizationFactory(parent=root)
    by = RoleGrantFactory(organization=root, system=System.PORTAL)
    grant = give(MemberFactory(organization=branch), branch, by=by)

    def run(duty):
        try:
            return duties.change(grant, duty=duty, is_default=False, version=1, by=by).duty
        except Stale:
            return "409"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(run, ("组织委员", "宣传委员")))
    assert answers == sorted(["409", fresh(grant).duty])
