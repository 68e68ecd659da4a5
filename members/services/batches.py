"""批量维护: a preview for each member, then each record for itself. Source: screens.md 2.10; issue 4."""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.items import BY_FIELD, ITEMS, Kind
from members.models import Batch, BatchRow, Member
from members.models.batches import BATCH_VALUES
from members.services import records
from partyplatform import audit
from partyplatform.chores import chore
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn
from partyplatform.ui.stale import OutOfReach, Stale

MOST = 1000  # members of one batch
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
OFFERED = tuple(item for item in ITEMS if item.batch and not item.reviewed and item.kind is not Kind.FIXED)
NOTHING = "没有变化：已是该值，或该项不适用"
CHANGED_SINCE = "预览之后资料有变动，未覆盖，请重新办理"
GONE = "已不在管理范围内，未修改"

State = BatchRow.State


@transaction.atomic
def prepare(members: Iterable[Member], *, values: Mapping[str, Any], by: audit.ActingRole) -> Batch:
    """Keep what would become of each member, found in reach by the caller; no record is touched.

    Raises ValidationError for no members, more than 1,000, and items that are not offered.
    """
    chosen = list(members)
    if not 0 < len(chosen) <= MOST:
        raise ValidationError(f"每次可选择 1 至 {MOST} 名党员，现为 {len(chosen)} 名")
    if not values or not set(values) <= {item.field for item in OFFERED}:
        raise ValidationError("请选择可以批量维护的项目")
    batch = Batch(
        organization_id=by.organization_id,  # type: ignore[misc]  # the platform itself makes no batches
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        role_id=getattr(by, "pk", 0),
        fields=list(values),
    )
    BATCH_VALUES.put(batch, json.dumps(dict(values), ensure_ascii=False))
    batch.save(force_insert=True)
    BatchRow.objects.bulk_create(
        [_previewed(batch, member, place, values, by) for place, member in enumerate(chosen, 1)], batch_size=500
    )
    return batch


def confirm(batch: Batch) -> bool:
    """Take a previewed batch up; False when that was done before. The caller sees to `run`."""
    return bool(Batch.objects.filter(pk=batch.pk, state=Batch.State.PREVIEW).update(state=Batch.State.RUNNING))


def run(batch: Batch, *, by: audit.ActingRole, reached: Callable[[int, int], None] = lambda done, total: None) -> Batch:
    """Change the records one by one, each in a transaction of its own, and note what became of it.

    What fails stops nobody else. A run that was broken off goes on with the rows that are left.
    """
    values = json.loads(BATCH_VALUES.text(batch))
    waiting = list(
        BatchRow.objects.filter(batch=batch, state=State.READY).order_by("place").values_list("pk", flat=True)
    )
    for number, pk in enumerate(waiting, 1):
        _carry_out(pk, values, by)
        reached(number, len(waiting))
    return _finish(batch, by=by)


@transaction.atomic
def _carry_out(pk: int, values: Mapping[str, Any], by: audit.ActingRole) -> None:
    rows = BatchRow.objects.select_for_update(of=("self",), no_key=True).select_related("member")
    row = rows.filter(pk=pk, state=State.READY).first()
    if row is None:
        return
    try:
        records.update(row.member, by=by, version=row.version, values=values)
        row.state = State.DONE
    except Stale:
        row.state, row.note = State.OVERTAKEN, CHANGED_SINCE
    except OutOfReach:
        row.state, row.note = State.OVERTAKEN, GONE
    except ValidationError as refusal:
        row.state, row.note = State.REFUSED, _sentence(refusal)
    row.save(update_fields=["state", "note"])


@transaction.atomic
def _finish(batch: Batch, *, by: audit.ActingRole) -> Batch:
    done = Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING)
    if done.update(state=Batch.State.DONE, done_at=timezone.now()):
        batch.refresh_from_db()
        counted = BatchRow.objects.counted(batch)
        people = ((label, "", str(number)) for label, number in _figures(counted))
        changes = [("项目", "", batch.items_label), *people]
        audit.record(by, "members.batch", batch, organization=batch.organization_id, changes=changes)
    return batch


def _figures(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return [("选择人数", sum(counted.values())), ("修改人数", counted.get(State.DONE, 0))]


def _previewed(batch: Batch, member: Member, place: int, values: Mapping[str, Any], by: audit.ActingRole) -> BatchRow:
    row = BatchRow(batch=batch, member=member, place=place, version=member.version, state=State.READY)
    try:
        row.changes = _changes(member, values, by)
    except ValidationError as refusal:
        row.state, row.note = State.REFUSED, _sentence(refusal)
    if row.state == State.READY and not row.changes:
        row.state, row.note = State.SAME, NOTHING
    return row


def _changes(member: Member, values: Mapping[str, Any], by: audit.ActingRole) -> list[list[str]]:
    """Return [label, before, after] as pages show it; the instance is changed and never saved."""
    if not member.is_enrolled:
        raise ValidationError("转出人员和历史党员不可编辑")
    records.refuse(member, [BY_FIELD[field] for field in values], by=by)
    before, masked = records.snapshot(member), _masked(member)
    texts = {field: _text(member, column) for field, column in records.SEALED.items() if field in values}
    records.put(member, values)
    records.check(member)
    after = records.snapshot(member)
    same = {field for field, text in texts.items() if text == values[field]}
    changed = [item for item in ITEMS if item.field in before and before[item.field] != after[item.field]]
    before |= masked
    after |= _masked(member)
    return [[item.label, before[item.field], after[item.field]] for item in changed if item.field not in same]


def _text(member: Member, column: SealedColumn) -> str | None:
    try:
        return column.text(member)
    except Undecipherable:
        return None


def _masked(member: Member) -> dict[str, str]:
    return {"phone": member.shown_phone, "address": member.shown_address}


def _sentence(refusal: ValidationError) -> str:
    """Return a refusal as one line: of a record's rules with the label of each item."""
    if not hasattr(refusal, "error_dict"):
        return "；".join(refusal.messages)[:500]
    parts = refusal.message_dict.items()
    labelled = (
        f"{BY_FIELD[field].label}：{'；'.join(texts)}" if field in BY_FIELD else "；".join(texts)
        for field, texts in parts
    )
    return "；".join(labelled)[:500]


@chore
@transaction.atomic
def forget_unconfirmed(now: datetime.datetime | None = None) -> int:
    """Delete previews that nobody confirmed for a week; return their number."""
    before = (now or timezone.now()) - KEPT_UNCONFIRMED
    return Batch.objects.filter(state=Batch.State.PREVIEW, created_at__lt=before).delete()[0]
