"""Whatever changes a record leaves the right score and the right counters. Source: workflows.md 10.6."""

import datetime

import pytest

from members import integrity
from members.acts import ACTS
from members.models import Member, RuleVersion
from members.services import acts, records
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs import totals

pytestmark = pytest.mark.django_db
TODAY = datetime.date.today()


def update(**values):
    return lambda member, by: records.update(member, by=by, version=member.version, values=values)


def carry_out(slug, **asked):
    return lambda member, by: acts.carry_out(ACTS[slug], member, by=by, version=member.version, **asked)


@pytest.mark.parametrize(
    ("category", "act", "required"),
    (
        ("1", update(education=""), 18),
        ("1", update(is_lost=True), 19),  # 失去联系日期 counts now
        ("1", update(is_lost=True, lost_since=datetime.date(2026, 5, 1)), 19),
        ("1", update(is_floating=True, floating_to="110101"), 19),
        ("1", update(job_post="0311"), 19),
        ("2", carry_out("confirm", on=datetime.date(2013, 6, 1)), 18),  # 转正日期 counts now
        ("2", lambda member, by: roll.change_category(member, category="1", by=by), 18),
        ("1", carry_out("suspend", on=TODAY, reason="失去联系"), 18),
        ("1", lambda member, by: roll.change_status(member, status="2", by=by), 18),
    ),
)
def test_the_score_and_the_counters_follow(college, by, category, act, required):
    MemberFactory(organization=college.staff)
    confirmed = {} if category == "1" else {"confirmed_on": None}
    member = MemberFactory(organization=college.staff, complete=True, category=category, **confirmed)
    act(member, by)
    member = Member.objects.get(pk=member.pk)
    assert (member.filled, member.required) == RuleVersion.objects.in_force().score(member)
    assert member.required == required
    assert list(integrity.scores_are_those_of_the_rules()) == list(integrity.counters_are_sums()) == []
    assert list(totals.differences()) == []


def test_who_is_moved_takes_the_score_along(college, by):
    member = MemberFactory(organization=college.staff, complete=True, title="")
    roll.move(member, to=college.artists, by=by)
    assert list(integrity.counters_are_sums()) == list(totals.differences()) == []
