import datetime

import pytest
from django.core.exceptions import ValidationError

from orgs import reminders
from orgs.models import Organization, Renewal, Term
from orgs.renewal import (
    FINAL,
    STEPS,
    RenewalKind,
    RenewalState,
    by_weight,
    candidates_needed,
    quorum,
    steps_open,
    timeline,
    votes_needed,
)
from orgs.services import renewals, terms
from orgs.tests.acting import Acting
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db


def figures(**changes):
    return {
        "number": 1,
        "elected_on": datetime.date(2024, 6, 30),
        "years": 3,
        "method": "1",
        "voters_due": 10,
        "voters_present": 8,
        "ballots_sent": 8,
        "ballots_returned": 8,
        "ballots_valid": 8,
        "committee_size": 3,
        "alternates": 0,
        "result": "",
        "document": "",
        "is_current": True,
        "shifted_months": 0,
        "shift_document": "",
    } | changes


def test_the_last_day_follows_from_the_election_and_a_new_term_closes_the_old(university, by):
    old = terms.record(university.staff, by=by, **figures(elected_on=datetime.date(2021, 2, 28)))
    new = terms.record(university.staff, by=by, **figures(number=2))
    old.refresh_from_db()
    assert (old.ends_on, old.is_current) == (datetime.date(2024, 2, 28), False)
    assert (new.ends_on, new.is_current) == (datetime.date(2027, 6, 30), True)
    assert terms.next_number(university.staff) == 3


@pytest.mark.parametrize(
    ("change", "field", "text"),
    (
        (
            {"voters_present": 7, "ballots_sent": None},
            "voters_present",
            "实到会人数不足：应到 10 人，至少 8 人到会方可选举",
        ),
        ({"voters_present": 11}, "voters_present", "实到会人数（11）不能多于应到会人数（10）"),
        ({"ballots_returned": 9}, "ballots_returned", "收回票数（9）不能多于发出票数（8）"),
        ({"years": 6}, "years", "任期年限应为 1 至 5 年"),
        ({"shifted_months": 13}, "shifted_months", "延期或提前不能超过 12 个月"),
        ({"shifted_months": 6}, "shift_document", "请填写延期/提前批准文号"),
        ({"elected_on": datetime.date(2999, 1, 1)}, "elected_on", "当选（换届）日期不能晚于今天"),
    ),
)
def test_counts_that_cannot_be_are_refused_at_their_field(university, by, change, field, text):
    with pytest.raises(ValidationError) as refusal:
        terms.record(university.staff, by=by, **figures(**change))
    assert refusal.value.message_dict == {field: [text]}


def test_more_than_four_fifths_can_be_asked_for(university, by, settings):
    settings.ELECTION_QUORUM_EXACT = False
    with pytest.raises(ValidationError, match="应到 10 人，至少 9 人到会方可选举"):
        terms.record(university.staff, by=by, **figures(voters_present=8))


def test_appointed_leaders_need_no_quorum(university, by):
    assert terms.record(
        university.staff,
        by=by,
        **figures(method="4", voters_present=0, ballots_sent=0, ballots_returned=0, ballots_valid=0),
    ).pk


def test_temporary_and_functional_branches_hold_no_elections(university, by):
    university.staff.is_functional = True
    university.staff.save()
    with pytest.raises(ValidationError, match="功能型党支部不进行换届选举"):
        terms.record(university.staff, by=by, **figures())


def test_exactly_four_fifths_is_enough_and_half_is_not_a_majority():
    assert [quorum(due, 0.8) for due in (5, 9, 10, 11)] == [4, 8, 8, 9]
    assert [quorum(due, 0.8, exactly_is_enough=False) for due in (5, 9, 10, 11)] == [5, 8, 9, 9]
    assert [votes_needed(due) for due in (9, 10, 11)] == [5, 6, 6]
    assert [candidates_needed(seats) for seats in (3, 5, 10)] == [4, 6, 12]


def test_every_state_is_reachable_and_final_states_have_no_way_on():
    assert {step.target for step in STEPS.values()} | {RenewalState.ASKED} == set(RenewalState)
    assert [step for step in STEPS.values() if set(step.source) & set(FINAL)] == []
    for state in set(RenewalState) - set(FINAL):
        assert any(state in step.source for step in STEPS.values())


def election(**changes):
    return {
        "elected_on": datetime.date(2026, 10, 20),
        "years": 3,
        "method": "1",
        "voters_due": 10,
        "voters_present": 9,
        "ballots_sent": 9,
        "ballots_returned": 9,
        "ballots_valid": 9,
        "result": "",
        "elected": [{"member": 0, "name": "周敏", "duty": "001A", "votes": 8}],
    } | changes


def asked(university, by, **changes):
    plan = {
        "reason": "",
        "months": 0,
        "planned_on": datetime.date(2026, 10, 20),
        "seats": 1,
        "candidates": 2,
        "plan": "",
    }
    return renewals.ask(university.staff, kind=changes.pop("kind", "election"), by=by, **(plan | changes))


def test_a_renewal_goes_from_request_to_a_new_current_term(university, by):
    from members.models import Member

    member = Member.objects.create(name="周敏", category="1", organization=university.staff)
    old = terms.record(university.staff, by=by, **figures(elected_on=datetime.date(2023, 10, 1)))
    renewal = asked(university, by)
    people = [{"member": member.pk, "name": "周敏", "duty": "001A", "votes": 8}]
    for verb, facts in (
        ("reply", {"document": "示党复〔2026〕3号"}),
        ("elect", election(elected=people)),
        ("report", {}),
        ("confirm", {"document": "示党复〔2026〕9号"}),
    ):
        renewal = renewals.advance(renewal, verb, by=by, version=renewal.version, **facts)
    old.refresh_from_db()
    assert (renewal.state, old.is_current) == ("done", False)
    assert (renewal.term.number, renewal.term.ends_on, renewal.term.document) == (
        2,
        datetime.date(2029, 10, 20),
        "示党复〔2026〕9号",
    )
    assert [(post.member.name, post.duty) for post in renewal.term.posts.all()] == [("周敏", "001A")]


def test_half_can_be_taken_of_those_due(university, by, settings):
    settings.ELECTION_MAJORITY_OF_DUE = True
    renewal = renewals.advance(asked(university, by), "reply", by=by, version=1)
    with pytest.raises(ValidationError) as refusal:
        renewals.advance(
            renewal,
            "elect",
            by=by,
            version=2,
            **election(elected=[{"member": 0, "name": "周敏", "duty": "001A", "votes": 5}]),
        )
    assert refusal.value.message_dict == {"elected": ["得票未超过应到会人数的半数（至少 6 票）：周敏"]}


def test_fewer_votes_than_half_of_those_present_elect_nobody(university, by):
    renewal = renewals.advance(asked(university, by), "reply", by=by, version=1)
    person = {"member": 0, "name": "周敏", "duty": "001A"}
    with pytest.raises(ValidationError) as refusal:
        renewals.advance(renewal, "elect", by=by, version=2, **election(elected=[person | {"votes": 4}]))
    assert refusal.value.message_dict == {"elected": ["得票未超过实到会人数的半数（至少 5 票）：周敏"]}
    assert renewals.advance(renewal, "elect", by=by, version=2, **election(elected=[person | {"votes": 5}])).draft


def test_an_extension_moves_the_end_of_the_term_and_never_beyond_a_year(university, by):
    term = terms.record(university.staff, by=by, **figures())
    renewal = asked(university, by, kind="extension", months=6, reason="机构调整")
    renewals.advance(renewal, "extend", by=by, version=1, document="示党复〔2026〕5号")
    records = Record.objects.filter(action="orgs.renewal").order_by("seq")
    assert [record.reason for record in records] == ["机构调整", ""]  # why it was asked for is not why it is granted
    term.refresh_from_db()
    assert (term.ends_on, term.shifted_months, term.shift_document) == (
        datetime.date(2027, 12, 30),
        6,
        "示党复〔2026〕5号",
    )
    with pytest.raises(ValidationError, match="延期合计不能超过 12 个月"):
        asked(university, by, kind="extension", months=7, reason="机构调整")


def test_too_few_candidates_are_refused(university, by):
    university.staff.full_members = 12
    university.staff.save()
    with pytest.raises(ValidationError) as refusal:
        asked(university, by, seats=5, candidates=5)
    assert refusal.value.message_dict == {"candidates": ["候选人应多于应选名额 20% 以上：5 个名额至少 6 名候选人"]}


@pytest.mark.parametrize(
    ("members", "seats", "text"),
    (
        (6, 3, "正式党员不足 7 人的党支部只设书记，必要时设 1 名副书记"),
        (7, 2, "正式党员 7 人以上的党支部应当设立支部委员会，由 3 至 5 人组成"),
        (30, 8, "支部委员会一般不超过 7 人"),
    ),
)
def test_the_size_of_a_committee_follows_from_the_members(university, by, members, seats, text):
    """支部条例 20"""
    Organization.objects.filter(pk=university.staff.pk).update(full_members=members)
    with pytest.raises(ValidationError) as refusal:
        asked(university, by, seats=seats, candidates=20)
    assert refusal.value.message_dict == {"seats": [text]}


def test_one_renewal_at_a_time_and_a_stale_step_is_a_conflict(university, by):
    renewal = asked(university, by)
    with pytest.raises(ValidationError, match="已有办理中的换届事项"):
        asked(university, by)
    renewals.advance(renewal, "refuse", by=by, version=1, reason="暂缓")
    with pytest.raises(Stale):
        renewals.advance(renewal, "reply", by=by, version=1)
    assert Renewal.objects.open().count() == 0


def test_an_extension_is_never_replied_like_an_election(university, by):
    terms.record(university.staff, by=by, **figures())
    renewal = asked(university, by, kind="extension", months=6, reason="机构调整")
    with pytest.raises(Stale):
        renewals.advance(renewal, "reply", by=by, version=1)
    assert [step.verb for step in steps_open(RenewalKind.EXTENSION, renewal.state, STEPS["extend"].side)] == [
        "extend",
        "refuse",
    ]
    assert Term.objects.count() == 1


def test_nobody_is_elected_twice_into_one_duty_and_one_secretary_is_enough(university, by):
    renewal = renewals.advance(asked(university, by), "reply", by=by, version=1)
    person = {"member": 1, "name": "周敏", "duty": "002A", "votes": 8}
    for elected, message in (
        ([person, person], "周敏重复填写了同一职务"),
        (
            [person | {"duty": "001A"}, {"member": 2, "name": "李思远", "duty": "001A", "votes": 8}],
            "书记只能有一名，现填写了：周敏、李思远",
        ),
    ):
        renewal.seats = 3
        renewal.save()
        with pytest.raises(ValidationError) as refusal:
            renewals.advance(renewal, "elect", by=by, version=2, **election(elected=elected))
        assert refusal.value.message_dict == {"elected": [message]}


def line(renewal):
    now = renewal.updated_at + datetime.timedelta(days=4, hours=1)
    return [(stage.label, stage.state, stage.note.split("\n")[0]) for stage in timeline(renewal, now)]


def test_the_progress_line_says_who_asked_and_how_long_the_present_step_has_waited(university, by):
    terms.record(university.staff, by=by, **figures())
    renewal = asked(university, by)
    signed = renewal.asked_by
    assert line(renewal) == [
        ("请示", "done", signed),
        ("批复", "now", "已等待 4 天"),
        ("选举", "later", ""),
        ("报批", "later", ""),
        ("审批", "later", ""),
    ]
    renewal = renewals.advance(renewal, "refuse", by=by, version=1, reason="暂缓")
    assert [stage[:2] for stage in line(renewal)] == [("请示", "done"), ("未批准", "done")]
    extension = asked(university, by, kind="extension", months=6, reason="机构调整")
    extension = renewals.advance(extension, "extend", by=by, version=1, document="示党复〔2026〕5号")
    assert [stage[:2] for stage in line(extension)] == [("请示", "done"), ("批复", "done")]


@pytest.mark.parametrize(
    ("verbs", "weighed"),
    (
        (("reply", "refuse", "withdraw"), ["reply", "withdraw", "refuse"]),
        (("withdraw", "elect", "report"), ["report", "elect", "withdraw"]),
        (("refuse", "return", "confirm"), ["confirm", "refuse", "return"]),
    ),
)
def test_the_button_that_leads_furthest_comes_first(verbs, weighed):
    assert [step.verb for step in by_weight(STEPS[verb] for verb in verbs)] == weighed


@pytest.mark.parametrize("reach", (1, reminders.LARGE_REACH + 1))
def test_reminders_are_the_same_from_whichever_side_they_are_read(university, reach):
    today, ends = datetime.date(2026, 11, 20), datetime.date(2027, 1, 1)
    for organization in (university.staff, university.college, university.root):
        TermFactory(organization=organization, ends_on=ends)
    inside = [university.college, university.staff]
    found = reminders.ending_terms(Acting(university.college), today, reach=reach)
    assert sorted(term.organization_id for term in found) == sorted(organization.pk for organization in inside)
    everywhere = reminders.ending_terms(Acting(university.root), today, reach=reach)
    assert everywhere.count() == 3
