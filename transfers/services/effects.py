"""What else happens when a transfer goes on: a function for each `workflow.Effect`, all in the same transaction."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from members.services import members as roll
from members.services.departures import depart
from partyplatform import audit
from transfers import workflow
from transfers.codes import TransferType
from transfers.models import Transfer
from transfers.services import arriving, holding, letters, releasing
from transfers.workflow import Effect

_ADD_KINDS = {TransferType.INTERNAL: "31", TransferType.CITY: "32"}  # of member_add_kind


def _next(transfer: Transfer, **_: Any) -> None:
    holding.open_next(transfer)


def _issue(transfer: Transfer, *, by: audit.ActingRole, **_: Any) -> None:
    letters.issue(transfer, by=by)


def _resume(transfer: Transfer, **_: Any) -> None:
    holding.resume(transfer)


def _hand_back(transfer: Transfer, **_: Any) -> None:
    limit = timezone.localdate() + datetime.timedelta(days=workflow.STEP_DAYS)
    holding.hold(transfer, transfer.source_committee, due_on=limit)


def _move(transfer: Transfer, *, by: audit.ActingRole, **_: Any) -> None:
    words = {"cause": transfer.get_type_display(), "kind": _ADD_KINDS[TransferType(transfer.type)]}
    words |= {"document": transfer.number, "reason": transfer.get_cause_display()}
    member: Any = transfer.member
    releasing.carry_out(transfer, on=timezone.localdate(), by=by)
    roll.move(member, to=transfer.target, by=by, **words)


def _leave(transfer: Transfer, *, by: audit.ActingRole, received_on: datetime.date | None = None, **_: Any) -> None:
    member, released, last = _on_the_way(transfer)
    if received_on is None:
        raise ValidationError({"received_on": "请填写回执日期"})
    if received_on > timezone.localdate():
        raise ValidationError({"received_on": "回执日期不能晚于今天"})
    if received_on < released:
        raise ValidationError({"received_on": f"回执日期不能早于介绍信日期（{released:%Y-%m-%d}）"})
    if received_on > last:
        raise ValidationError({"received_on": f"回执日期晚于介绍信有效期（{last:%Y-%m-%d}），请重开介绍信"})
    transfer.received_on = received_on
    releasing.carry_out(transfer, on=received_on, by=by)
    depart(member, by=by, on=received_on, document=transfer.number, reason=transfer.get_cause_display())


def _admit(transfer: Transfer, *, by: audit.ActingRole, **_: Any) -> None:
    transfer.member = arriving.enrol(transfer, by=by)


def _on_the_way(transfer: Transfer) -> tuple[Any, Any, Any]:
    """Return what a transfer with a letter has: member, day of the first letter, last day of the one in force."""
    return transfer.member, transfer.released_on, transfer.valid_until


EFFECTS: dict[Effect, Callable[..., None]] = {
    Effect.NEXT: _next,
    Effect.ISSUE: _issue,
    Effect.RESUME: _resume,
    Effect.HAND_BACK: _hand_back,
    Effect.MOVE: _move,
    Effect.LEAVE: _leave,
    Effect.ADMIT: _admit,
}
