"""Many writers at once, writers that are killed, and readers beside a move. Source: security.md 33, 54, 55, 63."""

import random
import time
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from orgs import tree
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from orgs.tests.processes import Processes

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8 if connection.vendor == "postgresql" else 4
ACTS = 12  # of each writer; `python -m bench` runs more of them


@pytest.fixture
def districts():
    """A city with four districts, each with five committees."""
    city = OrganizationFactory()
    districts = [OrganizationFactory(parent=city) for _ in range(4)]
    for district in districts:
        for _ in range(5):
            OrganizationFactory(parent=district)
    return districts


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def write(number, acts):
    """Create, move, reorder and re-space at random. Nodes are chosen before the lock, so they are often stale."""
    chance = random.Random(number)
    for act in range(acts):
        some = chance.sample(list(Organization.objects.filter(level__gt=0)), 2)
        with transaction.atomic():
            do(chance.choice("cccmmrs"), *some, name=f"{number}-{act}")


def do(act, one, other, *, name):
    if act == "c":
        new = OrganizationFactory.build(parent=one, code=f"{hash(name) % 10**12:012}", full_name=name, short_name=name)
        tree.insert(new)
    elif act == "m":
        with suppress(ValidationError):  # below itself
            tree.move(one, to=other)
    elif act == "r":
        ids = list(Organization.objects.filter(parent=one.pk).order_by("-lft").values_list("pk", flat=True))
        with suppress(ValidationError):  # the children were read before the lock
            tree.reorder(one, ids)
    else:
        tree.respace(one)


def count_members(ids, acts, seed):
    """Write the counters of two organisations at a time, as a transfer of members does, smaller id first."""
    chance = random.Random(seed)
    for _ in range(acts):
        with transaction.atomic():
            for pk in sorted(chance.sample(ids, 2)):
                Organization.objects.filter(pk=pk).update(full_members=chance.randrange(100))


def test_writers_at_once_leave_a_whole_tree(districts, processes):
    ids = list(Organization.objects.values_list("pk", flat=True))
    for number in range(WRITERS):
        processes.start(write, number, ACTS)
    processes.start(count_members, ids, 4 * ACTS, 1)
    assert processes.finish(within=60) == []
    assert list(tree.problems()) == []
    assert tree.corrections() == []


def test_roots_at_once_get_trees_of_their_own(processes):
    for number in range(WRITERS):
        processes.start(found_roots, number)
    assert processes.finish(within=60) == []
    assert sorted(Organization.objects.values_list("tree_id", flat=True)) == list(range(1, 3 * WRITERS + 1))


def found_roots(number):
    for index in range(3):
        code = f"09990{number:03}{index:04}"
        OrganizationFactory(code=code, full_name=code, short_name=code)


def test_a_writer_that_is_killed_leaves_all_or_nothing(districts, processes):
    for round_number in range(4):
        writer = processes.start(write, 100 + round_number, 10_000)
        time.sleep(0.25 + 0.1 * round_number)
        assert writer.is_alive()
        writer.kill()
        writer.join()
        assert list(tree.problems()) == []
    with transaction.atomic():
        tree.respace(districts[0])
    assert list(tree.problems()) == []


def shuttle(organization, ends, rounds):
    """Move an organisation to and fro, slowly: each move stays uncommitted for a while."""
    for number in range(rounds):
        with transaction.atomic():
            tree.move(organization, to=ends[number % 2])
            tree.respace(ends[number % 2])
            time.sleep(0.05)


def test_a_reader_never_sees_strangers_while_a_sibling_is_moved(districts, processes):
    left, right, beside, _ = districts
    moved = left.get_children()[0]
    for _ in range(4):
        OrganizationFactory(parent=moved)
    mover = processes.start(shuttle, moved, (right, left), 12)
    seen = set()
    while mover.is_alive():
        counts = [Organization.objects.within(district.pk).count() for district in (left, right, beside)]
        seen.add(tuple(counts))
        ids = set(Organization.objects.within(beside.pk).values_list("parent_id", flat=True))
        assert ids == {beside.parent_id, beside.pk}
    assert processes.finish(within=10) == []
    assert {count for count, _, _ in seen} == {5, 10}
    assert {count for _, count, _ in seen} == {6, 11}
    assert {count for _, _, count in seen} == {6}
