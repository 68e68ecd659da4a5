"""One attempt at a job, from its handler's first line to the state it ends in."""

import errno
import logging

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from partyplatform.locks import Busy
from partyplatform.requestinfo import request_number
from partyplatform.uploads import InsufficientStorage, StorageAway

from .claiming import claim, fail, give_back, postpone
from .context import Context, Stopped
from .models import Job
from .registry import handler_for

logger = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds
GONE = "任务所用的角色或数据已不存在，或已不在您的管理范围内，任务没有执行。"
NO_HANDLER = "系统已不再提供这类任务。"
DISK_FULL = "服务器存储空间不足，任务没有完成。请联系运维人员腾出空间，再重试。"
UNEXPECTED = "处理时发生意外错误。请稍后重试；仍未成功时，请把任务编号 {number} 告知运维人员。"


def run_waiting(worker: str = "at once") -> int:
    """Run everything that waits, here and now, and return the number of attempts: for tests and small commands."""
    number = 0
    while (job := claim(worker)) is not None:
        run(Context(job))
        number += 1
    return number


def run(context: Context) -> None:
    """Run the handler of a claimed job. No error of the handler leaves; only the database itself may fail."""
    job = context.job
    token = request_number.set(f"job-{job.pk}")
    try:
        _handle(context)
    except Stopped:
        logger.info("job %s attempt %s stopped", job.pk, job.attempts)
        if context.stopping.is_set():
            give_back(job)  # changes nothing when it was cancelled or taken over
    except ValidationError as refusal:
        fail(job, "；".join(refusal.messages))
    except ObjectDoesNotExist:
        logger.warning("job %s misses what it needs", job.pk, exc_info=True)
        fail(job, GONE)
    except (Busy, OperationalError, InterfaceError, StorageAway):
        logger.warning("job %s attempt %s is put off", job.pk, job.attempts, exc_info=True)
        _close_broken_connection()
        postpone(job, seconds=RETRY_AFTER)
    except Exception as error:
        logger.exception("job %s attempt %s failed", job.pk, job.attempts)
        fail(job, _sentence(error, job))
    finally:
        if not _kept(context):
            context.discard()
        request_number.reset(token)


def _handle(context: Context) -> None:
    try:
        function = handler_for(context.job.kind)
    except LookupError:
        raise ValidationError(NO_HANDLER) from None
    function(context)
    if not context.is_complete:
        context.complete()


def _kept(context: Context) -> bool:
    """Whether the job stands as done by this attempt; a transaction may have been undone after `complete()`."""
    if not context.is_complete:
        return False
    try:
        return Job.objects.filter(pk=context.job.pk, state="done", attempts=context.job.attempts).exists()
    except DatabaseError:
        return True  # unknown: the sweep of the worker decides later


def _sentence(error: Exception, job: Job) -> str:
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if is_full or isinstance(error, InsufficientStorage):
        return DISK_FULL
    return UNEXPECTED.format(number=job.pk)


def _close_broken_connection() -> None:
    """Let the next statement connect anew after the database went away; inside a test's transaction leave it."""
    if not connection.in_atomic_block:
        connection.close()
