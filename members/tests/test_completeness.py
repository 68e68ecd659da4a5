import datetime

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from members.completeness import CONDITIONS, RULES, missing, percent, score
from members.items import BY_FIELD
from members.models import Member
from members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def labels(rules):
    return [rule.label for rule in rules]


def test_every_rule_names_an_item_and_a_condition():
    assert {rule.field for rule in RULES} == set(BY_FIELD)
    assert {rule.condition for rule in RULES} == set(CONDITIONS)


def test_a_complete_record_lacks_nothing():
    member = MemberFactory(complete=True)
    assert (missing(member), member.completeness, score(member)) == ([], 100, (18, 18))


def test_a_new_record_lists_what_it_lacks_in_the_order_of_the_form():
    member = MemberFactory()
    assert labels(missing(member)) == [
        "性别",
        "民族",
        "出生日期",
        "籍贯",
        "最高学历",
        "职称",
        "新社会阶层情况",
        "工作岗位",
        "入党日期",
        "转正日期",
        "联系方式",
        "家庭住址",
    ]
    assert (member.filled, member.required, member.completeness) == (6, 18, 33)


@pytest.mark.parametrize(
    ("fields", "lacking"),
    (
        ({"category": "2", "confirmed_on": None}, []),
        ({"confirmed_on": None}, ["转正日期"]),
        ({"job_post": "0311"}, ["农民工标识"]),
        ({"job_post": "0311", "is_migrant_worker": False}, []),
        ({"is_lost": True}, ["失去联系日期"]),
        ({"is_lost": True, "lost_since": datetime.date(2026, 5, 1)}, []),
        ({"is_floating": True}, ["外出流向"]),
        ({"title": "999", "social_class": "0"}, []),  # 无 is an answer
        ({"title": "", "social_class": ""}, ["职称", "新社会阶层情况"]),
        ({"phone": "", "address": ""}, ["联系方式", "家庭住址"]),
    ),
)
def test_some_items_count_for_those_they_concern(fields, lacking):
    assert labels(missing(MemberFactory(complete=True, **fields))) == lacking


@given(st.integers(0, 40), st.integers(0, 40))
def test_only_a_complete_record_has_a_hundred_per_cent(filled, lacking):
    result = percent(filled, filled + lacking)
    assert (result == 100) == (lacking == 0 and filled > 0)
    assert (result is None) == (filled + lacking == 0)


def test_a_condition_asks_the_database_what_it_asks_of_a_record():
    MemberFactory()
    MemberFactory(category="2", job_post="0312", is_lost=True)
    MemberFactory(is_floating=True)
    for condition in CONDITIONS.values():
        asked = Member.objects.filter(condition.query or Q()).order_by("pk")
        assert list(asked) == [member for member in Member.objects.order_by("pk") if condition.holds(member)]
