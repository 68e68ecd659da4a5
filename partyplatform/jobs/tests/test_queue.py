import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partyplatform.audit import SYSTEM
from partyplatform.jobs import queue, registry, run_waiting
from partyplatform.jobs.models import Job, State

from .factories import Owner, make_job

pytestmark = pytest.mark.django_db


def test_a_job_keeps_who_asked_for_it_in_which_role():
    job = make_job(numbers=7)
    job.refresh_from_db()
    assert (job.state, job.kind, job.title, job.params) == ("queued", "test.count", "数一数", {"numbers": 7})
    assert (job.owner_uid, job.owner_name) == ("0b9c1f7e-0000-4000-8000-000000000001", "周敏")
    assert (job.role_id, job.role_label, job.organization_id) == (5, "党总支管理员", 17)
    assert (job.attempts, job.max_attempts) == (0, 3)


def test_a_job_vanishes_with_the_transaction_it_was_handed_in():
    with transaction.atomic():
        make_job()
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_kind_without_handler_is_refused_at_once():
    with pytest.raises(LookupError):
        make_job("test.unknown")


def test_a_kind_has_one_handler():
    with pytest.raises(ValueError, match=r"test\.count has a handler already"):
        registry.handler("test.count")(print)


def test_nobody_queues_more_than_ten_jobs_at_once():
    for _ in range(10):
        make_job()
    with pytest.raises(ValidationError, match="您已有 10 个任务"):
        make_job()
    make_job(by=Owner(user_uid="another"))
    for _ in range(12):
        make_job(by=SYSTEM)


def test_everybody_sees_their_own_jobs_only():
    mine, theirs = make_job(), make_job(by=Owner(user_uid="another"))
    assert list(Job.objects.visible_to(Owner(pk=6))) == [mine]
    assert list(Job.objects.visible_to(Owner(user_uid="another"))) == [theirs]


def test_a_waiting_job_can_be_cancelled_once_and_is_not_run():
    job = make_job()
    assert [queue.cancel(job), queue.cancel(job)] == [True, False]
    assert run_waiting() == 0
    job.refresh_from_db()
    assert (job.state, job.message, job.is_open) == ("cancelled", "已由本人取消。", False)


@pytest.mark.parametrize("state", (State.QUEUED, State.RUNNING, State.DONE))
def test_what_runs_or_is_done_cannot_be_retried(state):
    job = make_job()
    Job.objects.update(state=state)
    assert queue.retry(job) is False
    assert Job.objects.get().state == state


def test_a_failed_job_gets_fresh_tries_and_its_count_of_attempts_goes_on():
    job = make_job("test.refuse")
    run_waiting()
    assert queue.retry(job) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, job.max_attempts, job.message) == ("queued", 1, 4, "")


def test_an_expired_result_can_be_made_again():
    job = make_job()
    run_waiting()
    Job.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1), result_path="")
    job.refresh_from_db()
    assert (job.has_expired, job.has_result) == (True, False)
    assert queue.retry(job) is True
    assert run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.has_result, job.attempts) == ("done", True, 2)


@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    (("queued", 0, 0, 0), ("running", 0, 0, 0), ("running", 1, 4, 25), ("running", 9, 4, 100), ("done", 0, 0, 100)),
)
def test_the_percentage_of_a_job(state, done, total, percent):
    assert Job(state=state, done=done, total=total).percent == percent


def test_every_state_has_a_label_and_a_tone():
    assert [(state.label, state.tone) for state in State] == [
        ("排队中", ""),
        ("处理中", "blue"),
        ("已完成", "green"),
        ("未完成", "red"),
        ("已取消", ""),
    ]


def test_a_row_names_the_open_job_of_whoever_asks():
    job = make_job()
    row = SimpleNamespace(job_uid=job.uid)
    assert queue.job_of(row, by=Owner(pk=6)) == job
    assert queue.job_of(row, by=Owner(user_uid="another")) is None
    assert queue.job_of(SimpleNamespace(job_uid=None), by=Owner()) is None
    queue.cancel(job)
    assert queue.job_of(row, by=Owner()) is None
