"""Required frequencies of a branch and upward; what leaves as ics and as a book. Source: workflows.md 7.1, 11."""

import datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import frequency, gathering_integrity, ics, review_steps
from eforefront.frequency_statement import statement
from eforefront.models import Gathering, PartyGroup, ReviewCycle
from eforefront.services import recording
from eforefront.tests.factories import HOUR, GatheringFactory
from eforefront.tests.test_gatherings import NOW
from eforefront.tests.test_gatherings import everybody as all_there
from orgs.models import Organization
from orgs.tests.acting import Acting

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # 27 November 2026


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def held(organization, kind, day, **words):
    """A meeting of the past whose record was handed in."""
    begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time(14)))
    meeting = GatheringFactory(organization=organization, type=kind, begins_at=begins, published=True, **words)
    by = Acting(organization)
    return recording.submit(meeting, by=by, version=meeting.version, content="学习。", rows=all_there(meeting))


def cells(organization, kind, year=2026):
    lines = frequency.year_of(organization, year, today=TODAY)
    return next(line for line in lines if line.requirement.type == kind).cells


def test_months_that_are_over_without_it_are_missing(college):
    held(college.staff, "21", datetime.date(2026, 3, 5))
    held(college.staff, "21", datetime.date(2026, 3, 20))
    tones = [cell.tone for cell in cells(college.staff, "21")]
    assert tones == ["missing"] * 2 + ["done"] + ["missing"] * 7 + ["due", ""]
    assert [cell.text for cell in cells(college.staff, "21")][2:4] == ["2/1", "0/1"]


def test_quarters_and_years_are_counted_whole(college):
    held(college.staff, "11", datetime.date(2026, 2, 5))
    assert [(cell.span, cell.tone) for cell in cells(college.staff, "11")] == [
        (3, "done"),
        (3, "missing"),
        (3, "missing"),
        (3, "due"),
    ]
    assert [cell.tone for cell in cells(college.staff, "22")] == ["due"]


def test_only_what_was_recorded_counts(college):
    GatheringFactory(organization=college.staff, type="21", begins_at=NOW - datetime.timedelta(days=3), published=True)
    assert cells(college.staff, "21")[10].tone == "due"


def test_a_review_led_to_its_end_counts_without_a_meeting(college):
    cycle = ReviewCycle.objects.create(organization=college.staff, year=2026, began_on=TODAY)
    assert [cell.text for cell in cells(college.staff, "23")] == ["0/1"]
    cycle.step, cycle.ended_on = review_steps.LAST + 1, TODAY
    cycle.save()
    assert [cell.text for cell in cells(college.staff, "23")] == ["1/1"]
    found = statement(college.root, [college.root, college.staff], role=Acting(college.root), tab="year", day=TODAY)
    assert (found[college.staff.pk]["23"].label, found[college.root.pk]["23"].done) == ("1/1", 1)
    held(college.staff, "23", datetime.date(2026, 11, 5))
    assert [cell.text for cell in cells(college.staff, "23")] == ["1/1"]


def test_committees_and_groups_are_asked_where_they_are(college):
    assert {cell.due for cell in cells(college.staff, "12")} == {0}
    Organization.objects.filter(pk=college.staff.pk).update(full_members=7)
    assert cells(Organization.objects.get(pk=college.staff.pk), "12")[0].due == 1
    assert cells(college.staff, "13")[0].due == 0
    for name in ("第一", "第二"):
        PartyGroup.objects.create(organization=college.staff, name=name)
    assert cells(college.staff, "13")[0].due == 2


def test_a_new_branch_owes_from_its_next_month_on_and_a_temporary_one_nothing(college):
    Organization.objects.filter(pk=college.staff.pk).update(founded_on=datetime.date(2026, 9, 15))
    staff = Organization.objects.get(pk=college.staff.pk)
    assert [cell.due for cell in cells(staff, "21")] == [0] * 9 + [1, 1, 0]
    staff.is_functional = True
    assert {cell.due for cell in cells(staff, "21")} == {0}


def test_what_is_missing_is_brought_up_in_the_last_five_days(college):
    brought = frequency.to_bring_up(college.staff, today=TODAY)
    assert [requirement.type for requirement, _, _ in brought] == ["21"]
    assert frequency.to_bring_up(college.staff, today=datetime.date(2026, 11, 20)) == []
    brought = frequency.to_bring_up(college.staff, today=datetime.date(2026, 12, 30))
    assert [requirement.type for requirement, _, _ in brought] == ["11", "14", "21"]


def test_the_statement_counts_branches_below(college):
    """教工支部 has held its 主题党日 of November, 学生支部 has not; the dissolved branch owes nothing."""
    held(college.staff, "21", datetime.date(2026, 11, 5))
    role = SimpleNamespace(organization_id=college.root.pk)
    shares = statement(college.root, [college.general], role=role, tab="month", day=datetime.date(2026, 11, 1))
    found = {kind: share.label for kind, share in shares[college.general.pk].items()}
    assert found == {"11": "0/2", "12": "—", "13": "—", "14": "0/2", "21": "1/2"}
    stranger = SimpleNamespace(organization_id=college.staff.pk)
    shares = statement(college.root, [college.general], role=stranger, tab="month", day=datetime.date(2026, 11, 1))
    assert shares[college.general.pk]["21"].label == "—"


def test_list_year_and_statement_agree(client, college):
    held(college.staff, "21", datetime.date(2026, 11, 5))
    held(college.students, "14", datetime.date(2026, 10, 5))
    reader = act_as(client, RoleGrantFactory(organization=college.general, system=System.PORTAL))
    page = reader.get(reverse("eforefront:meeting_frequency"), {"month": "2026-11"})
    rows = {row["name"]: {kind: share.label for kind, share in row["shares"].items()} for row in page.context["rows"]}
    assert rows["教工支部"]["21"] == "1/1"
    assert rows["学生支部"]["14"] == "1/1"
    listed = reader.get(reverse("eforefront:meetings"), {"type": "21", "state": "4"}).context["pager"].total
    assert listed == 1
    year = reader.get(reverse("eforefront:meeting_frequency"), {"org": college.staff.pk, "month": "2026-11"})
    line = next(line for line in year.context["lines"] if line.requirement.type == "21")
    assert (line.done, line.cells[10].text) == (1, "1/1")
    assert reader.get(reverse("eforefront:meeting_frequency"), {"org": college.root.pk}).status_code == 404
    assert list(gathering_integrity.figures_are_sums()) + list(gathering_integrity.records_are_whole()) == []


def test_a_calendar_file_says_it_as_the_standard_does(college):
    meeting = GatheringFactory(
        organization=college.staff, topic="学习；讨论, 计划" + "长" * 40, agenda="一\n二", published=True
    )
    text = ics.calendar([meeting], name="李思远")
    lines = text.split("\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "")
    assert "DTSTART:20261128T010000Z" in whole
    assert "SUMMARY:党员大会（支部大会）：学习；讨论\\, 计划长" in whole
    assert "议程：一\\n二" in whole
    assert f"UID:{meeting.uid}@partyplatform" in whole


@pytest.mark.looks
def test_the_book_holds_records_of_its_period(client, college):
    held(college.staff, "21", datetime.date(2026, 3, 5), topic="三月主题党日")
    held(college.staff, "14", datetime.date(2026, 5, 5), topic="五月党课")
    reader = act_as(client, RoleGrantFactory(organization=college.staff, system=System.PORTAL))
    page = reader.get(reverse("eforefront:minutes_book"), {"since": "2026-01-01", "until": "2026-04-30"}).text
    assert ("三月主题党日" in page, "五月党课" in page) == (True, False)
    assert "应到 3 人，实到 3 人" in page


@pytest.mark.looks
def test_the_calendar_shows_the_month(client, college):
    GatheringFactory(organization=college.staff, topic="讨论计划", begins_at=NOW + HOUR, published=True)
    reader = act_as(client, RoleGrantFactory(organization=college.staff, system=System.PORTAL))
    address = reverse("eforefront:meeting_calendar")
    assert "讨论计划" in reader.get(address).text
    assert "讨论计划" not in reader.get(address, {"month": "2026-12"}).text
    assert reader.get(address, {"month": "nonsense"}).status_code == 200
    assert Gathering.objects.count() == 1
