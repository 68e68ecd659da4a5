"""Who works on a job: taking it, keeping it, giving it back, ending it. Every change is a compare-and-set.

A job is held by one attempt, named by its number. The holder renews a lease; when the lease runs out another worker
takes the job as the next attempt, and nothing the former holder does changes the row any more.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from .models import Job, State
from .querysets import JobQuerySet
from .results import Result

KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` (0 while unknown), and a word about it."""

    done: int = 0
    total: int = 0
    message: str = ""


def lease() -> timedelta:
    """Return how long a worker may be silent before its job is given to another."""
    return timedelta(seconds=getattr(settings, "JOB_LEASE_SECONDS", 10))


def claim(worker: str) -> Job | None:
    """Take the first job there is, or return None; one that used up its tries is ended on the way."""
    while Job.objects.claimable().exists():  # looking costs no lock; on SQLite every transaction is a writer
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            job = Job.objects.claimable().select_for_update(skip_locked=skip).first()
            if job is None:
                return None
            if job.attempts < job.max_attempts:
                _take(job, worker)
                return job
            _give_up(job)
    return None


def renew(job: Job, progress: Progress) -> bool:
    """Prolong the lease and show the progress; False when this attempt holds the job no more."""
    shown = _columns(progress)
    return bool(Job.objects.held(job).update(lease_until=Now() + lease(), **shown))


def finish(job: Job, result: Result | None, progress: Progress, *, kept: timedelta = KEPT) -> bool:
    """End a held job well, with its result and how long it is kept; False when this attempt holds it no more."""
    values = _columns(progress)
    if result is not None:
        values |= {"result_path": result.stored, "result_name": result.name, "result_size": result.size}
        values["expires_at"] = Now() + kept
    return _end(Job.objects.held(job), State.DONE, **values)


def fail(job: Job, sentence: str) -> bool:
    """End a held job with a sentence for its owner; False when this attempt holds it no more."""
    return _end(Job.objects.held(job), State.FAILED, message=sentence[:500])


def postpone(job: Job, *, seconds: float) -> bool:
    """Give a held job back for another try after a while; with no tries left it ends."""
    if job.attempts >= job.max_attempts:
        return fail(job, f"系统繁忙，已重试 {job.attempts} 次仍未成功，请稍后重试。{_number(job)}")
    return _queue(job, lease_until=Now() + timedelta(seconds=seconds))


def give_back(job: Job) -> bool:
    """Give a held job back because the worker closes; that try does not count."""
    return _queue(job, lease_until=None, max_attempts=F("max_attempts") + 1)


def _take(job: Job, worker: str) -> None:
    job.attempts += 1
    job.state, job.worker = State.RUNNING, worker
    Job.objects.filter(pk=job.pk).update(
        state=job.state,
        worker=worker,
        attempts=job.attempts,
        lease_until=Now() + lease(),
        started_at=Coalesce("started_at", Now()),
        **_columns(Progress()),
    )


def _give_up(job: Job) -> None:
    sentence = f"处理程序 {job.attempts} 次意外中断，任务已停止。{_number(job)}"
    _end(Job.objects.filter(pk=job.pk), State.FAILED, message=sentence)


def _queue(job: Job, **values: Any) -> bool:
    values |= _columns(Progress())
    return bool(Job.objects.held(job).update(state=State.QUEUED, worker="", **values))


def _end(rows: JobQuerySet, state: State, **values: Any) -> bool:
    return bool(rows.update(state=state, finished_at=Now(), lease_until=None, worker="", **values))


def _columns(progress: Progress) -> dict[str, Any]:
    return {"done": progress.done, "total": progress.total, "message": progress.message[:500]}


def _number(job: Job) -> str:
    return f"如需协助，请把任务编号 {job.pk} 告知运维人员。"
