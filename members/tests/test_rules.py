"""Other rules of completeness: put in force, followed by the records in the background. Source: workflows.md 10."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.codes import RoleKind
from accounts.tests.factories import RoleGrantFactory, id_number
from members import integrity
from members.completeness import DEFAULTS, NEVER, chosen
from members.jobs import rescoring_job, start_rescoring
from members.models import Member, RuleVersion
from members.services import members as roll
from members.services import records, rescoring, rules
from members.tests.counting import counters
from members.tests.factories import MemberFactory
from orgs import totals
from partyplatform.audit.models import Record
from partyplatform.jobs import queue, run_waiting
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db


def changed(**conditions):
    """The rules of the code with other conditions for some items."""
    return chosen([*((rule.field, rule.condition) for rule in DEFAULTS), *conditions.items()])


def put(by, **conditions):
    version = RuleVersion.objects.in_force().version
    return rules.put_in_force(changed(**conditions), version=version, reason="上级要求", by=by)


def scores():
    return list(Member.objects.order_by("pk").values_list("filled", "required"))


def right():
    return [RuleVersion.objects.in_force().score(member) for member in Member.objects.order_by("pk")]


@pytest.fixture
def members(college):
    """Three records of two branches; one is of somebody suspended."""
    return [
        MemberFactory(organization=college.staff, complete=True),
        MemberFactory(organization=college.students, native_place="110101"),
        MemberFactory(organization=college.staff, complete=True, title="", status="2"),
    ]


def test_the_rules_of_the_code_hold_until_others_are_put_in_force(college, by):
    assert (RuleVersion.objects.in_force().version, RuleVersion.objects.in_force().rules) == (0, DEFAULTS)
    version = put(by, title=NEVER)
    present = RuleVersion.objects.in_force()
    assert (present.version, present.is_scoring) == (version.pk, True)
    assert [rule.field for rule in present.rules if not rule.counts] == ["title"]


def test_new_rules_are_written_down(college, by):
    put(by, title=NEVER, phone="in_touch")
    record = Record.objects.get(action="members.set_rules")
    assert record.changes == [["职称", "所有党员", "不计入"], ["联系方式", "所有党员", "未失联的党员"]]
    assert record.reason == "上级要求"


def test_a_record_saved_from_then_on_has_the_new_score(college, by):
    before = MemberFactory(organization=college.staff, complete=True)
    assert before.required == 18
    put(by, title=NEVER)
    after = roll.admit(college.staff, name="李思远", id_number=id_number(1), category="1", by=by)
    assert after.required == 17
    records.update(before, by=by, version=before.version, values={"education": "11"})
    assert Member.objects.get(pk=before.pk).required == 17


def test_only_the_top_of_the_platform_puts_rules_in_force(college):
    for role in (
        RoleGrantFactory(organization=college.general, kind=RoleKind.CITY),
        RoleGrantFactory(organization=college.root, kind=RoleKind.DISTRICT),
        RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH),
    ):
        with pytest.raises(PermissionDenied):
            put(role, title=NEVER)
    assert put(RoleGrantFactory(organization=college.root, kind=RoleKind.CITY), title=NEVER)


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    (
        ({}, "规则没有变化"),
        (
            dict.fromkeys((rule.field for rule in DEFAULTS), "lost"),
            "至少要有一项对所有党员计入，否则有的党员没有完整度",
        ),
        ({"confirmed_on": "always"}, "转正日期只由正式党员填写，不能对其他人计入"),
    ),
)
def test_rules_nobody_can_meet_are_refused(college, by, conditions, sentence):
    with pytest.raises(ValidationError) as refusal:
        put(by, **conditions)
    assert refusal.value.messages == [sentence]
    assert not RuleVersion.objects.exists()


def test_whoever_was_slower_is_told(college, by):
    put(by, title=NEVER)
    with pytest.raises(Stale):
        rules.put_in_force(changed(phone=NEVER), version=0, reason="上级要求", by=by)


def test_all_records_and_counters_follow(members, college, by):
    version = put(by, title=NEVER, native_place="probationary")
    assert list(integrity.scores_are_those_of_the_rules()) == []  # none is scored anew yet, so none is wrong
    start_rescoring(version, by=by)
    assert run_waiting() == 1
    assert scores() == right() == [(16, 16), (6, 16), (16, 16)]
    assert (counters(college.staff), counters(college.students)) == ((1, 0, 16, 16), (1, 0, 6, 16))
    version.refresh_from_db()
    assert (version.changed, version.scored_at is None) == (3, False)
    assert not RuleVersion.objects.in_force().is_scoring
    assert list(integrity.scores_are_those_of_the_rules()) == list(integrity.counters_are_sums()) == []
    assert list(totals.differences()) == []
    assert Record.objects.get(action="members.rescore").changes == [["完整度有变化的党员", "", "3 名"]]


def test_a_score_left_behind_is_found(members, college, by):
    version = put(by, title=NEVER)
    rescoring.finish(version)
    assert len(list(integrity.scores_are_those_of_the_rules())) == 3


class Halted(Exception):
    pass


def test_it_goes_on_where_it_was_stopped(members, college, by, monkeypatch):
    monkeypatch.setattr(rescoring, "SPAN", 1)
    version = put(by, title=NEVER)

    def halt(done, total):
        if done == members[0].pk:
            raise Halted

    with pytest.raises(Halted):
        rescoring.rescore(version, reached=halt)
    version.refresh_from_db()
    assert version.scored_to == members[0].pk
    assert 0 < rescoring.percent(RuleVersion.objects.in_force()) < 100
    assert list(integrity.scores_are_those_of_the_rules()) == list(integrity.counters_are_sums()) == []
    assert rescoring.rescore(version) == 3
    assert scores() == right()
    assert list(integrity.counters_are_sums()) == []


def test_somebody_who_moves_meanwhile_is_not_missed(members, college, by, monkeypatch):
    """Moves keep the score: the last of all moves to a branch that was gone over already."""
    monkeypatch.setattr(rescoring, "SPAN", 1)
    version, moved = put(by, title=NEVER), members[1]

    def follow(done, total):
        if done == members[0].pk and Member.objects.get(pk=moved.pk).organization_id != college.staff.pk:
            roll.move(moved, to=college.staff, by=by)

    rescoring.rescore(version, reached=follow)
    assert Member.objects.get(pk=moved.pk).organization_id == college.staff.pk
    assert scores() == right()
    assert list(integrity.counters_are_sums()) == []


def test_newer_rules_end_the_work_of_the_older(members, college, by):
    older = put(by, title=NEVER)
    start_rescoring(older, by=by)
    newer = put(by, title=NEVER, phone=NEVER)
    start_rescoring(newer, by=by)
    assert run_waiting() == 2
    assert scores() == right() == [(16, 16), (7, 16), (16, 16)]
    older.refresh_from_db()
    assert older.scored_at is None


def test_a_cancelled_job_is_taken_up_again(members, college, by):
    version = put(by, title=NEVER)
    job = start_rescoring(version, by=by)
    assert start_rescoring(version, by=by) == job
    queue.cancel(job)
    assert rescoring_job(version) is None
    start_rescoring(version, by=by)
    assert run_waiting() == 1
    assert scores() == right()


def test_batches_hold_few_records_of_some_branches_in_turns(college, by, monkeypatch):
    monkeypatch.setattr(rescoring, "BATCH", 1)
    for branch in (college.staff, college.students, college.artists, college.direct):
        MemberFactory.create_batch(2, organization=branch, complete=True)
    seen, score = [], rescoring._score

    def noted(version, branches, turn):
        seen.append((len(branches), turn))
        score(version, branches, turn)

    monkeypatch.setattr(rescoring, "_score", noted)
    version = put(by, title=NEVER)
    assert rescoring.rescore(version) == 8
    assert seen == [(2, turn) for turn in range(rescoring.TURNS) for _ in range(2)]
    assert scores() == right()


def test_a_rule_of_a_later_release_counts_once_a_version_says_so(college, by):
    version = put(by, title=NEVER)
    version.lines.filter(field="phone").delete()
    assert replace(DEFAULTS[-2], counts=False) in RuleVersion.objects.in_force().rules


def test_many_counters_change_as_one_does(college):
    totals.change(college.staff.pk, full=2, filled=7, required=8)
    totals.change_many({college.staff.pk: {"filled": 1}, college.artists.pk: {"required": 3}, college.direct.pk: {}})
    assert (counters(college.staff), counters(college.artists)) == ((2, 0, 8, 8), (0, 0, 0, 3))
    assert list(totals.differences()) == []
