"""Source: security.md 74."""

import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from partyplatform import integrity
from partyplatform.integrity import invariant, invariants, read_only_snapshot


@pytest.fixture
def no_invariants(monkeypatch):
    monkeypatch.setattr(integrity, "_invariants", {})


@pytest.mark.usefixtures("no_invariants")
def test_invariants_are_listed_in_the_order_they_were_entered():
    @invariant("第一")
    def first():
        return ["甲"]

    @invariant("第二")
    def second():
        yield "乙"

    assert [(item.title, list(item.problems())) for item in invariants()] == [("第一", ["甲"]), ("第二", ["乙"])]
    with pytest.raises(ValueError, match="第一 exists already"):
        invariant("第一")(second)


def _add(name):
    ContentType.objects.create(app_label="test", model=name)


@pytest.mark.django_db
def test_nothing_can_be_written_in_a_snapshot_inside_a_transaction_and_everything_after_it():
    with pytest.raises(DatabaseError), read_only_snapshot():
        _add("inside")
    _add("after")
    with read_only_snapshot():
        assert [row.model for row in ContentType.objects.filter(app_label="test")] == ["after"]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_shows_one_state_and_holds_up_no_writer():
    written = threading.Event()

    def write():
        with transaction.atomic():
            _add("meanwhile")
        written.set()
        connection.close()

    with read_only_snapshot():
        assert not ContentType.objects.filter(app_label="test").exists()
        thread = threading.Thread(target=write)
        thread.start()
        assert written.wait(5)
        assert not ContentType.objects.filter(app_label="test").exists()
    thread.join()
    assert ContentType.objects.filter(app_label="test").exists()
    _add("after")
