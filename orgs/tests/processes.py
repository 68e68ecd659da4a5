"""Real processes on the test database, for what threads cannot show: locks between writers, and being killed."""

import multiprocessing
import traceback

from django.db import connections

_FORK = multiprocessing.get_context("fork")


def _guarded(work, arguments, errors):
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None  # of the process before, hidden from its close_all() while a browser runs in it
    try:
        work(*arguments)
    except BaseException:
        errors.put(traceback.format_exc())
        raise
    finally:
        connections.close_all()


class Processes:
    """Start functions in processes of their own; a connection is never shared with them."""

    def __init__(self):
        self.errors = _FORK.SimpleQueue()
        self.running = []

    def start(self, work, *arguments):
        connections.close_all()
        process = _FORK.Process(target=_guarded, args=(work, arguments, self.errors), daemon=True)
        process.start()
        self.running.append(process)
        return process

    def finish(self, *, within):
        """Wait for all and return the tracebacks of those that failed; whoever is late is killed and named."""
        late = []
        for process in self.running:
            process.join(within)
            if process.is_alive():
                process.kill()
                process.join()
                late.append(f"{process.name} did not finish within {within} s")
        failures = []
        while not self.errors.empty():
            failures.append(self.errors.get())
        return failures + late
