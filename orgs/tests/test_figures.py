import datetime

import pytest

from orgs import totals
from orgs.figures import Figures, figures
from orgs.services import closing

pytestmark = pytest.mark.django_db


def enrol(organization, full, probationary=0, filled=0, required=0):
    totals.change(organization.pk, full=full, probationary=probationary, filled=filled, required=required)


def test_figures_are_the_sums_of_the_subtree(university):
    enrol(university.staff, 9, 2, 40, 44)
    enrol(university.students, 3, 1, 16, 16)
    enrol(university.artists, 5, 0, 20, 20)
    found = figures([university.root.pk, university.college.pk, university.staff.pk])
    assert found == {
        university.root.pk: Figures(17, 3, 76, 80, 1, 2, 4, 0),
        university.college.pk: Figures(12, 3, 56, 60, 0, 1, 2, 0),
        university.staff.pk: Figures(9, 2, 40, 44, 0, 0, 1, 0),
    }


def test_completeness_is_rounded_down_and_absent_without_members(university):
    enrol(university.staff, 1, 0, 999, 1000)
    assert [figures([pk])[pk].percent for pk in (university.root.pk, university.artists.pk)] == [99, None]


def test_dissolved_organisations_count_no_longer(university, by):
    closing.dissolve([university.staff], by=by, on=datetime.date(2026, 1, 1))
    assert figures([university.college.pk])[university.college.pk].branches == 1


def test_all_figures_of_a_page_are_one_statement(university, django_assert_num_queries):
    with django_assert_num_queries(1):
        figures([university.root.pk, university.college.pk, university.staff.pk])
    with django_assert_num_queries(0):
        assert figures([]) == {}
