"""批量维护 is carried out, and taken back, in the background, one record at a time."""

from django.core.exceptions import ValidationError

from accounts import acting
from accounts.powers import Power
from members.models import Batch
from members.services import batch_undoing, batches
from partyplatform.jobs import enqueue, handler

CARRY_OUT, UNDO = "members.batch", "members.undo_batch"


def start_batch(batch, *, by):
    """Enqueue a batch that was confirmed just now."""
    return _start(CARRY_OUT, batch, by=by, title=str(batch))


def start_undoing(batch, *, by, reason):
    """Enqueue the undoing of a batch that was begun just now."""
    return _start(UNDO, batch, by=by, title=f"撤销{batch}", reason=reason)


def _start(kind, batch, *, by, title, **params):
    params |= {"batch": str(batch.uid), "page": batch.get_absolute_url()}
    job = enqueue(kind, by=by, title=title, params=params)
    Batch.objects.filter(pk=batch.pk).update(job_uid=job.uid)
    return job


@handler(CARRY_OUT)
def carry_out_batch(context):
    """Change the records one by one; a run that died goes on where it ended."""
    role, batch = _asked(context)
    batches.run(batch, by=role, reached=context.progress)
    context.complete("已办理，请查看结果。")


@handler(UNDO)
def undo_batch(context):
    """Give the records back what they said; a run that died goes on where it ended."""
    role, batch = _asked(context)
    batch_undoing.run(batch, by=role, reason=context.params["reason"], reached=context.progress)
    context.complete("撤销完成，请查看结果。")


def _asked(context):
    """Return the role, loaded afresh, and its batch; whoever may not change records any more changes none."""
    role = acting.load(context.role_id)
    if not role.can(Power.EDIT_MEMBER):
        raise ValidationError("当前角色已没有维护党员信息的权限，没有办理。")
    return role, Batch.objects.visible_to(role).get(uid=context.params["batch"])
