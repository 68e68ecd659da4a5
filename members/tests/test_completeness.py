import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.completeness import CONDITIONS, DEFAULTS, NEVER, Rules, choices_for, chosen, percent
from members.items import BY_FIELD
from members.models import Member
from members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def labels(rules):
    return [rule.label for rule in rules]


def missing(member):
    return Rules(0, DEFAULTS).missing(member)


def score(member):
    return Rules(0, DEFAULTS).score(member)


def test_every_rule_names_an_item_and_a_condition():
    assert {rule.field for rule in DEFAULTS} == set(BY_FIELD)
    assert {rule.condition for rule in DEFAULTS} <= set(CONDITIONS)
    assert all(rule.condition in dict(choices_for(rule.field)) for rule in DEFAULTS)


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


@pytest.fixture
def all_sorts(db):
    """Records of every condition, with and without each item."""
    MemberFactory()
    MemberFactory(complete=True)
    MemberFactory(complete=True, category="2", confirmed_on=None, job_post="0312", is_lost=True)
    MemberFactory(complete=True, is_floating=True, floating_to="110101", phone="")
    MemberFactory(is_lost=True, lost_since=datetime.date(2026, 5, 1), job_post="0311", is_migrant_worker=False)
    for rule in DEFAULTS:
        if rule.field not in ("id_number", "phone", "address", "category", "status", "is_lost", "is_floating"):
            empty = "" if Member._meta.get_field(rule.field).empty_strings_allowed else None
            MemberFactory(complete=True, **{rule.field: empty})
    Member.objects.filter(pk=MemberFactory(complete=True).pk).update(id_number_index="")


def test_a_condition_asks_the_database_what_it_asks_of_a_record(all_sorts):
    for condition in CONDITIONS.values():
        asked = Member.objects.filter(condition.query).order_by("pk")
        assert list(asked) == [member for member in Member.objects.order_by("pk") if condition.holds(member)]


@pytest.mark.parametrize(
    "changes", ({}, {"phone": "in_touch", "title": "full"}, {"native_place": NEVER}, {"joined_on": "probationary"})
)
def test_the_database_scores_as_a_record_is_scored(all_sorts, changes):
    rules = Rules(1, chosen([*((rule.field, rule.condition) for rule in DEFAULTS), *changes.items()]))
    rows = list(rules.scored(Member.objects.order_by("pk")))
    assert [(row.right_filled, row.right_required) for row in rows] == [rules.score(row) for row in rows]
    wrong = rules.wrongly_scored(Member.objects.order_by("pk"))
    assert list(wrong) == [row for row in rows if (row.filled, row.required) != rules.score(row)]


def test_an_item_locked_for_the_others_has_one_condition():
    assert choices_for("confirmed_on") == [("full", "正式党员")]
    assert len(choices_for("phone")) == len(CONDITIONS)


def test_what_is_left_out_of_a_choice_does_not_count():
    rules = chosen([("phone", "in_touch"), ("title", NEVER)])
    assert [rule.field for rule in rules if rule.counts] == ["phone"]
    assert [rule.field for rule in rules] == list(BY_FIELD)
