"""Workers as real processes: killed, halted and asked to end in the middle of a job. Source: security.md 54, 65."""

import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.jobs import queue, results
from partyplatform.jobs.models import Job

from .factories import make_job
from .processes import Workers, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"  # where a worker with VAR_DIR=tmp_path keeps its files
    if connection.vendor == "sqlite":
        connection.close()
    found = Workers(tmp_path)
    yield found
    found.end()


def now(job):
    job.refresh_from_db()
    return job


def done_of(job):
    return wait_for(lambda: now(job).state == "done", f"{job} to be done, now {job.state} {job.message}")


def is_under_way(job):
    return now(job).state == "running" and job.done > 0


def assert_done_once(job, numbers):
    """The right result, one file, one record, an unbroken chain."""
    results.remove_orphans()
    assert results.opened(job).read() == b"".join(b"%d\n" % number for number in range(1, numbers + 1))
    assert [path.name for path in Path(settings.MEDIA_ROOT, "jobs").iterdir()] == [job.result_path]
    assert Record.objects.filter(action="test.counted", object_id=str(job.uid)).count() == 1
    assert audit.verify() == []


def test_a_worker_runs_what_waits_and_ends(workers):
    jobs = [make_job(numbers=5), make_job("test.refuse"), make_job(numbers=5)]
    assert workers.start("--once", "--threads", "2").wait(30) == 0
    assert [now(job).state for job in jobs] == ["done", "failed", "done"]


def test_the_job_of_a_killed_worker_is_done_by_the_next_exactly_once(workers):
    job = make_job(numbers=60, pause=0.05)
    killed = workers.start()
    wait_for(lambda: is_under_way(job), "progress")
    killed.kill()
    killed.wait(10)
    assert now(job).state == "running"
    workers.start()
    done_of(job)
    assert (job.attempts, job.message, job.done) == (2, "数完了", 60)
    assert_done_once(job, 60)


def test_a_worker_that_was_halted_and_wakes_up_late_changes_nothing(workers):
    job = make_job(numbers=60, pause=0.05)
    halted = workers.start()
    wait_for(lambda: is_under_way(job), "progress")
    halted.send_signal(signal.SIGSTOP)
    second = workers.start()
    done_of(job)
    before = Job.objects.values().get()
    halted.send_signal(signal.SIGCONT)
    for process in (halted, second):
        process.terminate()
        assert process.wait(20) == 0
    assert Job.objects.values().get() == before
    assert job.attempts == 2
    assert_done_once(job, 60)


def test_a_worker_asked_to_end_finishes_what_it_has_begun_and_takes_nothing_new(workers):
    job = make_job(numbers=20, pause=0.05)
    worker = workers.start()
    wait_for(lambda: now(job).state == "running", "the start")
    late = make_job()
    worker.terminate()
    assert worker.wait(20) == 0
    assert (now(job).state, job.attempts) == ("done", 1)
    assert (now(late).state, late.attempts) == ("queued", 0)
    assert_done_once(job, 20)


@pytest.mark.parametrize(
    ("kind", "params"), (("test.count", {"numbers": 900, "pause": 0.05}), ("test.deaf", {"seconds": 45}))
)
def test_a_job_too_long_for_the_end_of_its_worker_is_given_back(workers, kind, params):
    job = make_job(kind, **params)
    worker = workers.start()
    wait_for(lambda: now(job).state == "running", "the start")
    worker.terminate()
    assert worker.wait(20) == 0
    assert (now(job).state, job.attempts, job.max_attempts) == ("queued", 1, 4)


def test_a_running_job_that_is_cancelled_stops_and_leaves_nothing(workers):
    job = make_job(numbers=900, pause=0.05)
    worker = workers.start()
    wait_for(lambda: is_under_way(job), "progress")
    assert queue.cancel(job) is True
    following = make_job(numbers=2)
    done_of(following)
    assert now(job).state == "cancelled"
    assert_done_once(following, 2)
    worker.terminate()
    assert worker.wait(20) == 0
