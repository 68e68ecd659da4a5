"""Rotation killed again and again while people work: every row stays readable, no change is lost. security.md 67."""

import os
import random
import time

import pytest
from django.conf import settings as project
from django.db import transaction

from accounts.models import User
from accounts.models.users import NUMBERS
from accounts.tests.factories import nth_id_number
from orgs.tests.processes import Processes
from partyplatform.crypto import head_of
from partyplatform.integrity import invariants
from partyplatform.sealing.census import census
from partyplatform.sealing.rotation import rotate

# A longer run by hand: ROTATION_ROWS=20000 pytest partyplatform/sealing/tests/test_killed.py
ROWS = int(os.environ.get("ROTATION_ROWS", "400"))
KILLS = 5
PATIENCE = 600

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def number_of(row, edition):
    return nth_id_number(row, birthday=f"{edition % 12 + 1:02d}{edition // 12 % 28 + 1:02d}")


def change(pks, editions, stop):
    """Correct numbers of random people, as their administrators would, until told to stop."""
    rng = random.Random(7)
    while not stop.is_set():
        place = rng.randrange(len(pks))
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=pks[place])
            number = number_of(place, editions[place] + 1)
            NUMBERS.claim(number)
            user.seal_id_number(number)
            user.save(update_fields=["id_number_sealed", "id_number_index"])
        editions[place] += 1
        time.sleep(0.002)


def run():
    rotate(NUMBERS, rest=0.2)


def readable(pks):
    """Every row opens and is found by its number at this moment, whatever key it has."""
    with transaction.atomic():
        for user in User.objects.filter(pk__in=random.sample(pks, 40)):
            assert user.id_number_index in NUMBERS.search_keys(user.unsealed_id_number())


def test_rotation_killed_five_times_while_somebody_writes_loses_nothing(new_keys, processes):
    users = [User.objects.build(name="示例", id_number=number_of(row, 0)) for row in range(ROWS)]
    User.objects.bulk_create(users)
    pks = list(User.objects.order_by("pk").values_list("pk", flat=True))
    new_keys()
    editions, stop = _shared(ROWS)
    writer = processes.start(change, pks, editions, stop)
    killed = 0
    while killed < KILLS:
        rotation = processes.start(run)
        rotation.join(random.uniform(0.01, 0.2) * max(1, ROWS / 4000))
        if not rotation.is_alive():
            _age(pks)  # it got through: let it have something to do again
            continue
        rotation.kill()
        rotation.join()
        killed += 1
        readable(pks)
    rotation = processes.start(run)
    rotation.join(PATIENCE)
    stop.set()
    writer.join(PATIENCE)
    assert processes.finish(within=1) == []
    rotate(NUMBERS, rest=0)
    _assert_whole(pks, editions)


def _assert_whole(pks, editions):
    stored = {user.pk: user for user in User.objects.order_by("pk")}
    assert list(stored) == pks
    assert [stored[pk].unsealed_id_number() for pk in pks] == [
        number_of(row, edition) for row, edition in enumerate(editions)
    ]
    assert {head_of(user.id_number_sealed).key_id for user in stored.values()} == {"t2"}
    counted = next(result for result in census() if result.column is NUMBERS)
    assert (dict(counted.field_keys), dict(counted.index_keys)) == ({"t2": ROWS}, {"t2": ROWS})
    assert [problem for check in invariants() for problem in check.problems()] == []
    assert sum(editions) > 0


def _shared(rows):
    """Return counters and a flag that forked processes share."""
    from multiprocessing import get_context

    context = get_context("fork")
    return context.Array("i", [0] * rows, lock=False), context.Event()


def _age(pks):
    """Seal a part of the rows with the old keys again."""
    current = project.FIELD_KEYS, project.INDEX_KEYS
    project.FIELD_KEYS, project.INDEX_KEYS = (dict(reversed(ring.items())) for ring in current)
    try:
        for pk in random.sample(pks, len(pks) // 2):
            with transaction.atomic():
                user = User.objects.select_for_update().get(pk=pk)
                user.seal_id_number(user.unsealed_id_number())
                user.save(update_fields=["id_number_sealed", "id_number_index"])
    finally:
        project.FIELD_KEYS, project.INDEX_KEYS = current
