import logging
import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone

from partyplatform import chores
from partyplatform.chores import chore, run_chores


@pytest.fixture
def no_chores(monkeypatch):
    monkeypatch.setattr(chores, "_chores", {})


@pytest.mark.usefixtures("no_chores")
def test_a_chore_that_fails_keeps_no_other_from_being_done(caplog):
    done = []

    @chore
    def first():
        raise DatabaseError("gone")

    @chore
    def second():
        raise KeyError("wrong")

    @chore
    def third():
        done.append("third")

    caplog.set_level(logging.WARNING)
    assert [name.rpartition(".")[2] for name in run_chores()] == ["first", "second"]
    assert done == ["third"]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True]


def test_every_module_with_something_to_tidy_has_entered_it():
    assert set(chores.chores()) == {
        "accounts.lists_ending.warn",
        "accounts.patrol.look_on",
        "accounts.services.challenges.forget_challenges",
        "accounts.services.handovers.wipe_expired",
        "accounts.services.initial_password.forget_old_tries",
        "accounts.sessions.forget_expired",
        "eforefront.services.daily.begin_day",
        "eforefront.services.digests.send_digests",
        "eforefront.services.dues.opening.open_months",
        "eforefront.services.dues.sheets.forget_unconfirmed",
        "eforefront.services.notices.count_readers",
        "members.services.batches.forget_old",
        "members.services.importing.sessions.forget_old",
        "members.webhooks.tell_of_changes",
        "orgs.services.importing.sessions.forget_old",
        "partyplatform.audit.heads.publish_daily",
        "partyplatform.jobs.results.remove_expired",
        "partyplatform.jobs.results.remove_orphans",
        "partyplatform.ui.form_keys.forget_old",
        "partyplatform.uploads.storing.sweep",
        "transfers.services.batches.forget_unconfirmed",
        "transfers.services.clocks.expire_letters",
        "transfers.services.clocks.remind_of_late_steps",
        "transfers.services.delivering.deliver_messages",
    }


@pytest.mark.django_db
def test_a_round_of_chores_clears_sessions_and_uploads_of_the_dead(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    long_ago = timezone.now() - timedelta(days=3)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=long_ago)
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=timezone.now() + timedelta(days=1))
    left_behind = tmp_path / "files/incoming" / ("0" * 32 + ".pdf.part")
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"%PDF-")
    os.utime(left_behind, (0, 0))
    assert run_chores() == []
    assert not left_behind.exists()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["b" * 32]
