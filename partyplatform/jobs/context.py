"""What a handler holds while it works: its parameters, its progress, its result and its right to go on."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event
from typing import Any, BinaryIO

from partyplatform.uploads import StorageAway

from .claiming import KEPT, Progress, finish, renew
from .models import Job
from .results import Result, remove, writing

CHECK_EVERY = 0.5  # seconds between two looks into the database


class Stopped(Exception):
    """The job was cancelled, taken over by another worker, or its worker closes: leave everything and return."""


class Context:
    """One attempt at a job.

    A handler that changes the database does so in one transaction and calls `complete()` near its end, before the
    audit record: then the change and the end of the job are one, and a job that was cancelled or taken over
    meanwhile changes nothing.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.role_id: int | None = job.role_id
        self.owner_uid: str = job.owner_uid
        self.organization_id: int | None = job.organization_id
        self.stopping = Event()
        self.is_complete = False
        self.keep_for = KEPT  # the result; a handler may shorten it
        self._progress = Progress()
        self._result: Result | None = None
        self._checked_at = time.monotonic()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far the work is; raises `Stopped` when it is to end. Cheap enough for every row."""
        self._progress = Progress(done, total, message)
        self.check_cancelled()

    def counted(self, rows: Iterable[Any], total: int) -> Iterator[Any]:
        """Pass the rows through, showing progress as they go."""
        for number, row in enumerate(rows, start=1):
            self.progress(number, total)
            yield row

    def check_cancelled(self) -> None:
        """Raise `Stopped` when the job was cancelled or taken over, or its worker closes."""
        now = time.monotonic()
        if not self.stopping.is_set() and now - self._checked_at >= CHECK_EVERY:
            self._checked_at = now
            if not Job.objects.held(self.job).exists():
                self.stopping.set()
        if self.stopping.is_set():
            raise Stopped

    @contextmanager
    def result(self, filename: str, *, is_secret: bool = False) -> Iterator[BinaryIO]:
        """Give a binary file to write the result into; it is offered as `filename` once the job is done.

        A secret one takes `write` only and stands encrypted on the disk.
        """
        if self._result is not None:
            raise RuntimeError("a job has one result")
        with writing(self.job, filename, is_secret=is_secret) as (result, file):
            yield file
        self._result = result

    def complete(self, message: str = "") -> None:
        """End the job inside the running transaction; raises `Stopped` when this attempt holds it no more.

        `message` is what its owner reads, in place of the last word about the progress.
        """
        whole = replace(self._progress, done=self._progress.total, message=message)
        if not finish(self.job, self._result, whole, kept=self.keep_for):
            raise Stopped
        self.is_complete = True

    def renew(self) -> None:
        """Prolong the lease; called by the worker from outside the handler."""
        if not self.is_complete and not renew(self.job, self._progress):
            self.stopping.set()

    def discard(self) -> None:
        """Delete what was written for a job that did not end well; what cannot be reached now is an orphan later."""
        if self._result is not None:
            with suppress(StorageAway):
                remove(self._result.stored)
