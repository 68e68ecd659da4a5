"""组织生活会和民主评议, 学时 and 党小组. Source: workflows.md 7.4."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront import review_figures, study
from eforefront.models import Appraisal, CycleStep, GroupMember, PartyGroup, ReviewCycle
from eforefront.review_steps import FILING, STEPS
from eforefront.services import groups, reviews
from eforefront.services import study as study_services
from eforefront.tests.test_frequency import held
from eforefront.tests.test_gatherings import NOW, refused
from members.models import Member, Review
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def keeper(college):
    return Acting(college.staff)


@pytest.fixture
def above(college):
    return Acting(college.general)


@pytest.fixture
def cycle(college, keeper):
    return reviews.begin(college.staff, year=2026, on=TODAY, by=keeper)


def put(cycle, keeper, **values):
    """Put the same down for everybody; a grade for nobody who is a 预备党员."""
    rows = {
        row.member_id: {name: value for name, value in values.items() if name != "grade" or not row.is_probationary}
        for row in Appraisal.objects.of(cycle)
    }
    return reviews.put(cycle, by=keeper, version=cycle.version, rows=rows)


VALUES = {
    "own": {"appraised_self": True},
    "mutual": {"appraised_by_others": True},
    "ballots": {"excellent": 1, "good": 1},
    "grades": {"grade": "2"},
}


def led_to(cycle, keeper, number):
    """The cycle brought to a step."""
    while cycle.step < number:
        step = STEPS[cycle.step - 1]
        if step.asks:
            cycle = put(cycle, keeper, **VALUES[step.asks])
        cycle = reviews.complete(cycle, by=keeper, version=cycle.version, on=TODAY)
    return cycle


def test_a_cycle_goes_its_steps_and_its_results_are_filed(college, keeper, above, cycle):
    cycle = led_to(cycle, keeper, FILING)
    with pytest.raises(PermissionDenied):
        reviews.file(cycle, by=keeper, version=cycle.version)
    done = reviews.file(cycle, by=above, version=cycle.version)
    assert (done.is_over, done.ended_on, done.status.label) == (True, TODAY, "已入库")
    grades = {review.member.name: review.grade for review in Review.objects.filter(year=2026)}
    assert grades == {"周敏": "2", "陈国栋": "2", "李思远": "9"}
    assert CycleStep.objects.filter(cycle=cycle).count() == 1 + 9 + 4
    with pytest.raises(Stale):
        reviews.file(done, by=above, version=done.version)


def test_once_a_branch_and_year(college, keeper, cycle):
    assert "已开展" in refused(reviews.begin, college.staff, year=2026, on=TODAY, by=keeper)
    assert "2025 或 2026" in refused(reviews.begin, college.staff, year=2024, on=TODAY, by=keeper)
    with pytest.raises(PermissionDenied):
        reviews.begin(college.staff, year=2025, on=TODAY, by=Acting(college.general))


def test_each_step_asks_for_what_it_needs(keeper, cycle):
    cycle = led_to(cycle, keeper, 4)
    text = refused(reviews.complete, cycle, by=keeper, version=cycle.version, on=TODAY)
    assert "请登记个人自评" in text
    assert "陈国栋" in text
    cycle = led_to(cycle, keeper, 6)
    cycle = put(cycle, keeper, excellent=3, good=1)
    assert "票数超过" in refused(reviews.complete, cycle, by=keeper, version=cycle.version, on=TODAY)
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert "日期" in refused(reviews.complete, cycle, by=keeper, version=cycle.version, on=tomorrow)


def test_probationary_members_get_no_grade_and_failing_is_handled(keeper, cycle):
    cycle = led_to(cycle, keeper, 7)
    rows = {row.member.name: row for row in Appraisal.objects.of(cycle)}
    assert {name: row.grade for name, row in rows.items()} == {"李思远": "9", "周敏": "", "陈国栋": ""}
    graded = {rows["李思远"].member_id: {"grade": "1"}}
    assert "不评定等次" in refused(reviews.put, cycle, by=keeper, version=cycle.version, rows=graded)
    cycle = reviews.put(cycle, by=keeper, version=cycle.version, rows={rows["周敏"].member_id: {"grade": "4"}})
    assert Appraisal.objects.get(pk=rows["周敏"].pk).handling == "1"


def test_whoever_stays_away_has_a_reason_and_no_result(keeper, above, cycle):
    who = Appraisal.objects.get(cycle=cycle, member__name="陈国栋").member_id
    cycle = reviews.put(cycle, by=keeper, version=cycle.version, rows={who: {"takes_part": False}})
    assert "未参加" in refused(reviews.complete, cycle, by=keeper, version=cycle.version, on=TODAY)
    words = {who: {"takes_part": False, "absence": "长期卧病"}}
    cycle = led_to(reviews.put(cycle, by=keeper, version=cycle.version, rows=words), keeper, FILING)
    Appraisal.objects.filter(cycle=cycle, member=who).update(takes_part=False, absence="长期卧病", grade="")
    reviews.file(cycle, by=above, version=cycle.version)
    assert not Review.objects.filter(member=who).exists()


def test_more_than_a_third_excellent_is_told_or_barred(keeper, cycle, settings):
    cycle = put(led_to(cycle, keeper, 7), keeper, grade="1")
    assert "三分之一（0 人）" in reviews.too_many_excellent(list(Appraisal.objects.of(cycle)))
    settings.REVIEW_EXCELLENT_BAR = True
    assert "三分之一" in refused(reviews.complete, cycle, by=keeper, version=cycle.version, on=TODAY)
    settings.REVIEW_EXCELLENT_BAR = False
    assert reviews.complete(cycle, by=keeper, version=cycle.version, on=TODAY).step == 8


def test_results_go_back_with_a_reason_and_two_of_a_year_are_refused(college, keeper, above, cycle):
    cycle = led_to(cycle, keeper, FILING)
    back = reviews.send_back(cycle, by=above, version=cycle.version, reason="等次不全")
    assert (back.step, back.answer) == (7, "等次不全")
    cycle = led_to(back, keeper, FILING)
    member = Member.objects.get(name="周敏")
    Review.objects.create(member=member, year=2026, grade="1", branch="旧支部")
    assert "周敏已有 2026 年度" in refused(reviews.file, cycle, by=above, version=cycle.version)


def test_the_figures_of_table_8(college, keeper, above, cycle):
    led_to(cycle, keeper, 5)
    role = RoleGrantFactory(organization=college.general, system=System.PORTAL)
    figures = review_figures.figures(role, 2026)
    assert (figures.branches, figures.began, figures.finished) == (2, 1, 0)
    assert (figures.taking_part, figures.members_finished, figures.failed) == (3, 0, 0)
    [row] = review_figures.rows_of(role, 2026)
    assert (row.taking_part, row.status.label) == (3, "党员互评")


def test_pages_of_a_cycle(client, college, keeper, cycle):
    branch = RoleGrantFactory(organization=college.staff, system=System.PORTAL)
    reader = act_as(client, branch)
    cycle = led_to(cycle, keeper, 6)
    address = reverse("eforefront:appraise", args=[cycle.pk])
    assert "优秀票" in reader.get(address).text
    rows = Appraisal.objects.of(cycle)
    sent = {f"{name}_{row.member_id}": 1 for row in rows for name in ("excellent", "good", "basic")}
    sent |= {f"failed_{row.member_id}": 0 for row in rows} | {f"takes_part_{row.member_id}": "on" for row in rows}
    assert reader.post(address, sent | {"version": cycle.version}).status_code == 302
    assert {row.ballots for row in Appraisal.objects.of(cycle)} == {3}
    version = ReviewCycle.objects.get().version
    done = reverse("eforefront:complete_review_step", args=[cycle.pk])
    assert reader.post(done, {"version": version, "on": "2026-11-27"}).status_code == 302
    assert ReviewCycle.objects.get().step == 7
    Appraisal.objects.update(grade="")  # as a cycle begun before 不评定等次 was given from the start
    choices = {
        row.is_probationary: reader.get(address).context["form"].fields[f"grade_{row.member_id}"].choices
        for row in rows
    }
    assert choices[True] == [("9", "不评定等次")]
    assert choices[False][0] == ("", "请选择")
    assert "评定意见" in reader.get(reverse("eforefront:review_cycles")).text
    assert (
        act_as(client, RoleGrantFactory(organization=college.students, system=System.PORTAL))
        .get(reverse("eforefront:review_cycle", args=[cycle.pk]))
        .status_code
        == 404
    )


def test_one_tick_says_it_of_everybody_who_takes_part(client, college, keeper, cycle):
    reader = act_as(client, RoleGrantFactory(organization=college.staff, system=System.PORTAL))
    cycle = led_to(cycle, keeper, 4)
    address = reverse("eforefront:appraise", args=[cycle.pk])
    assert "其余参加评议的党员记为已自评" in reader.get(address).text
    away, *others = Appraisal.objects.of(cycle)
    sent = {f"takes_part_{row.member_id}": "on" for row in others} | {f"absence_{away.member_id}": "长期病休"}
    assert reader.post(address, sent | {"rest": "on", "version": cycle.version}).status_code == 302
    said = {row.member_id: row.appraised_self for row in Appraisal.objects.of(cycle)}
    assert said == {away.member_id: False} | {row.member_id: True for row in others}
    cycle = led_to(ReviewCycle.objects.get(), keeper, 6)
    assert "其余参加评议" not in reader.get(address).text  # ballots are counted, not ticked


# ── 学时 ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("begins", "ends", "parts"),
    (
        ("09:00", "11:00", [120]),
        ("08:00", "17:00", [240, 300]),
        ("11:30", "12:30", [30, 30]),
    ),
)
def test_a_span_is_parted_at_noon(begins, ends, parts):
    day = "2026-11-27T{}+08:00"
    found = study.halves_of(*(datetime.datetime.fromisoformat(day.format(hour)) for hour in (begins, ends)))
    assert list(found.values()) == parts


def test_hours_come_from_meetings_and_entries(college, keeper):
    member = Member.objects.get(name="陈国栋")
    held(college.staff, "14", datetime.date(2026, 3, 5), is_study=True)
    held(college.staff, "21", datetime.date(2026, 3, 5), is_study=True)
    held(college.staff, "11", datetime.date(2026, 3, 5), is_study=True)  # a third meeting of the same afternoon
    held(college.staff, "12", datetime.date(2026, 4, 5), audience="1")
    study_services.enter(member, on=TODAY, subject="党校培训", halves=13, by=keeper)
    found = study.of_members([member.pk], 2026)[member.pk]
    assert (found.from_meetings, found.by_hand, found.text, found.is_enough) == (4.0, 6.5, "10.5/56", False)
    assert study.of_members([Member.objects.get(name="李思远").pk], 2026).popitem()[1].text == "4/32"
    assert "一天最多" in refused(study_services.enter, member, on=TODAY, subject="网课", halves=4, by=keeper)


def test_only_the_branch_of_a_member_enters_hours(college):
    member = Member.objects.get(name="陈国栋")
    with pytest.raises(PermissionDenied):
        study_services.enter(member, on=TODAY, subject="网课", halves=4, by=Acting(college.general))


def test_a_member_reads_own_hours_and_reviews(client, college, keeper):
    member, user = Member.objects.get(name="李思远"), UserFactory(name="李思远")
    Member.objects.filter(pk=member.pk).update(user=user)
    role = RoleGrantFactory(organization=college.staff, kind="member", user=user, is_default=True)
    study_services.enter(member, on=TODAY, subject="党校培训", halves=8, by=keeper)
    Review.objects.create(member=member, year=2025, grade="9", branch="教工支部")
    page = act_as(client, role).get(reverse("eforefront:my_study")).text
    assert "党校培训" in page
    assert "不评定等次" in page


# ── 党小组 ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_is_in_one_group(college, keeper):
    first, second = Member.objects.get(name="陈国栋"), Member.objects.get(name="李思远")
    one = groups.found(college.staff, name="第一党小组", leader=first, members=[first, second], by=keeper)
    two = groups.found(college.staff, name="第二党小组", leader=None, members=[second], by=keeper)
    assert [row.member for row in GroupMember.objects.of(one)] == [first]
    assert "同名" in refused(groups.found, college.staff, name="第一党小组", leader=None, members=[first], by=keeper)
    outsider = MemberFactory()
    assert "本支部" in refused(
        groups.change, two, name="第二党小组", leader=None, members=[outsider], version=two.version, by=keeper
    )
    with pytest.raises(ValidationError):
        groups.change(two, name="第二党小组", leader=first, members=[second], version=two.version, by=keeper)
    closed = groups.close(two, version=two.version, by=keeper)
    assert (closed.closed_on, PartyGroup.objects.living().count()) == (TODAY, 1)
