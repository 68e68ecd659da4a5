"""书记 and 副书记 administer by duty. Source: manual part 3, section 1; workflows.md 1.1."""

import datetime

import pytest

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant
from accounts.tests.factories import RoleGrantFactory
from members.integrity import roles_by_duty_match_posts
from members.models import Member
from members.services import administrators, posts
from members.services.terms import install
from members.tests.factories import MemberFactory, PostFactory
from orgs.services import closing, terms
from orgs.tests.factories import OrganizationFactory, TermFactory

pytestmark = pytest.mark.django_db
ELECTED = datetime.date(2024, 6, 30)


@pytest.fixture
def term(college):
    return TermFactory(organization=college.general, number=1, elected_on=ELECTED)


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="周敏")


def appoint(term, member, by, duty="001A", **changes):
    return posts.appoint(term, member=member, duty=duty, started_on=ELECTED, by=by, **changes)


def by_duty(organization, **only):
    rows = RoleGrant.objects.open().filter(organization=organization, by_duty=True, **only)
    return sorted(rows.values_list("user__name", "system", "duty"))


BOTH = [("周敏", "info", "书记"), ("周敏", "portal", "书记")]


def test_a_secretary_administers_both_systems_from_the_day_of_the_record(term, member, college, by):
    appoint(term, member, by)
    assert by_duty(college.general, kind=RoleKind.DISTRICT) == BOTH
    user = Member.objects.get(pk=member.pk).user
    assert not user.has_usable_password()
    assert RoleGrant.objects.of(user).active().filter(kind="member", organization=college.staff).exists()
    assert list(roles_by_duty_match_posts()) == []


def test_a_deputy_administers_and_others_do_not(term, college, by):
    deputy, organizer = (MemberFactory(organization=college.staff, name=name) for name in ("陈国栋", "孙丽"))
    appoint(term, deputy, by, duty="001B")
    appoint(term, organizer, by, duty="030U")
    assert {name for name, *_ in by_duty(college.general)} == {"陈国栋"}
    assert Member.objects.get(pk=organizer.pk).user is None


@pytest.mark.parametrize(("place", "number"), (("root", 2), ("general", 2), ("direct", 2), ("staff", 0)))
def test_the_level_decides(college, by, place, number):
    organization = getattr(college, place)
    home = organization if organization.is_branch else college.staff
    appoint(TermFactory(organization=organization, elected_on=ELECTED), MemberFactory(organization=home), by)
    assert len(by_duty(organization)) == number


def test_the_role_ends_with_the_post(term, member, college, by):
    post = appoint(term, member, by)
    posts.release(post, on=datetime.date(2025, 3, 1), by=by)
    assert by_duty(college.general) == []
    user = Member.objects.get(pk=member.pk).user
    assert list(RoleGrant.objects.of(user).active().values_list("kind", flat=True)) == ["member"]
    assert list(roles_by_duty_match_posts()) == []


def test_a_post_that_stays_keeps_its_role_when_another_ends(term, member, college, by):
    appoint(term, member, by)
    deputy = appoint(term, MemberFactory(organization=college.staff, name="陈国栋"), by, duty="001B")
    posts.release(deputy, on=datetime.date(2025, 3, 1), by=by)
    assert by_duty(college.general) == BOTH


def test_a_corrected_duty_is_followed(term, member, college, by):
    post = appoint(term, member, by, duty="030U")
    assert by_duty(college.general) == []
    post = posts.correct(post, by=by, version=1, duty="001A")
    assert by_duty(college.general) == BOTH
    post = posts.correct(post, by=by, version=2, duty="001B")
    assert [duty for *_, duty in by_duty(college.general)] == ["副书记", "副书记"]
    posts.correct(post, by=by, version=3, duty="030U")
    assert by_duty(college.general) == []


def test_an_election_brings_in_the_new_and_takes_leave_of_the_old(term, member, college, by):
    old = MemberFactory(organization=college.students, name="陈国栋")
    appoint(term, old, by)
    new = TermFactory(organization=college.general, number=2, elected_on=datetime.date(2026, 10, 20), is_current=False)
    type(term).objects.filter(pk=term.pk).update(is_current=False)
    type(term).objects.filter(pk=new.pk).update(is_current=True)
    install(new, elected=[{"member": member.pk, "name": "周敏", "duty": "001A"}], by=by)
    assert by_duty(college.general) == BOTH
    assert list(roles_by_duty_match_posts()) == []


def test_a_term_recorded_by_hand_ends_the_roles_of_the_one_before(term, member, college, by):
    appoint(term, member, by)
    fields = {"number": 2, "elected_on": datetime.date(2026, 6, 30), "years": 3, "method": "1", "is_current": True}
    terms.record(college.general, by=by, voters_due=10, voters_present=10, **fields)
    assert by_duty(college.general) == []
    assert list(roles_by_duty_match_posts()) == []


def test_a_role_taken_away_by_hand_stays_away_as_long_as_the_post(term, member, college, by):
    top = RoleGrantFactory(organization=college.root)
    appoint(term, member, by)
    [grant] = RoleGrant.objects.filter(by_duty=True, system=System.INFO)
    administrators.dismiss(grant, by=top, reason="停职检查")
    appoint(term, MemberFactory(organization=college.staff, name="陈国栋"), by, duty="001B")
    assert by_duty(college.general, system="info") == [("陈国栋", "info", "副书记")]
    assert list(roles_by_duty_match_posts()) == []


def test_a_contact_who_becomes_secretary_is_a_contact_no_longer(term, member, college, by):
    top = RoleGrantFactory(organization=college.root)
    contact = administrators.appoint(member, organization=college.general, system=System.INFO, by=top)
    appoint(term, member, by)
    contact.refresh_from_db()
    assert (contact.ending_reason, contact in RoleGrant.objects.open()) == ("改为因任书记授权", False)
    assert by_duty(college.general) == BOTH
    for _ in range(2):
        others = MemberFactory(organization=college.staff)
        administrators.appoint(others, organization=college.general, system=System.INFO, by=top)


def test_a_post_is_recorded_even_if_nobody_can_log_in_with_it(term, member, college, by):
    Member.objects.filter(pk=member.pk).update(id_number_sealed=b"", id_number_index="")
    assert appoint(term, member, by).pk
    assert by_duty(college.general) == []
    assert list(roles_by_duty_match_posts()) == []


def test_all_ends_with_the_organisation(college, by):
    appoint(
        TermFactory(organization=college.direct, elected_on=ELECTED),
        outsider := MemberFactory(organization=college.direct, name="周敏"),
        by,
    )
    assert by_duty(college.direct) == BOTH
    from members.services.members import move

    [post] = outsider.posts.all()
    posts.release(post, on=datetime.date(2025, 3, 1), by=by)
    move(outsider, to=college.staff, by=by)
    closing.dissolve([college.direct], by=by, on=datetime.date(2026, 11, 1))
    assert not RoleGrant.objects.open().filter(organization=college.direct).exists()


def test_integrity_tells_roles_without_posts_and_posts_without_roles(term, member, college, by):
    post = appoint(term, member, by)
    type(post).objects.filter(pk=post.pk).update(ended_on=datetime.date(2025, 3, 1))
    assert len(list(roles_by_duty_match_posts())) == 2
    type(post).objects.filter(pk=post.pk).update(ended_on=None)
    RoleGrant.objects.filter(by_duty=True).update(by_duty=False)
    assert list(roles_by_duty_match_posts()) == [f"任职 {post.pk}：学院党总支书记没有因职务产生的授权"]


def test_a_branch_that_comes_right_below_a_committee_is_led_by_duty(college, by):
    from orgs.services import parents

    term = TermFactory(organization=college.staff, elected_on=ELECTED)
    appoint(term, MemberFactory(organization=college.staff, name="周敏"), by)
    assert by_duty(college.staff) == []
    change = parents.ask(college.staff, to=college.root, by=by, reason="机构调整")
    parents.approve(change, by=by)
    assert by_duty(college.staff) == BOTH
    change = parents.ask(college.staff, to=college.other, by=by, reason="机构调整")
    parents.approve(change, by=by)
    assert by_duty(college.staff) == []
    assert list(roles_by_duty_match_posts()) == []


def test_leaders_of_a_committee_below_another_administer_it(college, by):
    below = OrganizationFactory(parent=college.root, org_type="611", short_name="分党委")
    branch = OrganizationFactory(parent=below)
    PostFactory(term=TermFactory(organization=below), member=MemberFactory(organization=branch))
    appoint(TermFactory(organization=branch, elected_on=ELECTED), MemberFactory(organization=branch, name="周敏"), by)
    assert by_duty(branch) == BOTH
