import datetime

import pytest
from django.core.exceptions import ValidationError

from members.codes import MembershipStatus
from members.models import Member, Post
from members.services.branches import distribute, move_all
from members.tests.counting import counters
from members.tests.factories import MemberFactory, PostFactory
from orgs.guards import Act, reasons_against
from orgs.models import Organization
from orgs.services import closing, upgrading
from orgs.tests.factories import TermFactory
from partyplatform.ui.refusals import Refusal

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 1)


@pytest.fixture
def people(college):
    """李思远 正式, 王𠮷 预备, 孙丽 suspended; 赵远 left earlier."""
    return [
        MemberFactory(organization=college.staff, name="李思远"),
        MemberFactory(organization=college.staff, name="王𠮷", category="2"),
        MemberFactory(organization=college.staff, name="孙丽", status=MembershipStatus.SUSPENDED),
        MemberFactory(organization=college.staff, name="赵远", status=MembershipStatus.TRANSFERRED),
    ]


def names_in(organization):
    return list(Member.objects.filter(organization=organization).order_by("pk").values_list("name", flat=True))


def test_everybody_enrolled_moves_and_history_stays(college, people, by, django_assert_max_num_queries):
    with django_assert_max_num_queries(23):
        assert move_all(college.staff, college.artists, by=by) == 3
    assert (names_in(college.staff), names_in(college.artists)) == (["赵远"], ["李思远", "王𠮷", "孙丽"])
    assert (counters(college.staff), counters(college.artists)) == ((0, 0, 0, 0), (1, 1, 12, 35))


def test_a_functional_branch_takes_nobody_in(college, people, by):
    with pytest.raises(ValidationError, match="不接收党员组织关系"):
        move_all(college.staff, college.functional, by=by)


def test_merged_branches_share_their_members_and_the_closed_one_has_no_posts(college, people, by):
    post = PostFactory(term=TermFactory(organization=college.staff), member=people[0])
    versions = (college.staff.version, college.students.version)
    closing.merge(college.staff, into=college.students, by=by, versions=versions, on=TODAY)
    post.refresh_from_db()
    assert names_in(college.students) == ["李思远", "王𠮷", "孙丽"]
    assert (counters(college.staff), counters(college.students), post.ended_on) == ((0, 0, 0, 0), (1, 1, 12, 35), TODAY)


def test_members_stand_in_the_way_of_dissolving_and_are_named(college, people, by):
    [reason] = reasons_against(Act.DISSOLVE, Organization.objects.filter(pk=college.staff.pk))
    assert reason.text == "有 3 名党员的组织关系在此（孙丽、李思远、王𠮷，其中停止党籍 1 名），请先转出"
    assert (reason.link_text, reason.url) == ("查看党员", f"/info/orgs/{college.staff.pk}/members/")
    with pytest.raises(Refusal):
        closing.dissolve([college.staff], by=by, on=TODAY)


def test_of_many_members_five_are_named(college):
    for number in range(7):
        MemberFactory(organization=college.staff, name=f"示例{number}")
    [reason] = reasons_against(Act.DISSOLVE, Organization.objects.filter(pk=college.staff.pk))
    assert reason.text == "有 7 名党员的组织关系在此（示例0、示例1、示例2、示例3、示例4等），请先转出"


def test_posts_end_with_their_organisation(college, by):
    member = MemberFactory(organization=college.students)
    post = PostFactory(term=TermFactory(organization=college.staff), member=member)
    later = PostFactory(
        term=post.term, member=member, duty="030U", started_on=datetime.date(2026, 11, 20)
    )  # begins after the day of the decision
    closing.dissolve([college.staff], by=by, on=TODAY)
    assert list(Post.objects.order_by("pk").values_list("ended_on", flat=True)) == [TODAY, later.started_on]


def test_an_upgraded_branch_gives_its_members_to_the_new_ones(college, people, by):
    move_all(college.staff, college.direct, by=by)
    branches = [branch_data("硕士生"), branch_data("博士生")]
    assignment = {people[0].pk: 0, people[1].pk: 1, people[2].pk: 1}
    upgraded = upgrade(college.direct, branches=branches, assignment=assignment, by=by)
    masters, doctors = Organization.objects.filter(parent=upgraded).order_by("lft")
    assert (names_in(masters), names_in(doctors)) == (["李思远"], ["王𠮷", "孙丽"])
    assert [counters(org) for org in (upgraded, masters, doctors)] == [(0, 0, 0, 0), (1, 0, 6, 18), (0, 1, 6, 17)]


def test_an_upgrade_with_somebody_missing_or_unknown_is_refused(college, people, by):
    move_all(college.staff, college.direct, by=by)
    stranger = MemberFactory(organization=college.artists)
    branches = [branch_data("硕士生"), branch_data("博士生")]
    for left_out in ({people[0].pk: 0, people[1].pk: 1}, {people[0].pk: 0, people[1].pk: 1, stranger.pk: 1}):
        with pytest.raises(ValidationError, match="党员名单已有变化"):
            upgrade(college.direct, branches=branches, assignment=left_out, by=by)


def test_distributing_an_empty_branch_moves_nobody(college, by):
    assert distribute(college.staff, assignment={}, by=by) == 0


def branch_data(name):
    return {
        "full_name": f"中国共产党示范大学{name}支部委员会",
        "short_name": f"{name}党支部",
        "org_type": "631",
        "affiliation": "2",
        "founded_on": TODAY,
        "unit_relation": "1",
    }


def upgrade(branch, **arguments):
    return upgrading.upgrade(
        branch,
        to_type="621",
        full_name="中国共产党示范大学新学院总支部委员会",
        short_name="新学院党总支",
        version=branch.version,
        **arguments,
    )
