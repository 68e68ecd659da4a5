"""The process that works through the queue: some threads run jobs, the main thread keeps their leases.

A worker that is killed simply stops renewing; its job is taken over when the lease runs out. Asked to end (TERM), it
takes no new job, gives the running ones their `grace`, then asks them to stop, and last gives them back.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import Error, close_old_connections, connection

from partyplatform.chores import run_chores

from .claiming import claim, give_back
from .context import Context
from .running import run

logger = logging.getLogger(__name__)

POLL = 0.5  # seconds between two looks for work
HEARTBEAT = 1.0  # seconds between two renewals of the leases
CHORES = 60.0  # seconds between two rounds of partyplatform.chores
LAST_CALL = 3.0  # seconds it is then given to notice that it must stop


def grace() -> float:
    """Return how many seconds a running job is given to end by itself when the worker is asked to end."""
    return getattr(settings, "JOB_GRACE_SECONDS", 25)


class Worker:
    """Runs jobs in `threads` threads until asked to stop, or, with `once`, until none is waiting."""

    def __init__(self, *, threads: int = 1, once: bool = False) -> None:
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.once = once
        self._running: dict[int, Context] = {}
        self._asked = threading.Event()
        self._threads = [threading.Thread(target=self._loop, name=f"jobs-{n}", daemon=True) for n in range(threads)]

    def stop(self) -> None:
        """Ask the worker to end; safe in a signal handler."""
        self._asked.set()

    def run(self) -> None:
        """Work; returns when all threads have ended, or were left behind after their time was up."""
        for thread in self._threads:
            thread.start()
        tidied_at, deadline = -CHORES, None
        while any(thread.is_alive() for thread in self._threads):
            self._pause()
            self._shielded(self._renew)
            if time.monotonic() - tidied_at > CHORES:
                tidied_at = time.monotonic()
                run_chores()
            if self._asked.is_set():
                deadline = deadline or time.monotonic() + grace()
                if self._is_over(deadline):
                    break
        connection.close()

    def _pause(self) -> None:
        """Wait for the next heartbeat, or for a thread to end."""
        next((thread for thread in self._threads if thread.is_alive()), self._threads[0]).join(HEARTBEAT)

    def _renew(self) -> None:
        for context in list(self._running.values()):
            context.renew()

    def _is_over(self, deadline: float) -> bool:
        """Ask the running jobs to stop once their time is up; later give them back and say that it is over."""
        now = time.monotonic()
        if now < deadline:
            return False
        left = list(self._running.values())
        for context in left:
            context.stopping.set()
        if now < deadline + LAST_CALL:
            return False
        for context in left:
            logger.warning("job %s does not stop and is given back", context.job.pk)
            self._shielded(partial(give_back, context.job))
        return True

    def _loop(self) -> None:
        me = threading.get_ident()
        try:
            while not self._asked.is_set():
                close_old_connections()
                try:
                    worked = self._work(me)
                except Exception as error:
                    # Mostly a database that is away for a moment, which needs no trace each time.
                    logger.warning("no work: %s", type(error).__name__, exc_info=not isinstance(error, Error))
                    connection.close()
                    worked = False
                if not worked and (self.once or self._asked.wait(POLL)):
                    return
        finally:
            connection.close()

    def _work(self, me: int) -> bool:
        """Run one job; False when none is waiting."""
        job = claim(self.name)
        if job is None:
            return False
        logger.info("job %s (%s) attempt %s", job.pk, job.kind, job.attempts)
        context = self._running[me] = Context(job)
        try:
            run(context)
        finally:
            del self._running[me]
        return True

    @staticmethod
    def _shielded(*steps: Callable[[], object]) -> None:
        """Take steps that may fail while the database or the disk is away, and be taken again later."""
        for step in steps:
            try:
                step()
            except (Error, OSError) as error:
                logger.warning("upkeep put off: %s", type(error).__name__)
                connection.close()
