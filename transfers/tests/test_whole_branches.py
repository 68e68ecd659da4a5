"""整建制转移: a branch moves with everybody in it. Source: workflows.md 2.3, 3.3, 11."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.models import Standing
from members.tests.counting import counters
from members.tests.factories import MemberFactory
from orgs import totals
from orgs.models import ParentChange
from orgs.services import parents
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from transfers import chains
from transfers.tests.test_transfers import assert_sound

pytestmark = pytest.mark.django_db


def moved(world, branch, to):
    by = Acting(world.city)
    change = parents.ask(branch, to=to, by=by, reason="机构调整", document="示组〔2026〕7号")
    parents.approve(change, by=by)
    return change


def test_everybody_of_a_branch_that_changes_its_committee_has_the_row_of_a_whole_move(world):
    members = [MemberFactory(organization=world.masters), MemberFactory(organization=world.staff, status="2")]
    gone = MemberFactory(organization=world.masters, status="31")
    other = MemberFactory(organization=world.actors)
    before = counters(world.masters)
    moved(world, world.information, world.academy)
    rows = Standing.objects.open().filter(member__in=members).order_by("member")
    told = [(row.cause, row.kind, row.document, row.reason, row.begins_on) for row in rows]
    assert told == [("整建制转移", "38", "示组〔2026〕7号", "机构调整", timezone.localdate())] * 2
    assert [row.organization for row in rows] == [world.masters, world.staff]
    assert [row.status for row in rows] == ["1", "2"]
    assert Standing.objects.filter(member__in=[gone, other], kind="38").count() == 0
    [kept] = ParentChange.objects.wholesale(timezone.localdate(), timezone.localdate())
    assert (kept.old_committee, kept.new_committee, kept.moved_members) == (world.university, world.academy, 1)
    assert (counters(world.masters), list(totals.differences())) == (before, [])
    assert_sound()


def test_inside_one_committee_nothing_is_counted_as_a_whole_move(world):
    member = MemberFactory(organization=world.masters)
    moved(world, world.masters, world.arts)
    assert Standing.objects.of(member).count() == 1
    assert Standing.objects.of(member).moves().get().new_parent == world.arts
    assert_sound()


def test_a_whole_move_waits_for_every_transfer_below_and_says_which(world, member, desk):
    transfer = desk.start(member, world.actors)
    with pytest.raises(ValidationError, match="李思远的内部调动"):
        moved(world, world.information, world.academy)
    desk.act(transfer, "withdraw", by=Acting(world.masters))
    moved(world, world.information, world.academy)
    assert chains.between(world.masters, world.actors).type == "city"  # letters are exchanged from now on
    assert [step.organization for step in desk.start(member, world.actors).steps.in_order()][1] == world.academy


def test_it_costs_as_much_for_one_member_as_for_three(world, django_assert_max_num_queries):
    costs = []
    for people in (1, 1, 3):  # the first move of all also makes what is kept once
        branch = OrganizationFactory(parent=world.information)
        for _ in range(people):
            MemberFactory(organization=branch)
        with django_assert_max_num_queries(90) as asked:
            moved(world, branch, world.office)
        costs.append(len(asked))
    assert costs[1] == costs[2]
