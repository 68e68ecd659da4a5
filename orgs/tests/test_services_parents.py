import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from orgs import totals
from orgs.guards import Act, Reason, blocks, unregister
from orgs.models import Organization, ParentChange
from orgs.services import parents
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db


def test_the_preview_says_what_moves_and_who_decides(university):
    totals.change(university.staff.pk, full=9, probationary=2)
    outline = parents.plan(university.staff, to=university.other)
    assert (outline.organizations, outline.members, outline.decider) == (1, 11, university.root)
    assert (outline.losing, outline.gaining) == ([university.college], [university.other])
    assert (outline.reasons, outline.changes_committee) == ([], False)


def test_asking_moves_nothing_and_approving_moves_the_subtree_with_its_codes(university, by):
    change = parents.ask(university.staff, to=university.other, by=Acting(university.college), reason="机构调整")
    university.staff.refresh_from_db()
    assert (university.staff.parent, change.decider) == (university.college, university.root)
    code = university.staff.code
    moved = parents.approve(change, by=by, remark="同意")
    assert (moved.parent, moved.code) == (university.other, code)
    assert list(Organization.objects.within(university.other.pk).in_tree_order()) == [
        university.other,
        university.artists,
        moved,
    ]
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("done", "周敏（市/区级管理员）")
    assert [r.action for r in Record.objects.order_by("seq")] == ["orgs.ask_parent_change", "orgs.reparent"]


def test_a_move_to_another_committee_is_kept_for_the_statistics(university, by):
    hall = OrganizationFactory(parent=university.root, org_type="611", short_name="医学院党委")
    totals.change(university.staff.pk, full=9, probationary=2)
    inside = parents.ask(university.students, to=university.root, by=by, reason="机构调整")
    parents.approve(inside, by=by)
    change = parents.ask(university.college, to=hall, by=by, reason="机构调整")
    with time_machine.travel("2026-03-31 23:30+08:00", tick=False):
        parents.approve(change, by=by)
    totals.change(university.staff.pk, full=5)
    first, last = datetime.date(2026, 3, 31), datetime.date(2026, 3, 31)
    [kept] = ParentChange.objects.wholesale(first, last)
    assert (kept.organization, kept.old_committee, kept.new_committee) == (university.college, university.root, hall)
    assert (kept.full_members, kept.probationary_members) == (9, 2)
    assert not ParentChange.objects.wholesale(datetime.date(2026, 4, 1), datetime.date(2027, 1, 1)).exists()
    assert Record.objects.order_by("seq").last().changes == [
        ["上级组织名称", "示范大学党委", "医学院党委"],
        ["整建制转移", "示范大学党委", "医学院党委"],
        ["随同转移的党员", "", "11 人"],
    ]


@pytest.mark.parametrize(
    ("moved", "to", "text"),
    (
        ("staff", "college", "新的上级党组织与现在的相同"),
        ("college", "staff", "不能变更到自身或自己的下级党组织之下"),
        ("college", "college", "不能变更到自身或自己的下级党组织之下"),
        ("staff", "logistics", "党支部下不能设立党支部"),
        ("college", "other", "党总支部下不能设立党总支部"),
        ("students", "other", "“艺术学院党总支”下已有相同的党组织简称"),
        ("root", "other", "最上级党组织没有上级，不能变更"),
    ),
)
def test_what_cannot_move_is_refused_with_the_reason(university, by, moved, to, text):
    with pytest.raises(Refusal) as refusal:
        parents.ask(getattr(university, moved), to=getattr(university, to), by=by, reason="机构调整")
    assert refusal.value.messages == [text]


def test_an_open_transfer_anywhere_below_stops_the_move_even_after_it_was_asked_for(university, by):
    change = parents.ask(university.staff, to=university.other, by=by, reason="机构调整")

    @blocks(Act.MOVE)
    def open_transfers(organizations):
        if organizations.filter(pk=university.staff.pk).exists():
            yield Reason("有 1 件组织关系转接尚未完成")

    try:
        with pytest.raises(Refusal, match="有 1 件组织关系转接尚未完成"):
            parents.approve(change, by=by)
    finally:
        unregister(open_transfers)
    change.refresh_from_db()
    assert change.state == ParentChange.State.ASKED


def test_two_decisions_one_wins(university, by):
    change = parents.ask(university.staff, to=university.other, by=by, reason="机构调整")
    parents.refuse(change, by=by, remark="材料不全")
    with pytest.raises(Stale) as conflict:
        parents.approve(change, by=by)
    assert conflict.value.fields == (("状态", "待审批", "已退回"),)
    assert (conflict.value.who, conflict.value.when is None) == ("周敏（市/区级管理员）", False)


def test_a_refusal_needs_a_reason_and_only_the_asker_withdraws(university, by):
    change = parents.ask(university.staff, to=university.other, by=Acting(university.college), reason="机构调整")
    with pytest.raises(ValidationError, match="请填写退回原因"):
        parents.refuse(change, by=by, remark="")
    with pytest.raises(ValidationError, match="只有申请的党组织可以撤回"):
        parents.withdraw(change, by=by)
    assert parents.withdraw(change, by=Acting(university.college)).state == "withdrawn"


def test_trees_without_a_common_committee_cannot_exchange(university, by):
    elsewhere = OrganizationFactory(full_name="中国共产党另一大学委员会", unit_relation="2", unit_name="另一大学")
    with pytest.raises(ValidationError, match="没有共同的上级党委"):
        parents.ask(university.college, to=elsewhere, by=by, reason="机构调整")


def test_the_unit_follows_the_new_parent(university, by):
    campus = OrganizationFactory(
        parent=university.root,
        org_type="611",
        short_name="分校党委",
        full_name="中国共产党示范大学分校委员会",
        unit_relation="2",
        unit_name="示范大学分校",
    )
    parents.approve(parents.ask(university.college, to=campus, by=by, reason="划转"), by=by)
    units = set(Organization.objects.within(university.college.pk).values_list("unit_name", flat=True))
    assert units == {"示范大学分校"}
