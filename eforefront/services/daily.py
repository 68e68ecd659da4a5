"""The daily run: once a day whoever runs it, as often as it is killed. Source: workflows.md 11.

DailyRun(day) ── claim (lease) ──> every function of partyplatform.daily ──> finished_at
                      ^                  alive() renews the lease
                      └── lease over: the process is dead, the next one begins again; keys keep it from
                          writing anything twice
"""

import datetime
import logging
import os
import socket
import threading
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from eforefront.models import DailyRun, Reminded
from members.reminders import REMINDERS, Reminder
from partyplatform.chores import chore
from partyplatform.daily import Alive, LeaseLost, dailies, daily

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=10)
BATCH = 1000
MOST_ATTEMPTS = 10  # in one day; what fails so often waits for somebody to look at it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try to run a day."""

    ran: bool
    finished: bool
    said: str


def run(day: datetime.date) -> Outcome:
    """Run a day, unless it is done or another process is at it. What fails is named, and the rest is done."""
    holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{threading.get_ident()}"
    if not _claim(day, holder):
        stored = DailyRun.objects.get(day=day)
        if stored.finished_at:
            return Outcome(
                False, True, f"{day:%Y-%m-%d} 的每日任务已于 {timezone.localtime(stored.finished_at):%H:%M} 完成"
            )
        return Outcome(False, False, f"{day:%Y-%m-%d} 的每日任务正在由 {stored.holder} 执行")
    failed = []
    for name, function in dailies().items():
        try:
            function(day, lambda: _renew(day, holder))
            _renew(day, holder)
        except LeaseLost:
            return Outcome(True, False, "租期已过，由其他进程继续")
        except Exception as error:  # what one app cannot do must not keep the others from theirs
            logger.warning("daily %s failed: %s", name, type(error).__name__, exc_info=not isinstance(error, Error))
            failed.append(name)
    _leave(day, holder, failed)
    said = f"未完成：{'、'.join(failed)}" if failed else "每日任务完成"
    return Outcome(True, not failed, said)


def is_due(now: datetime.datetime | None = None) -> bool:
    """Whether the day's hour has come and the day is not done."""
    local = timezone.localtime(now)
    if local.hour < settings.DAILY_HOUR:
        return False
    return not DailyRun.objects.filter(
        Q(finished_at__isnull=False) | Q(attempts__gte=MOST_ATTEMPTS), day=local.date()
    ).exists()


_running: list[threading.Thread] = []


@chore
def begin_day() -> None:
    """Let the day be run beside the chores, which have a minute only."""
    _running[:] = [thread for thread in _running if thread.is_alive()]
    if _running or not is_due():
        return
    thread = threading.Thread(target=_run_beside, args=(timezone.localdate(),), name="daily", daemon=True)
    _running.append(thread)
    thread.start()


def _run_beside(day: datetime.date) -> None:
    try:
        outcome = run(day)
        if outcome.ran:
            logger.info("daily run of %s: %s", day, "finished" if outcome.finished else "not finished")
    except Error as error:
        logger.warning("daily run put off: %s", type(error).__name__)
    finally:
        connection.close()


@daily
def write_down(day: datetime.date, alive: Alive) -> int:
    """Write down what reached a stage of its rule by a day, once; return how many stand written."""
    return sum(_write_down(reminder, day, alive) for reminder in list(REMINDERS.values()))


def _write_down(reminder: Reminder, day: datetime.date, alive: Alive) -> int:
    count, batch = 0, []
    rows = reminder.rows(day).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        due_on = reminder.due(row)
        stage = None if due_on is None else reminder.stage(due_on, day)
        if due_on is None or stage is None:
            continue
        subject = reminder.subject(row)
        if subject.organization_id is None and subject.user_id is None:
            continue
        batch.append(
            Reminded(
                rule=reminder.slug,
                key=f"{row._meta.label_lower}:{row.pk}",
                due_on=due_on,
                stage=stage,
                noted_on=day,
                organization_id=subject.organization_id,
                user_id=subject.user_id,
            )
        )
        if len(batch) >= BATCH:
            count += _keep(batch, alive)
            batch = []
    return count + _keep(batch, alive)


def _keep(batch: list[Reminded], alive: Alive) -> int:
    alive()
    if not batch:
        return 0
    with transaction.atomic():
        Reminded.objects.bulk_create(batch, ignore_conflicts=True)
    return len(batch)


def _claim(day: datetime.date, holder: str) -> bool:
    """Take the lease of a day: one process at a time, none once it is finished."""
    try:
        with transaction.atomic():
            DailyRun.objects.get_or_create(day=day)
    except IntegrityError:
        pass  # another process made the row at the same moment
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    rows = DailyRun.objects.filter(free, day=day, finished_at=None)
    return bool(
        rows.update(holder=holder, leased_until=now + LEASE, started_at=now, attempts=F("attempts") + 1, failed="")
    )


def _renew(day: datetime.date, holder: str) -> None:
    rows = DailyRun.objects.filter(day=day, holder=holder, finished_at=None)
    if not rows.update(leased_until=timezone.now() + LEASE):
        raise LeaseLost


def _leave(day: datetime.date, holder: str, failed: list[str]) -> None:
    """Note the end; after a failure the day stays open and is tried again when the lease is over."""
    rows = DailyRun.objects.filter(day=day, holder=holder)
    if failed:
        rows.update(failed="、".join(failed)[:500])
    else:
        rows.update(finished_at=timezone.now(), leased_until=None)
