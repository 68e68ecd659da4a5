"""What is too large to wait for: batches of transfers, and the letters of a batch as one PDF; under 后台任务."""

import datetime

from django.core.exceptions import ValidationError

from accounts import acting
from accounts.powers import Power
from partyplatform.jobs import enqueue, handler, job_of
from transfers.letter_sheets import letters_as_pdf
from transfers.models import Letter, TransferBatch
from transfers.services import batches, letters

BATCH, LETTERS = "transfers.batch", "transfers.letters"
AT_ONCE = 20  # rows a reader waits for
LETTERS_AT_ONCE = 5  # letters a reader waits for: each takes the typesetter as long as all rows
KEPT = datetime.timedelta(hours=24)  # a file with whole numbers
POWERLESS = "当前角色已没有办理组织关系转接的权限，没有办理。"


def start_batch(batch, *, by):
    """Enqueue a confirmed batch; a job that works on it already is returned as it is."""
    if job := job_of(batch, by=by):
        return job
    job = enqueue(BATCH, by=by, title=str(batch), params={"batch": str(batch.uid), "page": batch.get_absolute_url()})
    TransferBatch.objects.own(by).filter(pk=batch.pk).update(job_uid=job.uid)
    return job


def start_letters(batch, *, address, by):
    """Enqueue the PDF of the letters of a batch; `address` is where strangers verify them."""
    params = {"batch": str(batch.uid), "page": batch.get_absolute_url(), "address": address}
    return enqueue(LETTERS, by=by, title=f"介绍信：{batch.number}", params=params)


@handler(BATCH)
def carry_out(context):
    """Do the rows one by one; a run that died goes on where it ended."""
    role, batch = _asked(context)
    batch = batches.run(batch, by=role, reached=context.progress)
    left = "" if batch.state == TransferBatch.State.DONE else "有的行暂未办理，请在批次页面继续办理。"
    context.complete(f"已办理，请查看结果。{left}")


@handler(LETTERS)
def print_letters(context):
    """Write the letters that are still in force and the role's to give out, into a file that is kept for a day."""
    role, batch = _asked(context)
    rows = list(Letter.objects.visible_to(role).of_batch(batch).to_print())
    context.progress(0, len(rows), "正在排版")
    papers = letters.printed_many(rows, by=role, way="PDF（批量）")
    with context.result(f"介绍信_{batch.number}.pdf", is_secret=True) as file:
        file.write(letters_as_pdf(papers, address=context.params["address"]))
    context.keep_for = KEPT


def _asked(context):
    """Return the role, loaded afresh, and the batch in its reach."""
    role = acting.load(context.role_id)
    if not role.can(Power.HANDLE_TRANSFERS):
        raise ValidationError(POWERLESS)
    return role, TransferBatch.objects.visible_to(role).get(uid=context.params["batch"])
