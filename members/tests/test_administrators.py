"""授权 and 解除: whom, where, by whom. Source: manual part 3; workflows.md 1.2; security.md 36, 38."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from accounts.services import activations
from accounts.services.grants import end_role
from accounts.tests.factories import RoleGrantFactory, UserFactory
from members.codes import MembershipStatus
from members.models import Member
from members.services import administrators as services
from members.services.members import change_status
from members.tests.factories import MemberFactory
from orgs import tree
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def upper(college):
    """An administrator of 学院党总支, above 教工支部."""
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def top(college):
    return RoleGrantFactory(organization=college.root)


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="何静")


def appoint(member, organization, by, **changes):
    return services.appoint(member, organization=organization, by=by, **{"system": System.INFO} | changes)


def refused(act, *arguments, **changes):
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **changes)
    return refusal.value.messages


def test_a_member_becomes_administrator_and_gets_an_account(college, upper, member):
    grant = appoint(member, college.staff, upper, reason="负责支部信息维护")
    member.refresh_from_db()
    user = User.objects.get(pk=member.user_id)
    assert (user.name, user.has_usable_password()) == ("何静", False)
    assert user.unsealed_id_number() == member.unsealed_id_number()
    assert (grant.user, grant.organization, grant.kind, grant.system) == (user, college.staff, "branch", "info")
    assert (grant.starts_on, grant.ends_on, grant.duty, grant.by_duty) == (timezone.localdate(), None, "", False)
    roles = RoleGrant.objects.of(user).active().order_by("pk").values_list("system", "kind", "organization")
    assert list(roles) == [("portal", "member", college.staff.pk), ("info", "branch", college.staff.pk)]
    acts = list(Record.objects.order_by("seq").values_list("action", "actor_uid", "organization_id"))
    assert acts == [
        ("accounts.create", upper.user_uid, college.staff.pk),
        ("accounts.grant", upper.user_uid, college.staff.pk),
        ("accounts.grant", upper.user_uid, college.staff.pk),
    ]


def test_an_account_that_is_there_already_is_taken(college, upper, member):
    user = UserFactory(name="何静", id_number=member.unsealed_id_number())
    assert appoint(member, college.staff, upper).user == user
    member.refresh_from_db()
    assert (member.user, User.objects.count()) == (user, 2)


def test_the_account_goes_with_a_person_who_comes_back(college, upper, top, member):
    user = services.account_of(member, by=upper)
    change_status(member, status=MembershipStatus.TRANSFERRED, by=top)
    number = member.unsealed_id_number()
    again = MemberFactory(organization=college.students, name="何静", id_number=number)
    assert services.account_of(again, by=upper) == user
    member.refresh_from_db()
    assert (member.user, Member.objects.get(pk=again.pk).user) == (None, user)
    [role] = RoleGrant.objects.of(user).active()
    assert (role.kind, role.organization) == ("member", college.students)


def test_a_member_without_a_number_has_no_account(college, upper, member):
    Member.objects.filter(pk=member.pk).update(id_number_sealed=b"", id_number_index="")
    assert refused(appoint, member, college.staff, upper) == ["何静没有登记身份证号，不能建立账号"]
    Member.objects.filter(pk=member.pk).update(id_number_sealed=b"nonsense")
    assert refused(appoint, member, college.staff, upper) == ["何静的身份证号无法解密，不能建立账号"]
    assert (User.objects.count(), RoleGrant.objects.count()) == (1, 1)


def test_two_people_do_not_share_an_account(college, upper, member):
    other = MemberFactory(organization=college.students)
    other.user = UserFactory(id_number=member.unsealed_id_number())
    other.save()
    [message] = refused(appoint, member, college.staff, upper)
    assert message.startswith("何静的身份证号与另一名党员的账号相同")


def test_only_a_member_of_that_very_branch_is_appointed(college, upper):
    stranger = MemberFactory(organization=college.students, name="孙丽")
    assert refused(appoint, stranger, college.staff, upper) == ["孙丽不是教工支部的党员，不能授权"]


def test_a_general_branch_has_its_people_in_its_branches(college, top, member):
    assert appoint(member, college.general, top).kind == RoleKind.DISTRICT
    stranger = MemberFactory(organization=college.artists, name="孙丽")
    assert refused(appoint, stranger, college.general, top) == ["孙丽不是学院党总支的党员，不能授权"]


def test_a_functional_branch_has_people_enrolled_beside_it(college, upper, member):
    assert appoint(member, college.functional, upper).organization == college.functional


@pytest.mark.parametrize("status", (MembershipStatus.SUSPENDED, MembershipStatus.EXPELLED, MembershipStatus.DECEASED))
def test_only_active_members_are_appointed(college, upper, status):
    gone = MemberFactory(organization=college.staff, name="孙丽", status=status)
    assert refused(appoint, gone, college.staff, upper) == [f"孙丽的党籍状态为{status.label}，不能授权"]


def test_in_the_portal_the_person_need_not_belong_but_be_in_reach(college):
    upper = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    neighbour = MemberFactory(organization=college.students)
    grant = appoint(neighbour, college.staff, upper, system=System.PORTAL, duty="支部书记", is_default=True)
    assert (grant.system, grant.duty, grant.is_default) == ("portal", "支部书记", True)
    stranger = MemberFactory(organization=college.artists, name="孙丽")
    assert refused(appoint, stranger, college.staff, upper, system=System.PORTAL) == [
        "孙丽不在您的管理范围内，不能授权"
    ]


@pytest.mark.parametrize("place", ("general", "root", "other", "artists", "closed"))
def test_organisations_that_are_not_below_are_out_of_reach(college, upper, place):
    organization = getattr(college, place)
    people = MemberFactory(organization=college.artists if place in ("other", "artists") else college.staff)
    if place == "closed":
        assert refused(appoint, people, organization, upper) != []
    else:
        with pytest.raises(OutOfReach):
            appoint(people, organization, upper)
    assert RoleGrant.objects.count() == 1


def test_nobody_appoints_at_the_top_not_even_its_own_administrators(college, top, member):
    with pytest.raises(OutOfReach):
        appoint(member, college.root, top)


def test_nobody_appoints_themselves(college, upper, member):
    member.user = upper.user
    member.save()
    assert refused(appoint, member, college.staff, upper) == ["不能给本人授权，请联系上级党组织的管理员"]


def test_nobody_appoints_themselves_by_a_record_without_an_account(college):
    actor = RoleGrantFactory(organization=college.general)
    mine = MemberFactory(organization=college.staff, id_number=actor.user.unsealed_id_number())
    assert refused(appoint, mine, college.staff, actor) == ["不能给本人授权，请联系上级党组织的管理员"]
    mine.refresh_from_db()
    assert mine.user is None


def test_nobody_gives_more_than_they_hold(college, member):
    forged = RoleGrantFactory(organization=college.root, kind=RoleKind.DISTRICT)
    below = OrganizationFactory(parent=college.root, org_type="611", short_name="分党委")
    mine = MemberFactory(organization=OrganizationFactory(parent=below))
    assert refused(appoint, mine, below, forged) == ["不能授予超出本人权限的角色"]


def test_a_branch_administrator_appoints_nobody(college, member):
    branch = RoleGrantFactory(organization=college.staff)
    with pytest.raises(OutOfReach):
        appoint(member, college.staff, branch)


def test_who_lost_the_role_while_waiting_appoints_nobody(college, upper, member):
    end_role(RoleGrant.objects.get(pk=upper.pk), by=audit.SYSTEM)
    with pytest.raises(PermissionDenied, match="您的角色刚刚被解除"):
        appoint(member, college.staff, upper)


def test_who_lost_the_reach_while_waiting_appoints_nobody(college, upper, member, monkeypatch):
    from orgs.services import reach

    monkeypatch.setattr(reach, "tree_lock", lambda: tree.move(college.staff, to=college.other))
    with pytest.raises(OutOfReach):
        appoint(member, college.staff, upper)


def test_the_same_person_is_appointed_once(college, upper, member):
    appoint(member, college.staff, upper)
    assert refused(appoint, member, college.staff, upper) == ["该人员已是该党组织管理员"]


def test_a_role_with_an_end_is_not_given_twice_either(college, upper, member):
    appoint(member, college.staff, upper, ends_on=timezone.localdate() + DAY)
    assert refused(appoint, member, college.staff, upper) == ["该人员已是该党组织管理员"]


def test_a_role_waits_for_its_first_day_and_stops_on_its_last(college, upper, member):
    today = timezone.localdate()
    grant = appoint(member, college.staff, upper, starts_on=today + DAY, ends_on=today + 3 * DAY)
    active = {day: grant in RoleGrant.objects.active(today + day * DAY) for day in range(5)}
    assert active == {0: False, 1: True, 2: True, 3: False, 4: False}


@pytest.mark.parametrize(
    ("start", "end", "message"),
    ((-1, None, "开始日期不能早于今天"), (0, 0, "结束日期应晚于开始日期"), (5, 3, "结束日期应晚于开始日期")),
)
def test_days_that_cannot_be_are_refused(college, upper, member, start, end, message):
    today = timezone.localdate()
    ends_on = None if end is None else today + end * DAY
    assert refused(appoint, member, college.staff, upper, starts_on=today + start * DAY, ends_on=ends_on) == [message]
    assert Member.objects.get(pk=member.pk).user is None


@pytest.mark.parametrize("place", ("general", "direct"))
def test_there_are_two_contacts_at_most(college, top, place, settings):
    organization = getattr(college, place)
    home = college.staff if place == "general" else organization
    first, second, third = (MemberFactory(organization=home) for _ in range(3))
    assert appoint(first, organization, top).duty == "党务工作联系人"
    appoint(second, organization, top, starts_on=timezone.localdate() + DAY)
    assert refused(appoint, third, organization, top) == ["党务工作联系人最多2名"]
    services.dismiss(RoleGrant.objects.get(user=first_user(first), kind__in=["district", "branch"]), by=top, reason="x")
    appoint(third, organization, top)
    settings.MOST_CONTACTS = 3
    appoint(MemberFactory(organization=home), organization, top)


def first_user(member):
    return Member.objects.get(pk=member.pk).user


def test_a_branch_below_a_general_branch_has_as_many_as_it_needs(college, upper):
    for _ in range(4):
        appoint(MemberFactory(organization=college.staff), college.staff, upper)
    found = services.administrators([college.staff.pk, college.students.pk])
    assert {pk: len(grants) for pk, grants in found.items()} == {college.staff.pk: 4}


def test_each_system_has_administrators_of_its_own(college, upper, member):
    with pytest.raises(PermissionDenied, match="没有授权的权限"):
        appoint(member, college.staff, upper, system=System.PORTAL)
    there = RoleGrantFactory(organization=college.staff, system=System.PORTAL)
    with pytest.raises(PermissionDenied, match="没有授权的权限"):
        services.dismiss(there, by=upper, reason="x")


def test_the_portal_counts_no_contacts(college):
    top = RoleGrantFactory(organization=college.root, system=System.PORTAL)
    for _ in range(3):
        appoint(MemberFactory(organization=college.staff), college.general, top, system=System.PORTAL)


def test_a_role_that_is_taken_away_ends_at_once(college, upper, member):
    grant = appoint(member, college.staff, upper)
    services.dismiss(grant, by=upper, reason="工作调整")
    assert list(RoleGrant.objects.of(grant.user).active().values_list("kind", flat=True)) == ["member"]
    record = Record.objects.latest("seq")
    assert (record.action, record.reason, record.actor_uid) == ("accounts.end_grant", "工作调整", upper.user_uid)


def test_a_role_is_not_taken_away_without_a_reason(college, upper, member):
    grant = appoint(member, college.staff, upper)
    assert refused(services.dismiss, grant, by=upper, reason="") == ["请填写解除原因"]


def test_nobody_takes_their_own_role_away(college, member):
    actor = RoleGrantFactory(organization=college.general)
    own = RoleGrantFactory(organization=college.staff, user=actor.user)
    assert refused(services.dismiss, own, by=actor, reason="x") == ["不能解除本人的权限，请联系上级党组织的管理员"]


@pytest.mark.parametrize("place", ("general", "root", "artists"))
def test_nobody_takes_away_what_is_beside_or_above(college, upper, place):
    grant = RoleGrantFactory(organization=getattr(college, place))
    with pytest.raises(OutOfReach):
        services.dismiss(grant, by=upper, reason="x")


def test_the_slower_of_two_is_told_who_was_faster(college, upper, top, member):
    grant = appoint(member, college.staff, upper)
    services.dismiss(grant, by=top, reason="工作调整")
    with pytest.raises(Stale) as stale:
        services.dismiss(grant, by=upper, reason="重复")
    assert (stale.value.fields, stale.value.who) == ((("授权状态", "有效", "已解除（工作调整）"),), top.user_name)


def test_the_role_of_a_member_is_not_taken_away_here(college, upper, member):
    services.account_of(member, by=upper)
    in_portal = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    with pytest.raises(Stale):
        services.dismiss(RoleGrant.objects.get(kind="member"), by=in_portal, reason="x")


def test_only_whoever_stands_above_all_roles_of_a_person_is_in_charge(college, upper, top, member):
    user = appoint(member, college.staff, upper).user
    services.refuse_unless_in_charge(user, by=upper)
    appoint(member, college.general, top)
    message = "何静还是学院党总支的管理员，请由其上级党组织的管理员办理"
    assert refused(services.refuse_unless_in_charge, user, by=upper) == [message]
    services.refuse_unless_in_charge(user, by=top)
    [own] = refused(services.refuse_unless_in_charge, top.user, by=top)
    assert own.startswith("不能为本人办理")


def test_administrators_are_read_in_one_statement(college, upper, django_assert_num_queries):
    for place in (college.staff, college.staff, college.students):
        appoint(MemberFactory(organization=place), place, upper)
    with django_assert_num_queries(1):
        found = services.administrators([college.staff.pk, college.students.pk, college.functional.pk])
        assert {pk: len([grant.user_name for grant in grants]) for pk, grants in found.items()} == {
            college.staff.pk: 2,
            college.students.pk: 1,
        }


def test_an_auditor_stands_after_the_administrators_and_is_dismissed_by_the_same_rules(college, top, upper):
    below = OrganizationFactory(parent=college.root, org_type="611", short_name="分党委")
    auditor = RoleGrantFactory(organization=below, kind=RoleKind.AUDITOR)
    administrator = RoleGrantFactory(organization=below)
    assert services.administrators([below.pk]) == {below.pk: [administrator, auditor]}
    with pytest.raises(OutOfReach):
        services.dismiss(auditor, by=upper, reason="x")
    services.dismiss(auditor, by=top, reason="x")
    with pytest.raises(Stale):
        services.dismiss(auditor, by=top, reason="x")


def test_a_code_its_issuer_does_not_answer_for_makes_way_for_a_new_one(college, upper, top, member):
    """A general branch issued a code; then the person is called to another one, where that code opens nothing."""
    user = appoint(member, college.staff, upper).user
    old = services.first_code(user, by=upper)
    assert services.first_code(user, by=top) == ""
    RoleGrantFactory(user=user, organization=college.artists)
    new = services.first_code(user, by=top)
    assert (activations.matching(user, old), activations.matching(user, new) is None) == (None, False)
