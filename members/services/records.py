"""党统信息集: changing what a record says. What moves a member or ends a membership is in the other services."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members import record_checks
from members.items import BY_FIELD, ITEMS, Item, Kind
from members.models import Member
from members.models.members import ADDRESSES, PHONES
from members.services import checking, matter_marks, pasts
from members.services.locking import record_of
from members.services.overtaking import overtaken
from members.shares import negative, share, total
from orgs import totals
from partyplatform import audit
from partyplatform.crypto import Undecipherable

SEALED = {"phone": PHONES, "address": ADDRESSES}
PLAIN = tuple(item.field for item in ITEMS if item.kind not in (Kind.SEALED, Kind.FIXED))
STORED = (
    *(*PLAIN, "name_pinyin", "name_strokes", "phone_sealed", "phone_index", "address_sealed"),
    *("filled", "required", "version"),
)
KEPT, CHANGED = "（已登记）", "（已更改）"  # what the audit says of a sealed item


@transaction.atomic
def update(member: Member, *, by: audit.ActingRole, version: int, values: Mapping[str, Any]) -> Member:
    """Change items of a record; `values` holds {field of an Item: what to store}, sealed ones in clear.

    Raises `Stale` when somebody was faster, `OutOfReach` when the record left the reach of `by`, ValidationError by
    field for what the rules refuse, for items that a procedure or the organisation above changes, and for a record
    of somebody who has left. Source: screens.md 2.5.
    """
    member = record_of(member, by=by)
    items = [BY_FIELD[field] for field in values]
    refuse(member, items, by=by)
    if member.version != version:
        raise overtaken(
            member,
            _conflicts(member, values),
            typed=[BY_FIELD[field].label for field in SEALED if values.get(field)],
            secret=[BY_FIELD[field].label for field in SEALED],
            saves=member.version - version,
        )
    before, old_share = snapshot(member), share(member)
    put(member, values)
    check(member)
    changes = differences(before, snapshot(member), values)
    if not changes:
        return member
    store(member, by=by)
    totals.change(member.organization_id, **total([share(member), negative(old_share)]))
    audit.record(by, "members.update", member, organization=member.organization_id, changes=changes)
    return member


def locked_items(member: Member, *, by: audit.ActingRole) -> dict[str, str]:
    """Return {field: why} for the items this role cannot change on this record."""
    return {item.field: why for item in ITEMS if (why := _why_locked(member, item, by))}


def refuse(member: Member, items: Sequence[Item], *, by: audit.ActingRole) -> None:
    """Raise ValidationError by field for items that cannot be changed on this page."""
    locks = locked_items(member, by=by)
    if faults := {item.field: locks[item.field] for item in items if item.field in locks}:
        raise ValidationError(faults)


def put(member: Member, values: Mapping[str, Any]) -> None:
    """Set the values on the instance, sealing what is sealed, and empty what does not concern the record."""
    for field, value in values.items():
        if field in SEALED:
            SEALED[field].put(member, value)
        else:
            setattr(member, field, "" if value is None and BY_FIELD[field].table is not None else value)
    record_checks.settle(member)


def check(member: Member) -> None:
    """Raise ValidationError by field for everything the rules refuse."""
    if found := record_checks.faults(member, today=timezone.localdate(), id_number=number_of(member)):
        raise ValidationError(found)


def doubts(member: Member) -> list[str]:
    """Return what is unusual about a stored record, as sentences."""
    return record_checks.doubts(member, id_number=number_of(member))


def store(member: Member, *, by: audit.ActingRole) -> None:
    """Score and save a changed record, open matters follow it; counters and audit are the caller's."""
    pasts.keep([member])
    member.version += 1
    member.rescore()
    member.save(update_fields=STORED)
    matter_marks.follow_record(member, by=by)
    checking.follow(member)


def snapshot(member: Member) -> dict[str, str]:
    """Return {field: text as on a page}; of a sealed item only whether it is there, as its ciphertext."""
    shown = {item.field: item.shown(getattr(member, item.field)) for item in ITEMS if item.field in PLAIN}
    return shown | {field: bytes(getattr(member, column.field)).hex() for field, column in SEALED.items()}


def differences(before: Mapping[str, str], after: Mapping[str, str], fields: Mapping[str, Any]) -> list[list[str]]:
    """Return [label, before, after] of each changed item; sealed ones tell that they changed, never what they say."""
    changed = [item for item in ITEMS if item.field in before and before[item.field] != after[item.field]]
    return [
        [item.label, KEPT if before[item.field] else "", CHANGED]
        if item.field in SEALED
        else [item.label, before[item.field], after[item.field]]
        for item in changed
    ]


def _conflicts(member: Member, values: Mapping[str, Any]) -> list[list[str]]:
    shown = snapshot(member)
    typed = {field: BY_FIELD[field].shown(value) for field, value in values.items() if field not in SEALED}
    return [[BY_FIELD[field].label, text, shown[field]] for field, text in typed.items() if text != shown[field]]


def _why_locked(member: Member, item: Item, by: audit.ActingRole) -> str:
    if item.kind is Kind.FIXED:
        return "该项由业务办理变更，不能直接修改"
    if item.reviewed and by.organization_id == member.organization_id and getattr(member, item.field):
        return "该项已填写，更正须经上级党组织审核"
    return ""


def number_of(member: Member) -> str:
    """Return the 公民身份证号 in clear, "" for none and for one that does not open."""
    try:
        return member.unsealed_id_number()
    except Undecipherable:
        return ""
