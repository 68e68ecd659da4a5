"""Imports that are killed, confirmed in two places at once, or large. Source: security.md 54, 57, 60."""

import random
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs import totals
from orgs import tree as tree_module
from orgs.models import ImportSession, Organization
from orgs.services import importing
from orgs.tests.importing import checked, faults, kept, role, row, university
from orgs.tests.processes import Processes
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportSession.State


@pytest.fixture
def tree():
    return university()


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def shuffled(count, *, tag="", seed=7):
    """`count` rows in any order: a general branch for every fifty, the others below them by name, path or full name."""
    rows = []
    for number in range(count):
        group, place = divmod(number, 50)
        name = f"{tag}第{group}学院"
        if place == 0:
            names = {"full_name": f"中国共产党示范大学{name}总支部委员会", "short_name": f"{name}党总支"}
            rows.append(row(number + 2, org_type="621", parent="示范大学党委", **names))
        else:
            written = (f"{name}党总支", f"示范大学党委/{name}党总支", f"中国共产党示范大学{name}总支部委员会")[
                place % 3
            ]
            rows.append(row(number + 2, name=f"{name}第{place}", parent=written))
    random.Random(seed).shuffle(rows)
    return rows


def confirm(session, admin):
    importing.confirm(session, by=admin)


def assert_whole():
    assert list(tree_module.problems()) == []
    assert list(totals.differences()) == []
    assert list(audit.verify()) == []


def test_an_import_that_is_killed_leaves_all_or_nothing_and_can_be_confirmed_again(tree, processes):
    admin = role(tree.root)
    session = kept(shuffled(600), target=tree.root, by=admin)
    outcomes = set()
    for delay in (0.02, 0.1, 0.2, 0.3, 0.45, 0.6):
        process = processes.start(confirm, session, admin)
        time.sleep(delay)
        process.kill()
        process.join()
        count, state = Organization.objects.count(), ImportSession.objects.get().state
        outcomes.add((count, state, Record.objects.count()))
        assert_whole()
    assert outcomes <= {(5, State.CHECKED, 0), (605, State.DONE, 601)}
    assert importing.confirm(session, by=admin).state == State.DONE
    assert Organization.objects.count() == 605
    assert_whole()


def test_a_session_confirmed_in_several_places_at_once_has_one_effect(tree, processes):
    admin = role(tree.root)
    session = kept(shuffled(100), target=tree.root, by=admin)
    for _ in range(4):
        processes.start(confirm, session, admin)
    assert processes.finish(within=60) == []
    assert (Organization.objects.count(), Record.objects.filter(action="orgs.import").count()) == (105, 1)
    assert_whole()


def test_imports_of_different_people_at_once_all_arrive(tree, processes):
    for number in range(4):
        admin = role(tree.root)
        processes.start(confirm, kept(shuffled(60, tag=f"{number}号"), target=tree.root, by=admin), admin)
    assert processes.finish(within=60) == []
    assert Organization.objects.count() == 5 + 4 * 60
    assert len(set(Organization.objects.values_list("code", flat=True))) == 245
    assert_whole()


def test_the_number_of_statements_does_not_grow_with_the_rows(tree):
    counts = []
    for size in (60, 240):
        with CaptureQueriesContext(connection) as queries:
            assert checked(shuffled(size), target=tree.root).faults == []
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_three_thousand_rows_in_any_order_are_understood(tree):
    found = checked(shuffled(3000), target=tree.root)
    assert (faults(found), found.counts["new"]) == ([], 3000)


@pytest.mark.parametrize(
    "rows",
    (
        [
            row(n, full_name=f"甲{n}委", short_name="同名党委", org_type="611", parent="同名党委/同名党委")
            for n in range(2, 3002)
        ],
        [
            row(n, full_name=f"乙{n}委", short_name=f"乙{n}", org_type="611", parent=f"乙{n + 2}/乙{n + 1}")
            for n in range(2, 3002)
        ],
        [
            row(n, full_name=f"丙{n}委", short_name=f"丙{n}", org_type="611", parent=f"丙{n + 1}")
            for n in range(2, 3002)
        ],
    ),
    ids=("namesakes", "a chain of paths", "a chain of names"),
)
def test_sheets_made_to_take_long_do_not(tree, rows):
    started = time.process_time()
    assert checked(rows, target=tree.root).faults
    assert time.process_time() - started < 6
