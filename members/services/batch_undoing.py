"""Taking 批量维护 back within 30 days: each record says again what it said, where nobody has changed it since.

if begin(batch):                      # once; the caller sees to the rest
    run(batch, by=…, reason=…)        # each record for itself; a run that was broken off goes on
"""

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.models import Batch, BatchRow, Member
from members.models.batches import WAS
from members.models.imports import UNDOABLE
from members.services import records, restoring
from members.services.importing.rows import unpack_changes
from members.services.locking import record_of
from members.shares import negative, share, total
from orgs import totals
from partyplatform import audit
from partyplatform.crypto import Undecipherable
from partyplatform.ui.stale import OutOfReach

GONE = "已不在管理范围内，未撤回"
CHANGED_SINCE = "办理之后又有修改，保留现在的内容"
BROKEN, UNREADABLE = "恢复原来的内容后不符合填写要求，请个别处理", "原来的内容无法读取，请个别处理"
State = BatchRow.State


def begin(batch: Batch) -> bool:
    """Take up the undoing of a batch; False when it is not done, is taken back already, or 30 days are over."""
    done = Batch.objects.filter(pk=batch.pk, state=Batch.State.DONE, done_at__gte=timezone.now() - UNDOABLE)
    return bool(done.update(state=Batch.State.UNDOING))


def run(
    batch: Batch,
    *,
    by: audit.ActingRole,
    reason: str,
    reached: Callable[[int, int], None] = lambda done, total: None,
) -> Batch:
    """Give the records back what they said, each in a transaction of its own, and note why one keeps what it says."""
    rows = BatchRow.objects.filter(batch=batch, state=State.DONE).order_by("place")
    waiting = list(rows.values_list("pk", flat=True))
    for number, pk in enumerate(waiting, 1):
        _take_back(pk, by, reason)
        reached(number, len(waiting))
    return _finish(batch, by=by, reason=reason)


@transaction.atomic
def _take_back(pk: int, by: audit.ActingRole, reason: str) -> None:
    rows = BatchRow.objects.select_for_update(of=("self",), no_key=True).select_related("member")
    row = rows.filter(pk=pk, state=State.DONE).first()
    if row is None or row.member is None:
        return
    why = _why_kept(row, row.member, by, reason)
    row.state, row.note, row.was_sealed = (State.KEPT if why else State.UNDONE), why, b""
    row.save(update_fields=["state", "note", "was_sealed"])


def _why_kept(row: BatchRow, member: Member, by: audit.ActingRole, reason: str) -> str:
    """Put the values of before back into the record; return why they were not, "" when they were."""
    try:
        member = record_of(member, by=by)
        changes: list[Any] = unpack_changes(json.loads(WAS.text(row) or "[]"))
        back = restoring.unchanged(member, changes)
        before, old_share = records.snapshot(member), share(member)
        if not changes:
            return UNREADABLE
        if len(back) < len(changes):
            return CHANGED_SINCE
        if not restoring.put_back(member, back):
            return BROKEN
    except OutOfReach:
        return GONE
    except Undecipherable:
        return UNREADABLE
    except ValidationError as refusal:
        return "；".join(refusal.messages)
    told = records.differences(before, records.snapshot(member), back)
    records.store(member, by=by)
    place = member.organization_id
    totals.change(place, **total([share(member), negative(old_share)]))
    audit.record(by, "members.undo_batch", member, organization=place, changes=told, reason=reason)
    return ""


@transaction.atomic
def _finish(batch: Batch, *, by: audit.ActingRole, reason: str) -> Batch:
    running = Batch.objects.filter(pk=batch.pk, state=Batch.State.UNDOING)
    if running.update(state=Batch.State.UNDONE, undone_at=timezone.now()):
        batch.refresh_from_db()
        counted = BatchRow.objects.counted(batch)
        people = [["撤回", "", str(counted.get(State.UNDONE, 0))], ["保留", "", str(counted.get(State.KEPT, 0))]]
        changes = [["项目", "", batch.items_label], *people]
        place = batch.organization_id
        audit.record(by, "members.undo_batch", batch, organization=place, changes=changes, reason=reason)
    return batch
