import threading
import time
from contextlib import contextmanager

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction

from tests.world import build, user_of


@contextmanager
def held_by_somebody_else(*, patience=50):
    """Hold every session row from another connection; give up waiting after milliseconds, `patience` on SQLite."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(Session.objects.select_for_update())
            held.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    with connection.cursor() as cursor:
        cursor.execute(
            f"PRAGMA busy_timeout = {patience}" if connection.vendor == "sqlite" else "SET lock_timeout = 50"
        )
    yield
    done.set()
    thread.join()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_page_is_read_although_its_session_cannot_be_written(client):
    """Nor is it waited for long: a large import holds SQLite's one writer for seconds. Source: security.md 61."""
    client.force_login(user_of(build(), "top"))
    client.get("/info/")
    with held_by_somebody_else(patience=20_000):
        since = time.monotonic()
        assert client.get("/portal/").status_code == 200  # wants to remember the system in the session
        assert time.monotonic() - since < 15
        assert client.session["system"] == "info"
    client.get("/portal/")
    assert client.session["system"] == "portal"


@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_written_now_is_a_busy_system_not_a_wrong_request(client):
    client.force_login(user_of(build(), "top"))
    store = client.session
    store["x"] = 1
    with held_by_somebody_else(), pytest.raises(OperationalError):
        store.save()


@pytest.mark.django_db
def test_a_session_that_was_deleted_meanwhile_is_still_told_apart(client):
    client.force_login(user_of(build(), "top"))
    client.get("/info/")
    store = client.session
    store["x"] = 1
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
