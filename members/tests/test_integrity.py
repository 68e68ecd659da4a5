import datetime

import pytest

from members import integrity
from members.codes import MembershipStatus
from members.models import Member
from members.tests.factories import MemberFactory, PostFactory
from orgs.models import Organization
from orgs.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def test_what_the_services_leave_is_sound(college):
    for organization, category in ((college.staff, "1"), (college.staff, "2"), (college.artists, "1")):
        MemberFactory(organization=organization, category=category)
    MemberFactory(organization=college.students, status=MembershipStatus.SUSPENDED)
    assert list(integrity.counters_are_sums()) == []
    assert list(integrity.members_are_in_branches()) == []
    assert list(integrity.posts_are_held_by_active_members()) == []


def test_a_wrong_counter_is_found_wherever_it_is(college):
    MemberFactory(organization=college.artists)
    Organization.objects.filter(pk=college.artists.pk).update(full_members=2)
    Organization.objects.filter(pk=college.root.pk).update(required_items=4)
    assert list(integrity.counters_are_sums()) == [
        f"党组织 {college.root.code}：应填项登记为 4，应为 0",
        f"党组织 {college.artists.code}：正式党员登记为 2，应为 1",
    ]


@pytest.mark.parametrize("place", ("general", "functional", "closed"))
def test_a_member_where_none_may_be_is_found(college, place):
    member = MemberFactory(organization=getattr(college, place), status=MembershipStatus.SUSPENDED)
    [problem] = integrity.members_are_in_branches()
    assert problem.startswith(f"党员 {member.uid}：")
    Member.objects.update(status=MembershipStatus.TRANSFERRED)
    assert list(integrity.members_are_in_branches()) == []


def test_a_post_held_by_somebody_who_left_is_found(college):
    member = MemberFactory(organization=college.staff, status=MembershipStatus.DECEASED)
    post = PostFactory(term=TermFactory(organization=college.staff), member=member)
    assert len(list(integrity.posts_are_held_by_active_members())) == 1
    post.ended_on = datetime.date(2025, 1, 1)
    post.save()
    assert list(integrity.posts_are_held_by_active_members()) == []
