"""Completing the record of somebody who arrives before the committee takes it in; the receipt afterwards.

Source: workflows.md 3.3.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from members.items import BY_FIELD
from members.services import records
from orgs.models import Organization
from partyplatform import audit
from transfers import arrival_records
from transfers.codes import TransferState, TransferType
from transfers.models import Arrival, Transfer
from transfers.services.advancing import overtaken, taken
from transfers.services.arriving import LONGEST


@transaction.atomic
def write(transfer: Transfer, *, by: audit.ActingRole, version: int, values: Mapping[str, Any]) -> Transfer:
    """Keep what the new record will say; a sealed item that is left empty stays as it was.

    Raises `Stale` when somebody was faster, `OutOfReach`, ValidationError by field for what the rules refuse.
    """
    transfer = taken(transfer, by=by)
    if transfer.version != version or transfer.type != TransferType.IN or transfer.state != TransferState.SUBMITTED:
        raise overtaken(transfer, "pass")
    arrival = Arrival.objects.select_for_update(of=("self",)).get(transfer=transfer)
    before = arrival.values
    given = {name: value for name, value in values.items() if value or name not in records.SEALED}
    after = {**before, **given}
    arrival.seal_values(after)
    records.check(arrival_records.person_of(arrival, transfer))
    arrival.save(update_fields=["values_sealed"])
    transfer.lacking = "、".join(arrival_records.lacking(arrival, transfer))[:LONGEST]
    transfer.version += 1
    transfer.save(update_fields=["lacking", "version"])
    changes = _differences(before, after)
    audit.record(by, "transfers.write_record", transfer, organization=transfer.target_id, changes=changes)
    return transfer


@transaction.atomic
def receipt_sent(transfer: Transfer, *, by: audit.ActingRole, on: datetime.date) -> Transfer:
    """Note that the receipt went back to the committee that issued the letter. A second note changes nothing.

    Raises `OutOfReach`, PermissionDenied for an organisation below the committee that took the member in,
    ValidationError for a day before that or after today. Source: workflows.md 3.3.
    """
    transfer = taken(transfer, by=by)
    committee: Any = transfer.target_committee
    if not answers(transfer, by):
        raise PermissionDenied(f"回执由“{committee.short_name}”寄出，当前角色不能办理。")
    arrival = Arrival.objects.select_for_update(of=("self",)).get(transfer=transfer)
    if arrival.receipt_sent_on is not None:
        return transfer
    if not (transfer.finished_on or on) <= on <= timezone.localdate():
        raise ValidationError({"on": f"寄出日期应在 {transfer.finished_on} 与今天之间"})
    arrival.receipt_sent_on = on
    arrival.save(update_fields=["receipt_sent_on"])
    changes = [["回执寄出日期", "", f"{on:%Y-%m-%d}"]]
    audit.record(by, "transfers.send_receipt", transfer, organization=transfer.target_id, changes=changes)
    return transfer


def answers(transfer: Transfer, by: audit.ActingRole) -> bool:
    """Say whether the receipt of a 市外转入 that is done is the role's to send: its committee's, or one's above."""
    if transfer.type != TransferType.IN or transfer.state != TransferState.DONE or by.organization_id is None:
        return False
    if transfer.target_committee_id == by.organization_id:
        return True
    return Organization.objects.below(by.organization_id).filter(pk=transfer.target_committee_id).exists()


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[list[str]]:
    """Return [label, before, after] of what changed; of sealed items only that they did."""
    changed = []
    for item in arrival_records.ITEMS:
        old, new = before.get(item.field), after.get(item.field)
        if old == new:
            continue
        if item.field in records.SEALED:
            changed.append([item.label, records.KEPT if old else "", records.CHANGED])
        else:
            changed.append([BY_FIELD[item.field].label, item.shown(old), item.shown(new)])
    return changed
