import pytest
from django.core.exceptions import ValidationError

from members.codes import MembershipStatus, PersonCategory
from members.models import Member
from members.services import members as services
from members.tests.counting import counters
from members.tests.factories import MemberFactory, PostFactory
from orgs.figures import figures
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db
NUMBER = "99000019900101005X"


def test_an_admitted_member_counts_in_the_branch_and_above_it(college, by):
    member = services.admit(college.staff, name="欧阳·娜", id_number=NUMBER, category="2", by=by)
    assert counters(college.staff) == (0, 1, 6, 17)
    assert figures([college.root.pk])[college.root.pk].probationary == 1
    [record] = Record.objects.all()
    assert (record.action, record.object_id, record.organization_id) == (
        "members.admit",
        str(member.uid),
        college.staff.pk,
    )
    assert record.changes == [
        ["姓名", "", "欧阳·娜"],
        ["人员类别", "", "预备党员"],
        ["人员所在支部", "", "教工支部"],
        ["党籍状态", "", "正常"],
    ]


@pytest.mark.parametrize(
    ("place", "reason"),
    (
        ("general", "“学院党总支”是党总支部，党员的组织关系应在党支部"),
        ("functional", "“功能型支部”是临时或功能型党支部，不接收党员组织关系"),
        ("closed", "“旧支部”已撤销，不能接收党员"),
    ),
)
def test_only_living_branches_that_hold_members_admit(college, by, place, reason):
    with pytest.raises(ValidationError) as refusal:
        services.admit(getattr(college, place), name="李思远", id_number=NUMBER, category="1", by=by)
    assert refusal.value.messages == [reason]
    assert (Member.objects.count(), Record.objects.count()) == (0, 0)


def test_a_name_is_needed_and_the_category_must_be_known(college, by):
    with pytest.raises(ValidationError) as refusal:
        services.admit(college.staff, name="", id_number=NUMBER, category="9", by=by)
    assert sorted(refusal.value.message_dict) == ["category", "name"]


def test_a_moved_member_counts_in_the_new_branch_only(college, by):
    member = MemberFactory(organization=college.staff, name="王𠮷")
    services.move(member, to=college.artists, by=by)
    assert (counters(college.staff), counters(college.artists)) == ((0, 0, 0, 0), (1, 0, 6, 18))
    member.refresh_from_db()
    assert member.organization == college.artists
    [record] = Record.objects.all()
    assert (record.action, record.changes) == ("members.move", [["人员所在支部", "教工支部", "表演支部"]])


def test_nobody_moves_to_where_they_are_or_after_they_left(college, by):
    member = MemberFactory(organization=college.staff, name="李思远")
    with pytest.raises(ValidationError, match="李思远已在教工支部"):
        services.move(member, to=college.staff, by=by)
    services.change_status(member, status=MembershipStatus.DECEASED, by=by)
    with pytest.raises(ValidationError, match="已不在党员名册中"):
        services.move(member, to=college.students, by=by)


def test_a_suspended_member_moves_and_counts_nowhere(college, by):
    member = MemberFactory(organization=college.staff)
    services.change_status(member, status=MembershipStatus.SUSPENDED, by=by)
    services.move(member, to=college.students, by=by)
    assert (counters(college.staff), counters(college.students)) == ((0, 0, 0, 0), (0, 0, 0, 0))
    services.change_status(member, status=MembershipStatus.NORMAL, by=by)
    assert counters(college.students) == (1, 0, 6, 18)


def test_a_probationary_member_becomes_a_full_one(college, by):
    member = MemberFactory(organization=college.staff, category="2")
    services.change_category(member, category=PersonCategory.FULL, by=by)
    assert counters(college.staff) == (1, 0, 6, 18)
    [record] = Record.objects.all()
    assert record.changes == [["人员类别", "预备党员", "正式党员"]]


def test_a_change_to_the_same_value_leaves_no_trace(college, by):
    member = MemberFactory(organization=college.staff)
    services.change_category(member, category=PersonCategory.FULL, by=by)
    assert Record.objects.count() == 0


def test_whoever_holds_a_post_is_released_first(college, by):
    member = MemberFactory(organization=college.staff, name="周敏")
    PostFactory(term=TermFactory(organization=college.staff), member=member)
    reason = "周敏现任教工支部书记，请先登记离任"
    for act in (
        lambda: services.move(member, to=college.artists, by=by),
        lambda: services.change_status(member, status=MembershipStatus.SUSPENDED, by=by),
        lambda: services.change_category(member, category=PersonCategory.PROBATIONARY, by=by),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.messages == [reason]


def test_a_post_of_the_general_branch_stays_with_a_member_who_moves_below_it(college, by):
    member = MemberFactory(organization=college.staff)
    PostFactory(term=TermFactory(organization=college.general), member=member)
    services.move(member, to=college.students, by=by)
    assert counters(college.students) == (1, 0, 6, 18)


def test_nobody_returns_into_a_closed_branch(college, by):
    member = MemberFactory(organization=college.closed, status=MembershipStatus.SUSPENDED)
    with pytest.raises(ValidationError, match="“旧支部”已撤销"):
        services.change_status(member, status=MembershipStatus.NORMAL, by=by)
