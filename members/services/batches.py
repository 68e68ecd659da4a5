"""批量维护: a preview for each member, then each record for itself. Source: screens.md 2.10; issue 4.

The members are chosen in a list and get the same values, or they stand in a sheet with their own.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.items import BY_FIELD, ITEMS, Kind
from members.models import Batch, BatchRow, Member
from members.models.batches import BATCH_VALUES, WAS
from members.models.imports import UNDOABLE
from members.models.members import NUMBERS
from members.services import records
from members.services.importing.rows import HEADINGS, NUMBER, Row, pack_changes
from members.services.restoring import value_of
from partyplatform import audit, uploads
from partyplatform.chores import chore
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn
from partyplatform.ui.stale import OutOfReach, Stale

MOST = 1000  # members of one batch
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
OFFERED = tuple(item for item in ITEMS if item.batch and not item.reviewed and item.kind is not Kind.FIXED)
NOTHING = "没有变化：已是该值，或该项不适用"
CHANGED_SINCE = "预览之后信息有变动，未覆盖，请重新办理"
GONE = "已不在管理范围内，未修改"
NOBODY = "管理范围内没有该身份证号的在册党员"
OTHER_NAME = "姓名与该身份证号登记的姓名不一致"
EMPTY = "没有填写新的内容"

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
    batch = _kept(values, fields=values, by=by)
    BatchRow.objects.bulk_create(
        [_previewed(batch, member, place, values, by) for place, member in enumerate(chosen, 1)], batch_size=500
    )
    return batch


@transaction.atomic
def prepare_sheet(file_name: str, rows: Collection[Row], *, fields: Collection[str], by: audit.ActingRole) -> Batch:
    """Keep what the rows of a sheet would do: each names a member by 姓名 and 身份证号, with values of its own.

    A row that cannot be carried out is kept with the reason. Somebody out of reach and nobody at all read alike
    (security.md 43). Raises ValidationError for no rows, more than 1,000, and items that are not offered.
    """
    if not 0 < len(rows) <= MOST:
        raise ValidationError(f"每次可维护 1 至 {MOST} 名党员，表中现有 {len(rows)} 行")
    if not fields or not set(fields) <= {item.field for item in OFFERED}:
        raise ValidationError("表中没有可以批量维护的项目")
    values = {row.number: {field: row.values[field] for field in fields if field in row.values} for row in rows}
    batch = _kept(values, fields=fields, by=by, file_name=uploads.clean_name(file_name))
    people = _people(rows, by=by)
    repeated = _repeated(rows)
    kept = []
    for row in rows:
        member = people.get(row.values.get(NUMBER, ""))
        if why := _why_not(row, member, repeated.get(row.number)):
            line = BatchRow(batch=batch, place=row.number, name=row.name[:50], state=State.REFUSED, note=why[:500])
        else:
            line = _previewed(batch, member, row.number, values[row.number], by)  # type: ignore[arg-type]
        kept.append(line)
    BatchRow.objects.bulk_create(kept, batch_size=500)
    return batch


def _kept(values: Mapping[Any, Any], *, fields: Iterable[str], by: audit.ActingRole, file_name: str = "") -> Batch:
    batch = Batch(
        organization_id=by.organization_id,  # type: ignore[misc]  # the platform itself makes no batches
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        role_id=getattr(by, "pk", 0),
        fields=list(fields),
        file_name=file_name,
    )
    BATCH_VALUES.put(batch, json.dumps(dict(values), ensure_ascii=False))
    batch.save(force_insert=True)
    return batch


def _people(rows: Iterable[Row], *, by: audit.ActingRole) -> dict[str, Member]:
    """Return {身份证号: member on the roll and in reach}, in one statement."""
    by_key = {
        key: row.values[NUMBER]
        for row in rows
        if NUMBER in row.values
        for key in NUMBERS.search_keys(row.values[NUMBER])
    }
    found = Member.objects.visible_to(by, few=True).enrolled().filter(id_number_index__in=by_key)
    return {by_key[member.id_number_index]: member for member in found.select_related("organization")}


def _repeated(rows: Iterable[Row]) -> dict[int, int]:
    """Return {row: another row of the same 身份证号}."""
    bearers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if NUMBER in row.values:
            bearers[row.values[NUMBER]].append(row.number)
    return {
        place: numbers[numbers[0] == place] for numbers in bearers.values() if len(numbers) > 1 for place in numbers
    }


def _why_not(row: Row, member: Member | None, repeated: int | None) -> str:
    """Return why a row of a sheet means nothing that could be carried out, "" for a good one."""
    if bad := row.bad_cells:
        return "；".join(f"{HEADINGS[name]}：{text}" for name, text in bad.items())
    if missing := [HEADINGS[name] for name in ("name", NUMBER) if name not in row.values]:
        return f"请填写{'、'.join(missing)}"
    if repeated is not None:
        return f"与第 {repeated} 行的身份证号相同"
    if member is None:
        return NOBODY
    return "" if member.name == row.values["name"] else OTHER_NAME


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
        _carry_out(pk, values, by, of_sheet=bool(batch.file_name))
        reached(number, len(waiting))
    return _finish(batch, by=by)


@transaction.atomic
def _carry_out(pk: int, values: Mapping[str, Any], by: audit.ActingRole, *, of_sheet: bool) -> None:
    rows = BatchRow.objects.select_for_update(of=("self",), no_key=True).select_related("member")
    row = rows.filter(pk=pk, state=State.READY).first()
    if row is None or row.member is None:
        return
    try:
        asked = values[str(row.place)] if of_sheet else values
        _remember(row, row.member, records.update(row.member, by=by, version=row.version, values=asked))
        row.state = State.DONE
    except Stale:
        row.state, row.note = State.OVERTAKEN, CHANGED_SINCE
    except OutOfReach:
        row.state, row.note = State.OVERTAKEN, GONE
    except ValidationError as refusal:
        row.state, row.note = State.REFUSED, _sentence(refusal)
    row.save(update_fields=["state", "note", "was_sealed"])


def _remember(row: BatchRow, was: Member, now: Member) -> None:
    """Keep what changed, so that it can be taken back; `was` is the record of the version that was changed."""
    changed = [name for name in records.PLAIN if getattr(was, name) != getattr(now, name)]
    changed += [
        name
        for name, column in records.SEALED.items()
        if bytes(getattr(was, column.field)) != bytes(getattr(now, column.field))
    ]
    with suppress(Undecipherable):  # what nobody can read cannot be put back
        kept = pack_changes([name, value_of(was, name), value_of(now, name)] for name in changed)
        WAS.put(row, json.dumps(kept, ensure_ascii=False))


@transaction.atomic
def _finish(batch: Batch, *, by: audit.ActingRole) -> Batch:
    done = Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING)
    if done.update(state=Batch.State.DONE, done_at=timezone.now()):
        batch.refresh_from_db()
        counted = BatchRow.objects.counted(batch)
        people = ((label, "", str(number)) for label, number in _figures(counted))
        file = [("文件", "", batch.file_name)] if batch.file_name else []
        changes = [("项目", "", batch.items_label), *file, *people]
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
        row.state, row.note = State.SAME, NOTHING if values else EMPTY
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
def forget_old(now: datetime.datetime | None = None) -> int:
    """Delete previews nobody confirmed for a week, return their number; empty what nobody can take back any more."""
    moment = now or timezone.now()
    over = BatchRow.objects.filter(batch__done_at__lt=moment - UNDOABLE, batch__state=Batch.State.DONE)
    over.exclude(was_sealed=b"").update(was_sealed=b"")
    old = Batch.objects.filter(state=Batch.State.PREVIEW, created_at__lt=moment - KEPT_UNCONFIRMED)
    return old.delete()[1].get(Batch._meta.label, 0)
