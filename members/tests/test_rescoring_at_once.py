"""Scoring anew while others save, and killed in the middle: every record ends with the score of the newest rules."""

import time
from threading import Thread

import pytest
from django.db import connection, transaction

from members import integrity, scoring
from members.completeness import NEVER
from members.models import Member, RuleVersion
from members.services import members as roll
from members.services import records, rescoring
from members.tests.factories import MemberFactory
from members.tests.test_rules import put, right, scores
from orgs import totals
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from orgs.tests.processes import Processes
from partyplatform.locks import Busy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(transactional_db):
    return OrganizationFactory(short_name="示范大学党委")


@pytest.fixture
def branches(root):
    """Three branches of eight members each."""
    found = [OrganizationFactory(parent=root) for _ in range(3)]
    for branch in found:
        MemberFactory.create_batch(8, organization=branch, complete=True)
    return found


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def assert_sound():
    assert scores() == right()
    assert list(integrity.scores_are_those_of_the_rules()) == []
    assert list(integrity.counters_are_sums()) == []
    assert list(totals.differences()) == []


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(rescoring, "SPAN", 2)
    monkeypatch.setattr(rescoring, "BATCH", 2)


def slowly(version):
    rescoring.rescore(version, reached=lambda done, total: time.sleep(0.005))


def reached_by(version):
    return RuleVersion.objects.values_list("scored_to", flat=True).get(pk=version.pk)


def test_killed_wherever_it_is_it_goes_on(root, branches, processes):
    version = put(Acting(root), title=NEVER)
    for _ in range(4):
        before, until = reached_by(version), time.monotonic() + 20
        process = processes.start(slowly, RuleVersion.objects.get(pk=version.pk))
        while reached_by(version) == before and time.monotonic() < until:
            time.sleep(0.002)
        process.kill()
        process.join()
        assert reached_by(version) > before
        assert list(integrity.scores_are_those_of_the_rules()) == []
        assert list(integrity.counters_are_sums()) == []
    version.refresh_from_db()
    assert rescoring.rescore(version) == 24  # each record is counted once, however often the work was killed
    assert_sound()


def _save(root, members, until):
    by = Acting(root)
    while time.monotonic() < until:
        for pk in members:
            member = Member.objects.get(pk=pk)
            education = "11" if member.education == "12" else "12"
            records.update(member, by=by, version=member.version, values={"education": education})


def test_what_is_saved_meanwhile_is_scored_once_and_nobody_waits_in_a_circle(root, branches, processes):
    by, ids = Acting(root), list(Member.objects.values_list("pk", flat=True))
    until = time.monotonic() + 1.5
    for half in (ids[::2], ids[1::2]):
        processes.start(_save, root, half, until)
    for condition in (NEVER, "always", "probationary"):
        time.sleep(0.2)
        version = put(by, title=condition)
        slowly(version)
        rescoring.finish(version)
    roll.move(Member.objects.get(pk=ids[0]), to=branches[1], by=by)
    assert processes.finish(within=30) == []
    assert_sound()


@pytest.mark.postgresql
def test_new_rules_wait_for_whoever_saves_by_the_old_ones(root, branches):
    """They give up after a second, so that nobody else waits longer behind them."""
    outcome = []

    def try_to_change():
        began = time.monotonic()
        try:
            put(Acting(root), title=NEVER)
        except Busy as busy:
            outcome.append((busy, time.monotonic() - began))
        finally:
            connection.close()

    with transaction.atomic():
        held = scoring.rules_for_saving()
        thread = Thread(target=try_to_change)
        thread.start()
        thread.join(10)
        assert scoring.rules_for_saving() is held
    assert 0.9 < outcome[0][1] < 3
    assert not RuleVersion.objects.exists()
    assert put(Acting(root), title=NEVER).pk


def test_one_transaction_asks_for_the_rules_once(root, branches, django_assert_num_queries):
    expected = 2 if connection.vendor == "postgresql" else 1
    with transaction.atomic(), django_assert_num_queries(expected):
        for _ in range(5):
            scoring.rules_for_saving()
