"""Transfers from the first step to the last, through the services."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.tests.factories import id_number
from members.models import Matter, Member, Standing
from members.procedures import FLOW, LOST, State
from members.services import matters, posts
from members.services import members as roll
from members.services.numbers import change_number
from members.tests.counting import counters
from members.tests.factories import MemberFactory, PostFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.models import Transfer
from transfers.services import clocks

pytestmark = pytest.mark.django_db


def assert_sound():
    wanted = ("组织关系转接", "批量转接", "党员计数", "党员所在党支部", "党籍变动记录", "党员信息完整度", "流动、失联")
    for invariant in invariants():
        if invariant.title.startswith(wanted):
            assert list(invariant.problems()) == [], invariant.title


def test_inside_the_committee_the_member_moves_when_the_branch_takes_it_in(world, member, desk):
    transfer = desk.start(member, world.actors)
    transfer = desk.passed(transfer, 3)
    member.refresh_from_db()
    assert (member.organization, counters(world.masters)[0], counters(world.actors)[0]) == (world.masters, 1, 0)
    transfer = desk.act(transfer, "pass")
    member.refresh_from_db()
    assert (transfer.state, transfer.holder, transfer.finished_on) == ("done", None, timezone.localdate())
    assert (member.organization, counters(world.masters)[0], counters(world.actors)[0]) == (world.actors, 0, 1)
    row = Standing.objects.open().get(member=member)
    assert (row.cause, row.kind, row.document, row.organization) == ("内部调动", "31", transfer.number, world.actors)
    outcomes = [step.outcome for step in transfer.steps.in_order()]
    assert outcomes == ["passed"] * 4
    assert_sound()


def test_each_step_says_who_has_it_since_when_and_until_when(world, member, desk):
    transfer = desk.start(member, world.actors)
    step = transfer.steps.open().get()
    assert (transfer.holder, step.organization) == (world.information, world.information)
    assert transfer.due_on == step.due_on == timezone.localdate() + datetime.timedelta(days=7)
    desk.passed(transfer)
    step.refresh_from_db()
    assert (step.outcome, step.acted_by, step.acted_at is not None) == ("passed", "周敏", True)


def test_between_committees_the_letter_runs_from_the_approval(world, member, desk):
    transfer = desk.passed(desk.start(member, world.clerks))
    assert transfer.valid_until is None
    transfer = desk.passed(transfer)
    assert (transfer.state, transfer.holder) == ("submitted", world.academy)
    assert transfer.valid_until == timezone.localdate() + datetime.timedelta(days=30)
    desk.passed(transfer, 3)
    assert Member.objects.get(pk=member.pk).organization == world.clerks
    assert Standing.objects.open().get(member=member).kind == "32"
    assert_sound()


def test_leaving_the_platform_ends_with_the_receipt(world, member, desk):
    transfer = desk.passed(desk.start(member), 2)
    assert (transfer.state, transfer.holder, counters(world.masters)[0]) == ("letter", world.university, 1)
    today = timezone.localdate()
    for day, words in ((None, "请填写"), (today + datetime.timedelta(days=1), "晚于今天")):
        with pytest.raises(ValidationError, match=words):
            desk.act(transfer, "receipt", received_on=day)
    with pytest.raises(ValidationError, match="早于介绍信日期"):
        desk.act(transfer, "receipt", received_on=today - datetime.timedelta(days=1))
    transfer = desk.act(transfer, "receipt", received_on=today)
    member.refresh_from_db()
    assert (transfer.state, member.status, counters(world.masters)[0]) == ("done", "31", 0)
    row = Standing.objects.open().get(member=member)
    assert (row.cause, row.kind, row.document) == ("转往市外", "43", transfer.number)
    assert_sound()


def test_leaving_the_platform_ends_what_was_kept_about_the_member(world, member, desk):
    by = Acting(world.masters)
    words = {"region": "310104", "scope": "1", "cause": "1", "host": "上海示例党支部", "contact_name": "王示例"}
    matters.begin(FLOW, FLOW.event("register"), member, by=by, on=datetime.date(2026, 5, 1), **words)
    matters.begin(LOST, LOST.event("register"), member, by=by, on=datetime.date(2026, 5, 1), cause="6")
    transfer = desk.passed(desk.start(member), 2)
    desk.act(transfer, "receipt", received_on=timezone.localdate())
    states = dict(Matter.objects.values_list("procedure", "state"))
    assert states == {"flow": State.MOVED, "lost": State.ENDED}
    member.refresh_from_db()
    assert (member.is_floating, member.floating_to, member.is_lost, member.lost_since) == (False, "", False, None)
    assert_sound()


def test_no_letter_without_the_address_it_prints(world, member, desk):
    world.university.profile.fax = ""
    world.university.profile.save()
    transfer = desk.passed(desk.start(member))
    with pytest.raises(ValidationError, match="没有登记传真") as refused:
        desk.passed(transfer)
    assert refused.value.links[0][0] == "补全扩展信息集"
    assert Transfer.objects.get(pk=transfer.pk).state == "submitted"


def test_a_place_outside_is_named(world, member, desk):
    with pytest.raises(ValidationError, match="抬头"):
        desk.start(member, heading="")


def test_sending_back_needs_a_reason_and_frees_the_member(world, member, desk):
    transfer = desk.passed(desk.start(member, world.actors))
    with pytest.raises(ValidationError, match="请填写退回的原因"):
        desk.act(transfer, "send_back")
    transfer = desk.act(transfer, "send_back", remark="转入支部有误")
    assert (transfer.state, transfer.is_unfinished) == ("refused", False)
    assert [step.outcome for step in transfer.steps.in_order()] == ["passed", "returned", "unreached", "unreached"]
    again = desk.start(member, world.staff)
    assert again.earlier == transfer
    assert_sound()


def test_withdrawing_is_for_the_starter_while_nobody_has_acted(world, member, desk):
    transfer = desk.start(member, world.actors)
    with pytest.raises(PermissionDenied, match="当前环节由“硕士支部”办理"):
        desk.act(transfer, "withdraw", by=Acting(world.actors))
    assert desk.act(transfer, "withdraw", by=Acting(world.masters)).state == "withdrawn"
    transfer = desk.passed(desk.start(member, world.actors))
    with pytest.raises(ValidationError, match="上级已审批，不能撤回"):
        desk.act(transfer, "withdraw", by=Acting(world.masters))


def test_only_the_organisation_whose_step_it_is_acts(world, member, desk):
    transfer = desk.start(member, world.actors)
    with pytest.raises(PermissionDenied):
        desk.act(transfer, "pass", by=Acting(world.masters))
    with pytest.raises(OutOfReach):
        desk.act(transfer, "pass", by=Acting(world.academy))


def test_standing_in_is_said_reasoned_and_logged(world, member, desk):
    transfer = desk.start(member, world.actors)
    with pytest.raises(ValidationError, match="如需代办"):
        desk.act(transfer, "pass", by=Acting(world.university))
    with pytest.raises(ValidationError, match="请填写代办的原因"):
        desk.act(transfer, "pass", by=Acting(world.university), substitute=True)
    desk.act(transfer, "pass", by=Acting(world.university), substitute=True, remark="总支书记外出学习")
    assert transfer.steps.in_order()[0].substitute == "示范大学党委"
    record = Record.objects.order_by("seq").last()
    assert (record.action, record.changes[-1]) == ("transfers.pass", ["代办", "信息总支", "示范大学党委"])


def test_whoever_stands_above_starts_and_the_steps_below_are_passed_over(world, member, desk):
    transfer = desk.start(member, world.actors, by=Acting(world.university))
    assert [step.outcome for step in transfer.steps.in_order()] == ["skipped", "open", "waiting", "waiting"]
    assert transfer.holder == world.university


def test_a_stranger_starts_nothing(world, member, desk):
    with pytest.raises(OutOfReach):
        desk.start(member, world.actors, by=Acting(world.staff))


def test_the_second_of_two_is_told_who_was_faster(world, member, desk):
    transfer = desk.start(member, world.actors)
    version = transfer.version
    desk.passed(transfer)
    with pytest.raises(Stale) as stale:
        desk.act(transfer, "pass", by=Acting(world.information), version=version)
    assert (stale.value.who, stale.value.when is not None) == ("周敏（市/区级管理员）", True)


@pytest.mark.parametrize(
    ("change", "words"),
    (
        ({"dissolved_on": "2025-07-01"}, "已撤销"),
        ({"is_functional": True}, "临时或功能型"),
        ({"org_type": "931"}, "临时或功能型"),
        ({"org_type": "621"}, "应在党支部"),
    ),
)
def test_targets_that_take_nobody_in_are_refused_with_the_reason(world, member, desk, change, words):
    target = OrganizationFactory(**({"parent": world.university, "short_name": "某支部"} | change))
    with pytest.raises(ValidationError, match=words):
        desk.start(member, target)


def test_what_stands_against_leaving(world, member, desk):
    with pytest.raises(ValidationError, match="应是另一个党支部"):
        desk.start(member, world.masters)
    desk.start(member, world.staff)
    with pytest.raises(ValidationError, match="有未办结的组织关系转接"):
        desk.start(member, world.actors)
    suspended = MemberFactory(organization=world.masters, status="2")
    with pytest.raises(ValidationError, match="停止党籍"):
        desk.start(suspended, world.actors)
    secretary = PostFactory(term=TermFactory(organization=world.masters), member__organization=world.masters).member
    with pytest.raises(ValidationError, match="请先登记离任"):
        desk.start(secretary, world.actors)


@pytest.mark.parametrize("days", (0, 91))
def test_a_letter_is_valid_for_a_day_to_ninety(world, member, desk, days):
    with pytest.raises(ValidationError, match="1 至 90 天"):
        desk.start(member, valid_days=days)


def test_a_letter_that_ran_out_is_reopened_within_six_months_or_ended(world, member, desk):
    transfer = desk.passed(desk.start(member, world.clerks), 3)
    late = timezone.now() + datetime.timedelta(days=31)
    with time_machine.travel(late, tick=False):
        with pytest.raises(ValidationError, match="到期，请由转出党委重开"):
            desk.passed(transfer)
        assert clocks.expire_letters() == 1
        transfer.refresh_from_db()
        assert (transfer.state, transfer.holder) == ("expired", world.university)
        assert_sound()
        transfer = desk.act(transfer, "reopen", remark="路途延误")
        assert (transfer.state, transfer.holder) == ("submitted", world.office)
        assert transfer.valid_until == timezone.localdate() + datetime.timedelta(days=30)
    with time_machine.travel(late + datetime.timedelta(days=190), tick=False):
        clocks.expire_letters()
        with pytest.raises(ValidationError, match="超过 6 个月"):
            desk.act(transfer, "reopen", remark="路途延误")
        assert desk.act(transfer, "end", remark="本人不再转出").state == "withdrawn"
    assert Member.objects.get(pk=member.pk).organization == world.masters
    assert_sound()


def test_a_lost_letter_is_replaced_and_a_late_receipt_counts_if_it_was_in_time(world, member, desk):
    transfer = desk.passed(desk.start(member, valid_days=10), 2)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=5), tick=False):
        transfer = desk.act(transfer, "replace", remark="介绍信遗失，本人声明")
        accepted = timezone.localdate()
        assert transfer.valid_until == accepted + datetime.timedelta(days=10)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=20), tick=False):
        clocks.expire_letters()
        with pytest.raises(ValidationError, match="晚于介绍信有效期"):
            desk.act(transfer, "receipt", received_on=timezone.localdate())
        assert desk.act(transfer, "receipt", received_on=accepted).state == "done"
    assert_sound()


def test_the_platform_expires_and_nobody_else(world, member, desk):
    transfer = desk.passed(desk.start(member, valid_days=1), 2)
    with pytest.raises(ValidationError, match="仍在有效期内"):
        desk.act(transfer, "expire", by=audit.SYSTEM)
    with pytest.raises(PermissionDenied):
        desk.act(transfer, "expire")


def test_late_steps_are_reminded_of_and_brought_before_those_above(world, member, desk):
    transfer = desk.start(member, world.clerks)
    told = []
    for days in (7, 8, 14, 15, 21, 22, 40):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False):
            clocks.remind_of_late_steps()
        transfer.refresh_from_db()
        told.append((transfer.reminded_days, transfer.escalated_to and transfer.escalated_to.short_name))
    assert told == [
        (0, None),
        (7, None),
        (7, None),
        (14, "示范大学党委"),
        (14, "示范大学党委"),
        (21, "市委"),
        (21, "市委"),
    ]
    assert transfer.events.filter(verb="remind").count() == 3
    assert (desk.passed(transfer).reminded_days, transfer.holder) == (0, world.information)


def test_the_record_is_locked_while_the_member_is_on_the_way(world, member, desk):
    desk.start(member, world.actors)
    by = Acting(world.city)
    acts = (
        lambda: roll.change_category(member, category="2", by=by),
        lambda: roll.change_status(member, status="2", by=by),
        lambda: roll.move(member, to=world.staff, by=by),
        lambda: change_number(member, id_number(907), by=by),
    )
    for act in acts:
        with pytest.raises(ValidationError, match="有未办结的组织关系转接"):
            act()


def test_a_post_taken_up_meanwhile_stops_the_last_step(world, member, desk):
    transfer = desk.passed(desk.start(member, world.staff))
    term = TermFactory(organization=world.masters)
    post = PostFactory(term=term, member=member)
    with pytest.raises(ValidationError, match="请先登记离任"):
        desk.passed(transfer)
    posts.release(post, by=Acting(world.city), on=timezone.localdate())
    assert desk.passed(transfer).state == "done"
