"""Acts in processes of their own: several at the same moment, or one that is killed before a statement."""

import multiprocessing
import os
import signal

from django.core.exceptions import ValidationError
from django.db import connection

from orgs.tests.processes import Processes
from partyplatform.locks import Busy
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.exchange.envelope import Refused

KILLED_EVERY, MOST_STATEMENTS = 7, 400  # statements between one kill and the next; no act has as many
REFUSALS = (ValidationError, Stale, OutOfReach, Busy, Refused)


def race(*acts):
    """Run the acts in processes at the same moment; return what each gave, True or the class of its refusal."""
    processes = Processes()
    context = multiprocessing.get_context("fork")
    gate, told = context.Barrier(len(acts)), context.SimpleQueue()

    def run(number, act):
        gate.wait(30)
        try:
            act()
            told.put((number, True))
        except REFUSALS as refusal:
            told.put((number, type(refusal)))

    for number, act in enumerate(acts):
        processes.start(run, number, act)
    assert processes.finish(within=60) == []
    return [answer for _, answer in sorted(told.get() for _ in acts)]


def killed_at(number, act):
    """Run an act in a process that is killed before its statement of this number; say whether it came to its end."""
    processes, context = Processes(), multiprocessing.get_context("fork")
    told = context.SimpleQueue()

    def run():
        left = iter(range(number))

        def count(execute, *arguments):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*arguments)

        with connection.execute_wrapper(count):
            act()
        told.put(True)

    processes.start(run)
    processes.finish(within=60)
    return not told.empty()


def kills_until_done(act, state):
    """Kill an act at ever later statements until it is done; return how often that was.

    Whoever is killed leaves `state()` as it was; one that dies after its commit has done all of it.
    """
    before, number, kills = state(), 1, 0
    while number < MOST_STATEMENTS and not killed_at(number, act) and state() == before:
        number += KILLED_EVERY
        kills += 1
    return kills
