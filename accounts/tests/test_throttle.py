"""Source: security.md 8."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from accounts.models import LoginCounter
from accounts.throttle import Counter, account_counter, network, network_counter

START = datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def locked_minutes(counter):
    """How long the counter stays as it is from now on."""
    return (LoginCounter.objects.get(key=counter.key).ends_at - timezone.now()) / MINUTE


def fill(counter):
    return [counter.count().is_locked for _ in range(counter.limit + 1)]


@pytest.mark.django_db
def test_so_many_tries_in_a_window_then_none(clock, settings):
    counter = account_counter("99000019900101005X")
    tries = [counter.count() for _ in range(7)]
    assert [(t.number, t.is_locked, t.locks) for t in tries] == [
        (1, False, False),
        (2, False, False),
        (3, False, False),
        (4, False, False),
        (5, False, False),
        (6, True, True),
        (7, True, False),
    ]
    clock.shift(15 * MINUTE)
    assert not counter.count().is_locked


@pytest.mark.django_db
def test_tries_that_are_far_apart_never_lock(clock):
    counter = Counter("k", 5)
    for _ in range(12):
        assert not counter.count().is_locked
        clock.shift(8 * MINUTE)
    assert LoginCounter.objects.get().strikes == 0


@pytest.mark.django_db
def test_each_lock_within_a_day_is_twice_as_long(clock):
    counter = Counter("k", 5)
    minutes = []
    for _ in range(7):
        assert fill(counter) == [False] * 5 + [True]
        minutes.append(locked_minutes(counter))
        clock.shift(minutes[-1] * MINUTE)
    assert minutes == [15, 30, 60, 120, 240, 240, 240]


@pytest.mark.django_db
def test_a_lock_begins_when_the_window_is_filled(clock):
    counter = Counter("k", 5)
    for _ in range(4):
        counter.count()
    clock.shift(14 * MINUTE)
    counter.count()
    assert locked_minutes(counter) == 15
    clock.shift(14 * MINUTE)
    assert counter.count().is_locked
    assert locked_minutes(counter) == 1


@pytest.mark.django_db
def test_an_earlier_lock_is_forgotten_after_a_day(clock):
    counter = Counter("k", 5)
    fill(counter)
    clock.shift(15 * MINUTE + datetime.timedelta(days=1))
    fill(counter)
    assert locked_minutes(counter) == 15


@pytest.mark.django_db
def test_a_try_given_back_is_not_counted(clock):
    counter = Counter("k", 2)
    for _ in range(10):
        assert not counter.count().is_locked
        counter.give_back()
    counter.give_back()
    assert LoginCounter.objects.get().tries == 0


@pytest.mark.django_db
def test_clearing_forgets_this_key_and_what_is_old(clock):
    old, other, mine = Counter("old", 5), Counter("other", 5), Counter("mine", 5)
    old.count()
    clock.shift(datetime.timedelta(days=2))
    other.count()
    mine.count()
    mine.clear()
    assert list(LoginCounter.objects.values_list("key", flat=True)) == ["other"]


@pytest.mark.parametrize(
    ("address", "net"),
    (
        ("10.1.2.3", "10.1.2.0/24"),
        ("::ffff:10.1.2.200", "10.1.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("<script>", "unknown"),
    ),
)
def test_addresses_are_counted_by_network(address, net):
    assert network(address) == net


def test_keys_tell_neither_name_nor_network_and_do_not_mix():
    keys = [account_counter("10.1.2.0/24").key, network_counter("10.1.2.3").key, network_counter("10.1.2.77").key]
    assert keys[1] == keys[2] != keys[0]
    assert {len(key) for key in keys} == {64}
    assert "10.1.2" not in "".join(keys)


@pytest.mark.django_db(transaction=True)
def test_forty_tries_at_once_get_forty_numbers():
    counter = Counter("k", 5)

    def count(_):
        try:
            return counter.count()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        tries = list(pool.map(count, range(40)))
    assert sorted(t.number for t in tries) == list(range(1, 41))
    assert sum(not t.is_locked for t in tries) == 5
