"""Standing totals stay the sums of their subtrees, whatever happens in whatever order."""

import datetime
import random

import pytest
from django.db import transaction

from orgs import totals, tree
from orgs.figures import FIELDS, Figures, figures, own_figures
from orgs.models import CounterChange, Organization, SubtreeTotal
from orgs.services import closing, upgrading
from orgs.services import organizations as services
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def naive(organization):
    return sum(map(own_figures, Organization.objects.within(organization.pk)), Figures())


def assert_right():
    assert list(totals.differences()) == []
    uppers = list(Organization.objects.order_by("pk"))
    assert figures([org.pk for org in uppers]) == {org.pk: naive(org) for org in uppers}


def test_a_change_is_seen_at_once_at_every_level_and_stays_seen_when_folded(university):
    totals.change(university.staff.pk, full=2, filled=7, required=8)
    seen = figures([university.root.pk, university.college.pk, university.other.pk, university.staff.pk])
    assert [seen[org.pk].full for org in (university.root, university.college, university.other, university.staff)] == [
        2,
        2,
        0,
        2,
    ]
    assert (totals.fold(), CounterChange.objects.count()) == (1, 0)
    assert figures(seen) == seen
    assert_right()


def test_a_change_locks_and_writes_nothing_above_its_own_organisation(university):
    before = list(SubtreeTotal.objects.order_by("pk").values_list(*FIELDS))
    totals.change(university.staff.pk, full=1)
    assert list(SubtreeTotal.objects.order_by("pk").values_list(*FIELDS)) == before


def test_a_branch_moves_with_changes_that_are_not_folded_yet(university):
    totals.change(university.staff.pk, full=5)
    totals.fold()
    totals.change(university.staff.pk, full=2, probationary=1)
    tree.move(university.staff, to=university.other)
    assert [figures([org.pk])[org.pk].members for org in (university.root, university.college, university.other)] == [
        8,
        0,
        8,
    ]
    assert_right()


def test_dissolving_restoring_and_functional_branches_are_counted(university):
    by = Acting(university.root)
    closing.dissolve([university.staff], by=by, on=datetime.date(2026, 1, 1))
    assert_right()
    closing.restore(university.staff, by=by)
    fields = {name: getattr(university.staff, name) for name in services.FIELDS}
    university.staff.refresh_from_db()
    services.update(university.staff, by=by, version=university.staff.version, **fields | {"is_functional": True})
    assert figures([university.root.pk])[university.root.pk].functional == 1
    assert_right()


def test_an_upgraded_branch_gets_a_total_of_its_own(university):
    new = {"org_type": "631", "affiliation": "2", "founded_on": datetime.date(2026, 1, 1), "unit_relation": "1"}
    upgrading.upgrade(
        university.logistics,
        to_type="621",
        full_name="中国共产党示范大学后勤总支部委员会",
        short_name="后勤总支部",
        branches=[
            new | {"full_name": f"中国共产党示范大学后勤第{n}支部委员会", "short_name": f"后勤第{n}支部"}
            for n in "一二"
        ],
        assignment={},
        by=Acting(university.root),
        version=1,
    )
    assert figures([university.logistics.pk])[university.logistics.pk] == Figures(general_branches=1, branches=2)
    assert_right()


def test_a_wrong_total_is_found_and_counted_anew(university):
    SubtreeTotal.objects.filter(pk=university.college.pk).update(full=99)
    SubtreeTotal.objects.filter(pk=university.other.pk).delete()
    assert sorted(pk for pk, _, _ in totals.differences()) == sorted([university.college.pk, university.other.pk])
    assert sorted(totals.recount()) == sorted([university.college.pk, university.other.pk])
    assert_right()


def test_many_new_organisations_at_once_are_counted(university):
    college = Organization(**_row(1, "621"), parent=university.root)
    branches = [Organization(**_row(n, "631"), parent=college, full_members=n) for n in range(2, 6)]
    tree.insert_many([*reversed(branches), college, Organization(**_row(9, "631"), parent=university.college)])
    assert figures([college.pk])[college.pk] == Figures(full=14, general_branches=1, branches=4)
    assert_right()


def _row(n, kind):
    return {
        "code": f"0998{n:08d}",
        "full_name": f"新设第{n}",
        "short_name": f"新设第{n}",
        "org_type": kind,
        "affiliation": "2",
        "founded_on": datetime.date(2026, 1, 1),
        "unit_name": "示范大学",
        "search_text": "",
    }


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_acts_leaves_the_totals_right(university, seed):
    dice = random.Random(seed)
    uppers = [university.root, university.college, university.other]
    branches = [university.logistics, university.staff, university.students]  # no namesakes
    for _ in range(40):
        act = dice.randrange(4)
        branch = dice.choice(branches)
        if act == 0:
            branches.append(OrganizationFactory(parent=dice.choice(uppers)))
        elif act == 1:
            tree.move(branch, to=dice.choice([org for org in uppers if org.pk != branch.parent_id]))
            branch.refresh_from_db()
        elif act == 2:
            totals.change(branch.pk, full=dice.randrange(4), probationary=dice.randrange(2), filled=3, required=4)
        else:
            totals.fold()
    assert_right()


@pytest.mark.django_db(transaction=True)
def test_a_long_journal_is_folded_by_the_next_change(university, monkeypatch):
    monkeypatch.setattr(totals, "LONG", 3)
    for _ in range(4):
        with transaction.atomic():
            totals.change(university.staff.pk, full=1)
    assert CounterChange.objects.count() <= 2
    assert figures([university.root.pk])[university.root.pk].full == 4
