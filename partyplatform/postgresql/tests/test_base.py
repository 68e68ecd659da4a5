"""Source: security.md 61."""

import time

import pytest
from django.db import OperationalError, connection, connections

from partyplatform.postgresql import base

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture
def patient(settings, monkeypatch):
    """A connection of its own that waits half a second."""
    settings.DATABASE_SILENCE_SECONDS = 0.5
    monkeypatch.setattr(base, "_silent_until", 0.0)
    own = connection.copy()
    yield own
    own.close()


def asked(database, sql):
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


def test_a_statement_without_an_answer_ends_and_so_does_its_connection(patient):
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="does not answer"):
        asked(patient, "SELECT pg_sleep(1)")
    assert 0.4 < time.monotonic() - begun < 0.9
    assert patient.connection.closed


def test_after_a_silence_nobody_tries_for_a_second(patient, monkeypatch):
    with pytest.raises(OperationalError):
        asked(patient, "SELECT pg_sleep(1)")
    patient.close()
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="does not answer"):
        asked(patient, "SELECT 1")
    assert time.monotonic() - begun < 0.3
    monkeypatch.setattr(base, "HOLD_OFF", 0)
    monkeypatch.setattr(base, "_silent_until", time.monotonic())
    assert asked(patient, "SELECT 1") == (1,)


def test_a_transaction_that_was_cut_off_leaves_nothing_and_the_next_one_works(patient, monkeypatch):
    monkeypatch.setattr(base, "HOLD_OFF", 0)
    asked(patient, "CREATE TABLE silence (n int)")
    patient.set_autocommit(False)
    asked(patient, "INSERT INTO silence VALUES (1) RETURNING n")
    with pytest.raises(OperationalError):
        asked(patient, "SELECT pg_sleep(1)")
    patient.close()
    patient.set_autocommit(True)
    assert asked(patient, "SELECT count(*) FROM silence") == (0,)
    time.sleep(1)  # until the server notices that nobody waits any more
    asked(patient, "DROP TABLE silence")


def test_an_idle_connection_that_is_silent_is_given_up_sooner(patient, settings):
    settings.DATABASE_SILENCE_SECONDS = 60
    patient.ensure_connection()
    with patient.connection.limited(base.CHECK_SECONDS):
        assert patient.connection.seconds == base.CHECK_SECONDS
    assert patient.connection.seconds == 60
    assert patient.is_usable()


def test_tools_and_jobs_wait_as_long_as_it_takes(settings):
    settings.DATABASE_SILENCE_SECONDS = 0
    own = connection.copy()
    own.ensure_connection()
    assert own.connection.seconds is None
    own.close()


def test_the_platform_uses_it():
    assert isinstance(connections["default"], base.DatabaseWrapper)
