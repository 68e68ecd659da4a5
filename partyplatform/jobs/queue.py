"""What people do with jobs: hand one in, look for it, call it off, ask for another try."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from partyplatform.audit import ActingRole

from .models import Job, State
from .registry import handler_for

OPEN_PER_OWNER = 10
TRIES = 3


class Worked(Protocol):
    """A row of an app that remembers the job it was last handed to."""

    job_uid: UUID | None


def enqueue(kind: str, *, by: ActingRole, title: str, params: Mapping[str, Any] | None = None) -> Job:
    """Hand in a job inside the running transaction: it exists, or not, together with everything else done there.

    `params` is JSON and holds no secrets. Raises LookupError for a kind without a handler, ValidationError while
    the person has 10 unfinished jobs.
    """
    handler_for(kind)
    if by.user_uid and Job.objects.visible_to(by).open().count() >= OPEN_PER_OWNER:
        raise ValidationError(f"您已有 {OPEN_PER_OWNER} 个任务在排队或处理，请等其中一个结束后再提交。")
    return Job.objects.create(
        kind=kind,
        title=title[:200],
        params=dict(params or {}),
        owner_uid=str(by.user_uid),
        owner_name=by.user_name[:100],
        role_id=getattr(by, "pk", None),
        role_label=by.label[:200],
        organization_id=by.organization_id,
        max_attempts=TRIES,
    )


def job_of(row: Worked, *, by: ActingRole) -> Job | None:
    """Return one's own job that works on a row at present, or None."""
    return Job.objects.visible_to(by).open().filter(uid=row.job_uid).first() if row.job_uid else None


def cancel(job: Job) -> bool:
    """Call a job off; False when it had ended already. A running handler notices at its next sign of life."""
    changed = (
        Job.objects.open()
        .filter(pk=job.pk)
        .update(state=State.CANCELLED, message="已由本人取消。", finished_at=Now(), lease_until=None)
    )
    return bool(changed)


@transaction.atomic
def retry(job: Job) -> bool:
    """Queue an ended job again with fresh tries; False when it is not of the kind that can be.

    The count of attempts goes on, so a worker left over from before still cannot write into it.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.can_be_retried:
        return False
    Job.objects.filter(pk=job.pk).update(
        state=State.QUEUED,
        max_attempts=F("attempts") + TRIES,
        done=0,
        total=0,
        message="",
        result_name="",
        result_size=0,
        lease_until=None,
        started_at=None,
        finished_at=None,
        expires_at=None,
    )
    return True
