"""Source: security.md 55."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from partyplatform.locks import Busy, busy_on_timeout, tree_lock


@pytest.mark.django_db(transaction=True)
def test_the_tree_lock_is_refused_outside_a_transaction():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        tree_lock()


@pytest.mark.django_db
def test_the_tree_lock_may_be_taken_twice_in_one_transaction():
    tree_lock()
    tree_lock()


@pytest.mark.django_db
def test_other_database_errors_stay_what_they_are():
    with pytest.raises(OperationalError, match="no such thing"), busy_on_timeout():
        raise OperationalError("no such thing")


@pytest.fixture
def tree_held_elsewhere():
    """Another connection holds the tree; setting the yielded event lets it go."""
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            tree_lock()
            held.set()
            release.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    yield release
    release.set()
    thread.join()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_held_tree_is_busy_and_free_again_afterwards(tree_held_elsewhere):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    with pytest.raises(Busy), transaction.atomic():
        tree_lock()
    tree_held_elsewhere.set()
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    with transaction.atomic():
        tree_lock()
