"""批量转接, 批量通过: checked first, confirmed once, then each row for itself. Source: workflows.md 3.4.

batch = keep_sheet(reading, name=…, by=…)      # FAULTY or CHECKED; nobody is on the way yet
batch = keep_chosen(orders, by=…)              # ticked members; who cannot go is told and left out
batch = keep_passing(transfers, remark=…, by=…)
confirm(batch, by=…); run(batch, by=…)         # a transfer, or a step passed, for each row; DONE
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from members.models import Member
from orgs.models import Organization
from partyplatform import audit, uploads
from partyplatform.chores import chore
from partyplatform.excel.records import Reading
from partyplatform.locks import Busy
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.models import Transfer, TransferBatch, TransferBatchRow
from transfers.models.batches import ORDERS
from transfers.orders import CODE, Order
from transfers.services.advancing import advance
from transfers.services.batch_checking import Entry, check_chosen, check_sheet
from transfers.services.starting import start

MOST = 500  # ticked at once
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
MOST_UNCONFIRMED = 5  # of one person; the oldest makes room
MOVED_SINCE = "检查之后所在支部有变化，没有办理，请核对后重新发起"
GONE = "已不在管理范围内，没有办理"
CLOSED = "转入组织已有变化，没有办理，请核对"
_BATCH = 500
Kind, State, Row = TransferBatch.Kind, TransferBatch.State, TransferBatchRow.State


# ── kept, and checked ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def keep_sheet(reading: Reading[Order], *, name: str, by: audit.ActingRole) -> TransferBatch:
    """Store the lines of a sheet, sealed, with what is wrong with them; the file itself is not kept."""
    if not reading.rows:
        raise ValidationError("表中没有可以办理的行")
    _make_room(by)
    batch = _new(Kind.SHEET, by=by, file_name=uploads.clean_name(name), sha256=reading.sha256, columns=reading.columns)
    _write(batch, reading.rows, by=by)
    return batch


@transaction.atomic
def keep_chosen(orders: Sequence[tuple[Member, Order, Organization]], *, by: audit.ActingRole) -> TransferBatch:
    """Store what is asked for ticked members, found in reach by the caller; who cannot go is told and left out.

    Raises ValidationError for nobody, and for more than 500.
    """
    if not 0 < len(orders) <= MOST:
        raise ValidationError(f"每次可选择 1 至 {MOST} 名党员，现为 {len(orders)} 名")
    _make_room(by)
    batch = _new(Kind.TICKS, by=by)
    entries = check_chosen(orders, by=by)
    rows = [_filled(TransferBatchRow(batch=batch, number=entry.row.number), entry) for entry in entries]
    TransferBatchRow.objects.bulk_create(rows, batch_size=_BATCH)
    return batch


@transaction.atomic
def keep_passing(transfers: Sequence[tuple[Transfer, int]], *, remark: str, by: audit.ActingRole) -> TransferBatch:
    """Store which steps are to be passed, as (transfer, the version its reader saw), and confirm it: the page has
    shown each of them. Raises ValidationError for none, and for more than 500."""
    if not 0 < len(transfers) <= MOST:
        raise ValidationError(f"每次可办理 1 至 {MOST} 件，现为 {len(transfers)} 件")
    batch = _new(Kind.PASS, by=by, remark=remark, state=State.RUNNING)
    TransferBatchRow.objects.bulk_create(
        [
            TransferBatchRow(
                batch=batch,
                number=number,
                state=Row.READY,
                transfer=transfer,
                version=version,
                member=transfer.member,
                source=transfer.source,
                type=transfer.type,
                goal=transfer.target_name,
            )
            for number, (transfer, version) in enumerate(transfers, 1)
        ],
        batch_size=_BATCH,
    )
    return batch


@transaction.atomic
def repair(
    batch: TransferBatch, *, rows: Iterable[Order], dropped: Iterable[int], by: audit.ActingRole
) -> TransferBatch:
    """Put corrected lines in the place of those that were typed, leave lines out, and check all of them anew.

    Raises TransferBatch.DoesNotExist when it is not the caller's own. One that is confirmed stays as it is.
    """
    batch = _held(batch, by=by)
    if not batch.is_open or batch.kind != Kind.SHEET:
        return batch
    batch.rows.filter(number__in=list(dropped)).delete()
    corrected = {row.number: row for row in rows}
    _write(batch, [corrected.get(row.number, row) for row in orders_of(batch)], by=by)
    return batch


def orders_of(batch: TransferBatch) -> list[Order]:
    """Return the lines of a sheet that is not confirmed, in its order. Raises `Undecipherable`."""
    return [opened(row) for row in batch.rows.order_by("number")]


def opened(row: TransferBatchRow) -> Order:
    return Order.unpacked(row.number, ORDERS.text(row))


@transaction.atomic
def withdraw(batch: TransferBatch, *, by: audit.ActingRole) -> None:
    """Give an unconfirmed batch up: nothing of it stays. One that is confirmed stays."""
    batch = _held(batch, by=by)
    if batch.is_open:
        batch.delete()


@chore
@transaction.atomic
def forget_unconfirmed(now: datetime.datetime | None = None) -> int:
    """Delete batches nobody confirmed for a week; return their number."""
    before = (now or timezone.now()) - KEPT_UNCONFIRMED
    old = TransferBatch.objects.filter(state__in=[State.FAULTY, State.CHECKED], created_at__lt=before)
    return old.delete()[1].get(TransferBatch._meta.label, 0)


# ── confirmed, and carried out ──────────────────────────────────────────────────────────────────────────────


def confirm(batch: TransferBatch, *, by: audit.ActingRole) -> bool:
    """Take a checked batch up; False when that was done before. The caller sees to `run`."""
    own = TransferBatch.objects.own(by).filter(pk=batch.pk, state=State.CHECKED)
    return bool(own.update(state=State.RUNNING))


def run(
    batch: TransferBatch, *, by: audit.ActingRole, reached: Callable[[int, int], None] = lambda done, total: None
) -> TransferBatch:
    """Do what is asked row by row, each in a transaction of its own, and note what became of it.

    What fails stops nobody else. A run that was broken off goes on with the rows that are left; two at once share
    them. Where somebody holds the tree for too long the row waits for the next run.
    """
    waiting = list(batch.rows.filter(state=Row.READY).order_by("number").values_list("pk", flat=True))
    for number, pk in enumerate(waiting, 1):
        try:
            _carry_out(batch, pk, by)
        except Busy:
            continue
        reached(number, len(waiting))
    return _finish(batch, by=by)


@transaction.atomic
def _carry_out(batch: TransferBatch, pk: int, by: audit.ActingRole) -> None:
    rows = TransferBatchRow.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("batch", "member", "transfer").filter(pk=pk, state=Row.READY).first()
    if row is None:
        return
    act = _begin if batch.begins else _pass
    try:
        with transaction.atomic():
            row.transfer = act(row, by)
        row.state, row.note = Row.DONE, ""
    except Stale as overtaken:
        row.state, row.note = Row.REFUSED, f"打开页面之后已由{overtaken.who or '他人'}办理，没有重复办理"
    except OutOfReach:
        row.state, row.note = Row.REFUSED, GONE
    except (ValidationError, PermissionDenied) as refusal:
        row.state, row.note = Row.REFUSED, _sentence(refusal)
    row.content_sealed = b""
    row.save(update_fields=["state", "note", "transfer", "content_sealed"])


def _begin(row: TransferBatchRow, by: audit.ActingRole) -> Transfer:
    member: Any = row.member
    order = opened(row)
    here = Member.objects.filter(pk=member.pk).values_list("organization", flat=True).get()
    if here != row.source_id:
        raise ValidationError(MOVED_SINCE)
    target = None
    if not order.goes_outside:
        target = Organization.objects.filter(code=order.values[CODE]).first()
        if target is None:
            raise ValidationError(CLOSED)
    return start(member, by=by, target=target, batch=row.batch.number, **order.facts)


def _pass(row: TransferBatchRow, by: audit.ActingRole) -> Transfer:
    transfer: Any = row.transfer
    return advance(transfer, "pass", by=by, version=row.version or 0, remark=row.batch.remark)


@transaction.atomic
def _finish(batch: TransferBatch, *, by: audit.ActingRole) -> TransferBatch:
    """End the batch once no row waits any more, with one record of how many there were."""
    running = TransferBatch.objects.filter(pk=batch.pk, state=State.RUNNING)
    if not batch.rows.filter(state=Row.READY).exists() and running.update(state=State.DONE, done_at=timezone.now()):
        batch.rows.exclude(content_sealed=b"").update(content_sealed=b"")  # of those who could not go
        batch.refresh_from_db()
        counted = TransferBatchRow.objects.counted(batch)
        changes = [["批次号", "", batch.number], ["已办理", "", str(counted.get(Row.DONE, 0))]]
        changes.append(["未办理", "", str(counted.get(Row.REFUSED, 0))])
        action = "transfers.batch" if batch.begins else "transfers.pass_many"
        audit.record(by, action, batch, organization=batch.organization_id, changes=changes, reason=batch.remark)
    batch.refresh_from_db()
    return batch


# ── what both stand on ──────────────────────────────────────────────────────────────────────────────────────


def _new(kind: str, *, by: audit.ActingRole, **words: Any) -> TransferBatch:
    organization: Any = by.organization_id
    return TransferBatch.objects.create(
        kind=kind, organization_id=organization, owner_uid=str(by.user_uid), owner_name=by.user_name, **words
    )


def _make_room(by: audit.ActingRole) -> None:
    waiting = TransferBatch.objects.own(by).filter(state__in=[State.FAULTY, State.CHECKED]).order_by("-pk")
    for batch in waiting[MOST_UNCONFIRMED - 1 :]:
        batch.delete()


def _held(batch: TransferBatch, *, by: audit.ActingRole) -> TransferBatch:
    """Return the batch as stored, locked; raises TransferBatch.DoesNotExist when it is not the caller's own."""
    return TransferBatch.objects.own(by).select_for_update(of=("self",)).get(pk=batch.pk)


def _write(batch: TransferBatch, orders: Sequence[Order], *, by: audit.ActingRole) -> None:
    """Check the lines and store them with the outcome, whatever their number, in a few statements."""
    for order in orders:
        order.found = {}
    entries = check_sheet(orders, by=by)
    stored: Mapping[int, TransferBatchRow] = {row.number: row for row in batch.rows.all()}
    rows = [
        _filled(stored.get(entry.row.number) or TransferBatchRow(batch=batch, number=entry.row.number), entry)
        for entry in entries
    ]
    TransferBatchRow.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["batch", "number"],
        update_fields=["state", "member", "source", "type", "goal", "note", "content_sealed"],
    )
    batch.state = State.FAULTY if any(row.state == Row.FAULTY for row in rows) else State.CHECKED
    batch.save(update_fields=["state"])


def _filled(row: TransferBatchRow, entry: Entry) -> TransferBatchRow:
    member = entry.member
    row.member, row.source_id = member, member.organization_id if member else None
    row.type, row.goal, row.note = entry.type, entry.goal, entry.problem[:500]
    row.state = Row.FAULTY if entry.row.bad_cells else Row.REFUSED if entry.problem else Row.READY
    ORDERS.put(row, entry.row.packed())
    return row


def _sentence(refusal: ValidationError | PermissionDenied) -> str:
    if isinstance(refusal, PermissionDenied):
        return str(refusal)[:500]
    return "；".join(refusal.messages)[:500]
