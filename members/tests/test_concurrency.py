"""Many sessions at the same branches: the counters stay those of the members, nobody waits in a circle.

Source: security.md 59.
"""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.tests.factories import id_number
from members import integrity
from members.models import Member
from members.services import members as services
from orgs import totals
from orgs.models import Organization
from orgs.services import closing
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.keyring import Ring
from partyplatform.locks import Busy
from partyplatform.sealing.tests.rings import index_ring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TODAY = datetime.date(2026, 11, 1)


@pytest.fixture
def root(transactional_db):
    return OrganizationFactory(short_name="示范大学党委")


def at_once(acts):
    """Run the acts in four threads; return what each gave, or its refusal."""

    def run(act):
        try:
            return act()
        except (ValidationError, Busy) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(run, acts))


_serials = count(100)


def admit(branch, by):
    return services.admit(branch, name="李思远", id_number=id_number(next(_serials)), category="1", by=by)


def assert_sound():
    assert list(integrity.counters_are_sums()) == []
    assert list(integrity.members_are_in_branches()) == []
    assert list(totals.differences()) == []


def test_members_move_to_and_fro_between_two_branches(root):
    by = Acting(root)
    one, other = (OrganizationFactory(parent=root) for _ in range(2))
    people = [services.admit(one, name=f"示例{n}", id_number=id_number(n), category="1", by=by) for n in range(12)]

    def to_and_fro(member):
        services.move(member, to=other, by=by)
        services.move(member, to=one, by=by)
        services.move(member, to=other, by=by)

    given = at_once([lambda member=member: to_and_fro(member) for member in people])
    assert given == [None] * 12
    assert Organization.objects.get(pk=other.pk).full_members == 12
    assert_sound()


def test_nobody_is_left_in_a_branch_that_closes_meanwhile(root):
    by = Acting(root)
    branches = [OrganizationFactory(parent=root) for _ in range(6)]
    acts = []
    for branch in branches:
        acts.append(lambda branch=branch: closing.dissolve([branch], by=by, on=TODAY))
        acts += [lambda branch=branch: admit(branch, by)] * 2
    at_once(acts)
    for branch in Organization.objects.filter(pk__in=[branch.pk for branch in branches]):
        admitted = Member.objects.filter(organization=branch).count()
        assert (branch.is_living, admitted) in ((True, 2), (False, 0))
    assert_sound()


def test_merging_meets_those_who_come_and_go(root):
    by = Acting(root)
    pairs = [[OrganizationFactory(parent=root) for _ in range(2)] for _ in range(4)]
    acts = []
    for source, target in pairs:
        member = admit(source, by)
        versions = (source.version, target.version)
        acts += [
            lambda s=source, t=target, v=versions: closing.merge(s, into=t, by=by, versions=v, on=TODAY),
            lambda m=member, t=target: services.move(m, to=t, by=by),
            lambda s=source: admit(s, by),
        ]
    at_once(acts)
    assert Organization.objects.exclude(dissolved_on=None).count() == 4
    assert_sound()


def test_one_person_is_admitted_once_whatever_key_each_process_has_heard_of(root, settings):
    """While keys are being changed one process still writes the old search key, the other one the new: no unique
    index compares the two."""
    by = Acting(root)
    branches = [OrganizationFactory(parent=root) for _ in range(4)]
    old = settings.INDEX_KEYS["t1"]
    new = index_ring({"t2": b"j" * 32})["t2"]
    rings = [{"t2": new, "t1": old}, {"t1": old, "t2": new}] * 2
    heard = threading.local()
    settings.INDEX_KEYS = Ring(lambda: getattr(heard, "ring", rings[0]))
    for serial in range(5):
        gate = threading.Barrier(4)

        def act(branch, ring, gate=gate, serial=serial):
            heard.ring = ring
            gate.wait(20)
            return services.admit(branch, name="李思远", id_number=id_number(500 + serial), category="1", by=by)

        given = at_once([partial(act, branch, ring) for branch, ring in zip(branches, rings, strict=True)])
        assert sorted(isinstance(answer, Member) for answer in given) == [False, False, False, True]
        assert Member.objects.with_id_number(id_number(500 + serial)).count() == 1
    assert_sound()
