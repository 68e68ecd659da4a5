"""Source: security.md 74."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

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
    Session.objects.create(session_key=name, session_data="", expire_date=timezone.now())


@pytest.mark.django_db
def test_nothing_can_be_written_in_a_snapshot_inside_a_transaction_and_everything_after_it():
    with pytest.raises(DatabaseError), read_only_snapshot():
        _add("inside")
    _add("after")
    with read_only_snapshot():
        assert [row.session_key for row in Session.objects.all()] == ["after"]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_shows_one_state_and_holds_up_no_writer():
    written = threading.Event()

    def write():
        with transaction.atomic():
            _add("meanwhile")
        written.set()
        connection.close()

    with read_only_snapshot():
        assert not Session.objects.exists()
        thread = threading.Thread(target=write)
        thread.start()
        assert written.wait(5)
        assert not Session.objects.exists()
    thread.join()
    assert Session.objects.exists()
    _add("after")
