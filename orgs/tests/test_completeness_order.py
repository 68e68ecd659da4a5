"""The list of organisations sorted and filtered by 党员信息完整度 of whole subtrees."""

import pytest
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs import totals
from orgs.figures import NOBODY, figures, with_percent
from orgs.models import CounterChange, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, university):
    return act_as(client, RoleGrantFactory(organization=university.root))


@pytest.fixture(params=("in the journal", "in the totals"))
def counted(request, university):
    """教工支部 50 %, 学生支部 100 %, 艺术学院's 学生支部 99 %, 后勤支部 without members."""
    totals.change(university.staff.pk, full=2, filled=18, required=36)
    totals.change(university.students.pk, full=1, filled=18, required=18)
    totals.change(university.artists.pk, full=12, filled=215, required=216)
    if request.param == "in the totals":
        with transaction.atomic():
            totals.fold()
    return university


def listed(client, **query):
    answer = client.get(reverse("orgs:list", query=query))
    return [row.short_name for row in answer.context["rows"]]


def test_the_database_rounds_as_the_page_does(counted):
    rows = with_percent(Organization.objects.all()).annotate(shown=F("percent_below"))
    numbers = figures([row.pk for row in rows])
    assert {row.pk: row.shown for row in rows} == {
        pk: NOBODY if each.percent is None else each.percent for pk, each in numbers.items()
    }


def test_the_least_complete_come_first(admin, counted):
    names = ["信息学院党总支", "示范大学党委", "艺术学院党总支", "后勤支部"]
    assert listed(admin, sort="figures.percent") == names
    assert listed(admin, sort="-figures.percent") == names[::-1]
    everything = listed(admin, sort="figures.percent", everything="1")
    assert everything[0] == "教工支部"
    assert everything[-1] == "后勤支部"


@pytest.mark.parametrize(
    ("completeness", "names"),
    (
        ("below", ["示范大学党委", "信息学院党总支", "教工支部", "艺术学院党总支", "学生支部"]),
        ("full", ["学生支部"]),
        ("none", ["后勤支部"]),
    ),
)
def test_organisations_of_every_level_are_filtered(admin, counted, completeness, names):
    assert listed(admin, completeness=completeness, everything="1") == names


def test_the_journal_counts_though_nothing_was_folded(admin, university):
    totals.change(university.staff.pk, full=1, filled=9, required=18)
    assert CounterChange.objects.count() == 1
    assert "示范大学党委" in listed(admin, completeness="below")
