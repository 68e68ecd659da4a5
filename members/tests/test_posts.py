import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from members.models import Post
from members.services import posts as services
from members.services.posts import Leaders, duties, leadership
from members.services.terms import install
from members.tests.factories import MemberFactory, PostFactory
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db
ELECTED = datetime.date(2024, 6, 30)


@pytest.fixture
def term(college):
    return TermFactory(organization=college.general, number=1, elected_on=ELECTED)


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="周敏")


def appoint(term, member, by, **changes):
    return services.appoint(term, **{"member": member, "duty": "001A", "started_on": ELECTED, "by": by} | changes)


def refused(act, *arguments, **changes):
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **changes)
    return refusal.value.message_dict


def test_an_appointment_is_recorded_at_the_organisation(term, member, by):
    post = appoint(term, member, by, appointment="1", document="示党复〔2024〕3号")
    record = Record.objects.latest("seq")
    assert (record.action, record.organization_id, record.document) == (
        "members.appoint",
        term.organization_id,
        "示党复〔2024〕3号",
    )
    assert [change[2] for change in record.changes] == [
        "周敏",
        "书记",
        "选任",
        "2024-06-30",
        "示党复〔2024〕3号",
        "0",
    ]
    assert list(Post.objects.current()) == [post]


def test_only_active_full_members_are_appointed(term, college, by):
    probationary = MemberFactory(organization=college.staff, name="王𠮷", category="2")
    assert refused(appoint, term, probationary, by) == {
        "member": ["只有党籍状态正常的正式党员可以任职，王𠮷为预备党员"]
    }


def test_members_of_another_subtree_are_not_appointed(term, college, by):
    stranger = MemberFactory(organization=college.artists, name="孙丽")
    assert refused(appoint, term, stranger, by) == {"member": ["孙丽不是学院党总支及其下级党组织的党员"]}


def test_a_term_has_one_secretary(term, member, college, by):
    appoint(term, member, by)
    another = MemberFactory(organization=college.students)
    assert refused(appoint, term, another, by) == {"duty": ["本届次已有书记（周敏），请先登记离任"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(term=term, member=another)


def test_nobody_holds_one_duty_twice(term, member, by):
    appoint(term, member, by, duty="030U")
    assert refused(appoint, term, member, by, duty="030U") == {"duty": ["周敏在本届次已任组织委员"]}


def test_a_post_begins_with_the_election_and_not_tomorrow(term, member, by):
    assert refused(appoint, term, member, by, started_on=datetime.date(2024, 6, 29)) == {
        "started_on": ["任职日期不能早于当选（换届）日期（2024-06-30）"]
    }
    assert refused(appoint, term, member, by, started_on=datetime.date(2999, 1, 1)) == {
        "started_on": ["任职日期不能晚于今天"]
    }


@pytest.mark.parametrize("duty", ("0000", "", "nonsense"))
def test_a_post_needs_a_duty(term, member, by, duty):
    assert refused(appoint, term, member, by, duty=duty) == {"duty": ["请选择党内职务"]}


def test_a_group_leader_belongs_into_a_branch(term, member, college, by):
    assert list(refused(appoint, term, member, by, duty="401A")) == ["duty"]
    appoint(TermFactory(organization=college.staff, elected_on=ELECTED), member, by, duty="401A")


def test_a_closed_organisation_appoints_nobody(college, member, by):
    closed = TermFactory(organization=college.closed, elected_on=ELECTED)
    with pytest.raises(ValidationError, match="已撤销"):
        appoint(closed, member, by)


def test_after_the_release_another_becomes_secretary(term, member, college, by):
    post = services.release(appoint(term, member, by), on=datetime.date(2025, 3, 1), by=by)
    assert (post.ended_on, post.version) == (datetime.date(2025, 3, 1), 2)
    appoint(term, MemberFactory(organization=college.students), by, started_on=datetime.date(2025, 3, 2))
    assert Post.objects.current().count() == 1


def test_a_release_has_a_day_that_can_be(term, member, by):
    post = appoint(term, member, by)
    assert refused(services.release, post, on=datetime.date(2024, 6, 1), by=by) == {
        "on": ["离任日期不能早于任职日期（2024-06-30）"]
    }
    assert refused(services.release, post, on=datetime.date(2999, 1, 1), by=by) == {"on": ["离任日期不能晚于今天"]}
    services.release(post, on=datetime.date(2025, 3, 1), by=by)
    with pytest.raises(ValidationError, match="周敏已于 2025-03-01 离任"):
        services.release(post, on=datetime.date(2025, 3, 2), by=by)


def test_a_correction_keeps_what_stood_before(term, member, by):
    post = appoint(term, member, by)
    corrected = services.correct(post, by=by, version=1, portfolio="主持全面工作", position=1)
    assert (corrected.portfolio, corrected.version) == ("主持全面工作", 2)
    assert Record.objects.latest("seq").changes == [["排序", "0", "1"], ["分工", "", "主持全面工作"]]
    with pytest.raises(Stale):
        services.correct(post, by=by, version=1, portfolio="其他")
    before = Record.objects.count()
    services.correct(corrected, by=by, version=2, position=1)
    assert Record.objects.count() == before


def test_a_correction_follows_the_same_rules(term, member, by):
    post = appoint(term, member, by)
    assert refused(services.correct, post, by=by, version=1, ended_on=datetime.date(2024, 1, 1)) == {
        "ended_on": ["离任日期不能早于任职日期（2024-06-30）"]
    }


def test_the_elected_take_the_place_of_those_before_them(college, member, by):
    before = PostFactory(term=TermFactory(organization=college.staff, number=1, is_current=False), member=member)
    deputy = MemberFactory(organization=college.staff, name="陈国栋")
    new = TermFactory(organization=college.staff, number=2, elected_on=datetime.date(2026, 10, 20))
    elected = [
        {"member": str(member.pk), "name": "周敏", "duty": "001A", "votes": 9},
        {"member": str(deputy.uid), "name": "陈国栋", "duty": "001B", "votes": 8},
    ]
    install(new, elected=elected, by=by)
    before.refresh_from_db()
    assert before.ended_on == datetime.date(2026, 10, 20)
    assert leadership([college.staff.pk]) == {college.staff.pk: Leaders("周敏", ("陈国栋",))}
    assert Record.objects.latest("seq").changes == [["书记", "", "周敏"], ["副书记", "", "陈国栋"]]


def test_somebody_elected_who_has_left_is_named(college, by):
    gone = MemberFactory(organization=college.artists, name="孙丽")
    new = TermFactory(organization=college.staff, elected_on=ELECTED)
    with pytest.raises(ValidationError, match="当选人孙丽（书记）：孙丽不是教工支部及其下级党组织的党员"):
        install(new, elected=[{"member": gone.pk, "name": "孙丽", "duty": "001A"}], by=by)
    with pytest.raises(ValidationError, match="当选人李思远不在党员名册中"):
        install(new, elected=[{"member": 0, "name": "李思远", "duty": "001A"}], by=by)


def test_leaders_are_read_in_one_statement(term, member, college, by, django_assert_num_queries):
    others = [MemberFactory(organization=college.students, name=name) for name in ("孙丽", "马晓东")]
    appoint(term, member, by)
    appoint(term, others[1], by, duty="031U", position=1)
    appoint(term, others[0], by, duty="030U", position=2)
    appoint(term, others[1], by, duty="099U", position=3)
    with django_assert_num_queries(1):
        found = leadership([college.general.pk, college.other.pk])
    assert found == {college.general.pk: Leaders("周敏", (), ("马晓东", "孙丽"))}
    with django_assert_num_queries(1):
        assert duties([member.pk, others[0].pk]) == {member.pk: "学院党总支书记", others[0].pk: "学院党总支组织委员"}
