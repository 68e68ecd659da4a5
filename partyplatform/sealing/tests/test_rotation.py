"""Source: security.md 67."""

import logging
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.models.users import NUMBERS
from accounts.tests.factories import UserFactory, id_number
from members.models import Member
from members.models.members import NUMBERS as MEMBERS
from members.tests.factories import MemberFactory
from partyplatform.crypto import head_of
from partyplatform.sealing import rotation
from partyplatform.sealing.invariants import cells_open_and_match
from partyplatform.sealing.rotation import rotate
from partyplatform.sealing.tests.rings import field_ring, index_ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation.cells, "__kwdefaults__", {"batch": 2})


def keys_of(users):
    return {head_of(user.id_number_sealed).key_id for user in users}


def test_every_row_gets_the_new_keys_and_none_is_lost(new_keys):
    numbers = {user.pk: user.unsealed_id_number() for user in UserFactory.create_batch(5)}
    old_index = set(User.objects.values_list("id_number_index", flat=True))
    new_keys()
    tally = rotate(NUMBERS, rest=0)
    assert (tally.renewed, tally.busy, tally.stuck) == (5, 0, {})
    assert keys_of(User.objects.all()) == {"t2"}
    assert not old_index & set(User.objects.values_list("id_number_index", flat=True))
    assert {user.pk: user.unsealed_id_number() for user in User.objects.all()} == numbers
    assert [User.objects.with_id_number(number).get().pk for number in numbers.values()] == list(numbers)
    assert list(cells_open_and_match()) == []


@pytest.mark.parametrize("only", ("FIELD_KEYS", "INDEX_KEYS"))
def test_one_ring_may_change_alone(settings, only):
    user = UserFactory()
    changed = {
        "FIELD_KEYS": field_ring({"t1": b"f" * 32, "t2": b"g" * 32}),
        "INDEX_KEYS": index_ring({"t1": b"i" * 32, "t2": b"j" * 32}),
    }
    setattr(settings, only, changed[only])
    assert rotate(NUMBERS, rest=0).renewed == 1
    renewed = User.objects.get(pk=user.pk)
    assert (renewed.id_number_index == user.id_number_index) == (only == "FIELD_KEYS")
    assert head_of(renewed.id_number_sealed).key_id == ("t2" if only == "FIELD_KEYS" else "t1")


def test_a_second_run_touches_nothing(new_keys):
    UserFactory.create_batch(3)
    new_keys()
    rotate(NUMBERS, rest=0)
    before = list(User.objects.order_by("pk").values_list("id_number_sealed", "id_number_index"))
    assert rotate(NUMBERS, rest=0).renewed == 0
    assert [(bytes(blob), key) for blob, key in before] == [
        (bytes(blob), key)
        for blob, key in User.objects.order_by("pk").values_list("id_number_sealed", "id_number_index")
    ]


def test_a_run_that_died_is_taken_up_where_it_ended(new_keys):
    users = UserFactory.create_batch(5)
    new_keys()

    def die(tally):
        if tally.looked == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(NUMBERS, say=die, rest=0)
    assert sorted(head_of(user.id_number_sealed).key_id for user in User.objects.all()) == ["t1", *["t2"] * 4]
    assert {user.unsealed_id_number() for user in User.objects.all()} == {u.unsealed_id_number() for u in users}
    assert rotate(NUMBERS, rest=0).renewed == 1


def test_what_does_not_open_is_named_and_never_overwritten(new_keys, caplog):
    good, moved, spoiled, foreign = UserFactory.create_batch(4)
    with caplog.at_level(logging.CRITICAL):
        User.objects.filter(pk=moved.pk).update(id_number_sealed=good.id_number_sealed)
        User.objects.filter(pk=spoiled.pk).update(id_number_sealed=b"\x01\x01\x02t1" + b"0" * 40)
        User.objects.filter(pk=foreign.pk).update(id_number_index=NUMBERS.search_key(id_number(998)))
        left = [moved.pk, spoiled.pk, foreign.pk]
        before = list(User.objects.filter(pk__in=left).values_list("id_number_sealed", "id_number_index"))
        new_keys()
        tally = rotate(NUMBERS, rest=0)
    assert (tally.renewed, tally.stuck) == (
        1,
        {
            moved.pk: "身份证号无法解密",
            spoiled.pk: "身份证号无法解密",
            foreign.pk: "检索键与身份证号不一致",
        },
    )
    after = User.objects.filter(pk__in=left).values_list("id_number_sealed", "id_number_index")
    assert [(bytes(blob), key) for blob, key in after] == [(bytes(blob), key) for blob, key in before]


def test_rows_without_a_number_are_left_alone(new_keys):
    member = MemberFactory()
    Member.objects.create(name="示例", category="1", organization=member.organization)
    new_keys()
    assert rotate(MEMBERS, rest=0).renewed == 1
    assert Member.objects.filter(id_number_sealed=b"", id_number_index="").count() == 1


def test_a_change_made_meanwhile_is_kept(new_keys, monkeypatch):
    """Somebody corrects the number after the run has read the row."""
    users = UserFactory.create_batch(2)
    new_keys()
    read = rotation.cells

    def read_then_change(column, **batch):
        for cells in read(column, **batch):
            NUMBERS.put(users[0], id_number(997))
            users[0].save()
            yield cells

    monkeypatch.setattr(rotation, "cells", read_then_change)
    rotate(NUMBERS, rest=0)
    assert User.objects.get(pk=users[0].pk).unsealed_id_number() == id_number(997)
    assert User.objects.with_id_number(id_number(997)).count() == 1
    assert list(cells_open_and_match()) == []


def test_old_values_stand_in_the_condition_of_the_write(new_keys, monkeypatch):
    """Even without the lock: what changed between reading and writing stays."""
    user = UserFactory()
    new_keys()
    renew = rotation._renewed

    def change_after_reading(column, cell, tally):
        renewed = renew(column, cell, tally)
        NUMBERS.put(user, id_number(996))
        user.save()
        return renewed

    monkeypatch.setattr(rotation, "_renewed", change_after_reading)
    rotation._write(NUMBERS, [user.pk], tally := rotation.Tally())
    assert tally.renewed == 0
    assert User.objects.get(pk=user.pk).unsealed_id_number() == id_number(996)


def test_two_rows_of_one_number_under_two_keys_are_told_and_the_others_renewed(new_keys):
    """No unique index compares search keys of different keys; only somebody who went past the services gets here."""
    one, other, third = UserFactory.create_batch(3)
    new_keys()
    NUMBERS.put(third, one.unsealed_id_number())
    third.save()
    tally = rotate(NUMBERS, rest=0)
    assert tally.stuck == {one.pk: "身份证号与另一行相同，请先处理重复登记"}
    assert tally.renewed == 1
    assert head_of(User.objects.get(pk=other.pk).id_number_sealed).key_id == "t2"
    assert User.objects.get(pk=one.pk).unsealed_id_number() == third.unsealed_id_number()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_holds_is_not_waited_for_and_renewed_later(new_keys, monkeypatch):
    held, _ = UserFactory.create_batch(2)
    new_keys()
    taken, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=held.pk)
                taken.set()
                release.wait(20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(20)
    monkeypatch.setattr(rotation.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(rotation, "PASSES", 1)
    tally = rotate(NUMBERS, rest=0)
    release.set()
    holder.join()
    assert (tally.renewed, tally.busy) == (1, 1)
    assert rotate(NUMBERS, rest=0).renewed == 1


def test_the_index_itself_refuses_the_same_number_under_one_key(new_keys):
    new_keys()
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.build(name="周敏", id_number=user.unsealed_id_number()).save()
