"""Kinds of jobs that only tests hand in."""

import errno
import time

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from partyplatform import audit
from partyplatform.jobs import handler
from partyplatform.jobs.models import Job


@handler("test.count")
def count(context):
    """Write the numbers into the result, slowly, then record that it was done: once, whatever happens."""
    numbers = context.params["numbers"]
    with context.result("数字.txt") as file:
        for number in range(1, numbers + 1):
            file.write(f"{number}\n".encode())
            context.progress(number, numbers, f"第 {number} 个")
            time.sleep(context.params.get("pause", 0))
    with transaction.atomic():
        context.complete("数完了")
        audit.record(audit.SYSTEM, "test.counted", context.job)


@handler("test.deaf")
def deaf(context):
    """Never look up."""
    time.sleep(context.params["seconds"])


@handler("test.refuse")
def refuse(context):
    raise ValidationError(["第 3 行缺少党组织编码", "第 5 行重复"])


@handler("test.crash")
def crash(context):
    with context.result("半成品.txt") as file:
        file.write(b"half")
    raise RuntimeError("secret detail")


@handler("test.full_disk")
def full_disk(context):
    raise OSError(errno.ENOSPC, "No space left on device")


@handler("test.missing")
def missing(context):
    ContentType.objects.get(app_label="nowhere")


@handler("test.database_away")
def database_away(context):
    raise OperationalError("server closed the connection")


@handler("test.change")
def change(context):
    """Change the database, after somebody else did to the job what `meanwhile` says."""
    Job.objects.filter(pk=context.job.pk).update(**context.params["meanwhile"])
    with transaction.atomic():
        ContentType.objects.create(app_label="test", model="changed")
        context.complete()


@handler("test.look_up")
def look_up(context):
    """Notice at the next look what somebody else did to the job."""
    Job.objects.filter(pk=context.job.pk).update(**context.params["meanwhile"])
    with context.result("无.txt") as file:
        file.write(b"not wanted")
    context._checked_at -= 1  # as if half a second had passed
    context.check_cancelled()
