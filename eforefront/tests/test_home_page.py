"""首页 of the portal: what it shows to whom, and that its figures agree with the lists. Source: screens.md 3.1."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import charts, tiles
from eforefront.models import Composition, Gathering
from eforefront.notice_workflow import NewsState
from eforefront.services import composing
from eforefront.services.dues import standards
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.paying import register
from eforefront.tests.development_factories import ApplicantFactory
from eforefront.tests.factories import HOUR, GatheringFactory
from eforefront.tests.notice_factories import NewsFactory, NoticeFactory
from members.codes import EDUCATION
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.reminders import counts
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from transfers.tests.factories import TransferFactory, arrival_at

pytestmark = pytest.mark.django_db
HOME = reverse("eforefront:home")
DAY = datetime.date(2026, 11, 27)
TODAY = timezone.localdate


def alive():
    pass


def test_every_figure_of_the_head_leads_to_a_list_of_just_as_many(client, roles):
    for role in (roles.root, roles.general, roles.students):
        reader = act_as(client, role)
        head = reader.get(HOME).context["head"]
        for _, count, address in (*head.members, *head.organizations):
            assert reader.get(address).context["pager"].total == count
            assert len(reader.get(address).context["rows"]) == count


@pytest.fixture
def busy(college, roles):
    """One of each kind that a tile counts, and beside each one that it leaves out."""
    for day, state in ((month(), "4"), (month(), "4"), (add_months(month(), -1), "4"), (month(), "2")):
        meeting = GatheringFactory(organization=college.students, published=True)
        held = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
        Gathering.objects.filter(pk=meeting.pk).update(
            state=state, begins_at=held, ends_at=held + HOUR, recorded_at=held if state == "4" else None
        )
    for ends_in in (1, -1):
        activity = GatheringFactory(organization=college.students, kind="2", type="1", published=True)
        Gathering.objects.filter(pk=activity.pk).update(
            begins_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() + ends_in * HOUR
        )
    NoticeFactory(organization=college.students)
    for place in (college.general, college.students):
        NewsFactory(organization=place, state=NewsState.SUBMITTED)
    ApplicantFactory(organization=college.students)
    TransferFactory(
        source=college.students, state="submitted", finished_on=None, holder=college.students, due_on=TODAY()
    )
    arrival_at(college.students)
    paying, owing = Member.objects.filter(organization__in=[college.staff, college.students], status="1")[:2]
    for member in (paying, owing):
        standards.set_standard(member, by=Acting(member.organization), category="6", from_month=month())
    register(paying.organization, [Payment(paying.pk, month(), month(), TODAY(), "1")], by=Acting(paying.organization))
    Member.objects.filter(pk=owing.pk).update(born_on="1990-01-01", education="21")
    composing.count_compositions(TODAY(), alive)


def month():
    return TODAY().replace(day=1)


def listed(reader, address):
    """How many the list of an address says it has."""
    found = reader.get(address).context
    if "total" in found:
        return found["total"].owed_count  # 党费统计
    if "tab" in found:
        return sum(tab.waiting for tab in found["tabs"])  # the queues of 党员发展
    return found["pager"].total


def test_every_figure_of_tiles_todos_and_charts_leads_to_a_list_of_just_as_many(client, roles, busy):
    for role in (roles.root, roles.general, roles.students):
        reader = act_as(client, role)
        page = reader.get(HOME).context
        figures = [part for tile in page["tiles"] for part in (*tile.line, tile.badge) if hasattr(part, "url")]
        assert len(figures) >= 8
        for figure in figures:
            assert listed(reader, figure.url) == int(str(figure.number)), figure
        for label, _, count, address in page["todos"]:
            assert listed(reader, address) == int(str(count)), label
        assert {chart.slug for chart in page["charts"] if not chart.is_empty} == {"held", "age", "education"}
        for bar in (bar for chart in page["charts"] for bar in chart.bars if bar.number):
            assert listed(reader, bar.url) == bar.number, bar
        labels = {label for label, *_ in page["todos"]}
        waits = {
            roles.students: {"组织生活待记录", "支部活动待记录"},
            roles.general: {"组织生活待审阅"},
            roles.root: set(),
        }
        assert {label for label in labels if label.endswith(("待记录", "待审阅"))} == waits[role]


def test_an_organisation_is_found_by_its_name(client, roles):
    page = act_as(client, roles.general).get(reverse("eforefront:organizations"), {"called": "学生"})
    assert [(row.short_name, row.below.full) for row in page.context["rows"]] == [("学生支部", 1)]


def test_tiles_are_for_what_exists_and_may_be_opened(client, roles):
    labels = {
        role: [tile.label for tile in act_as(client, role).get(HOME).context["tiles"]]
        for role in (roles.general, roles.member)
    }
    assert {"党员信息", "组织关系转接", "通知动态"} <= set(labels[roles.general])
    assert {"我的信息", "我的转接", "通知动态"} <= set(labels[roles.member])
    assert "党员信息" not in labels[roles.member]
    assert ["党员发展" in labels[role] for role in (roles.general, roles.member)] == [True, False]
    for tile in tiles._tiles.values():
        assert tile.label


def test_the_agenda_and_the_notices_are_those_of_the_reader(client, roles, college):
    Member.objects.filter(name="李思远").update(user=roles.member.user)
    GatheringFactory(organization=college.staff, published=True, topic="教工党员大会")
    GatheringFactory(organization=college.students, published=True, topic="学生党员大会")
    NoticeFactory(organization=college.students, title="学生通知")
    NoticeFactory(organization=college.general, below=True, title="学院通知")
    for role, meetings, notices in (
        (roles.general, {"教工党员大会", "学生党员大会"}, {"学院通知"}),
        (roles.member, {"教工党员大会"}, {"学院通知"}),
        (roles.students, {"学生党员大会"}, {"学院通知", "学生通知"}),
    ):
        page = act_as(client, role).get(HOME)
        assert {entry.gathering.topic for entry in page.context["agenda"]} == meetings
        assert {notice.title for notice in page.context["notices"]} == notices
        assert "未读" in page.text


def test_a_member_sees_the_own_record_and_what_it_lacks(client, roles):
    assert "没有找到您的党员信息" in act_as(client, roles.member).get(HOME).text
    Member.objects.filter(name="李思远").update(user=roles.member.user)
    page = act_as(client, roles.member).get(HOME)
    own = page.context["own"]
    assert (own.member.name, own.moving_to) == ("李思远", "")
    assert len(own.missing) == own.member.required - own.member.filled
    assert "籍贯" in page.text


# ── how the members are made up ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("born", "column"),
    (
        ("1995-11-28", 0),  # 30, 31 tomorrow
        ("1995-11-27", 1),
        ("1985-11-28", 1),
        ("1965-11-28", 3),  # 60
        ("1965-11-27", 4),
        (None, 5),
    ),
)
def test_ages_are_those_of_the_day(college, born, column):
    Member.objects.update(born_on=born)
    composing.count_compositions(DAY, alive)
    ages = Composition.objects.get(organization=college.root).ages
    assert [number for number, count in enumerate(ages) if count] == [column]


def test_standing_figures_are_sums_of_what_each_branch_counts(roles, college):
    MemberFactory(organization=college.students, born_on="1990-01-01", education="12")
    GatheringFactory(organization=college.staff, published=True)
    composing.count_compositions(DAY, alive)
    composing.count_compositions(DAY, alive)
    assert Composition.objects.count() == 2  # branches are counted when they are looked at
    whole = composing.figures(college.general, DAY, {})
    assert (sum(whole.ages), sum(whole.education), whole.education[0]) == (5, 5, 1)
    found = counts(**composing.month_rows(college.students, DAY))
    branch = composing.figures(college.students, DAY, found)
    assert (sum(branch.ages), branch.education[0], branch.months) == (2, 1, [0] * 6)


def test_every_education_has_its_column():
    listed = [code for _, codes in composing.EDUCATION for code in codes]
    assert len(listed) == len(set(listed))
    assert set(EDUCATION.rows) - set(listed) == {"1", "2", "4", "6", "7", "8"}  # headings


def test_a_chart_says_everything_in_words(client, roles):
    chart = charts.columns("ages", "年龄", [("甲", 3), ("乙", 0), ("丙", 6)], unit="人", heading="年龄")
    assert [(bar.height, bar.y + bar.height) for bar in chart.bars] == [(72, 176), (0, 176), (144, 176)]
    assert chart.described == "甲 3 人，乙 0 人，丙 6 人"
    assert charts.columns("none", "无", [], unit="人", heading="").is_empty


@pytest.mark.parametrize("size", (1, 3))
def test_first_pages_cost_the_same_with_one_row_and_with_three(client, college, django_assert_max_num_queries, size):
    general = OrganizationFactory(parent=college.root, org_type="621")
    branch = OrganizationFactory(parent=general)
    reader = RoleGrantFactory(organization=branch, kind="member", system="portal")
    for number in range(size):
        MemberFactory(organization=branch, user=reader.user if number == 0 else None)
        NoticeFactory(organization=branch)
        GatheringFactory(organization=branch, published=True)
    composing.count_compositions(timezone.localdate(), alive)
    roles = [RoleGrantFactory(organization=org, system="portal") for org in (college.root, general, branch)]
    for role in (*roles, reader):
        browser = act_as(client, role)
        browser.get(HOME)
        with django_assert_max_num_queries(12):
            browser.get(HOME)
