"""Writing down what was done, inside the transaction that does it."""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone

from partyplatform import bulk
from partyplatform.locks import busy_on_timeout
from partyplatform.requestinfo import client_address, request_number

from .actors import ActingRole
from .chain import head_seal, newest_key, record_mac
from .changes import shown
from .models import ChainHead, Level, Record
from .plaintext import clipped, escaped

_LENGTHS = {field.name: field.max_length or 0 for field in Record._meta.fields}


class ChainBroken(Exception):
    """The chain has records but no head: nothing may be written until the operator has looked into it."""


@dataclass(frozen=True)
class Act:
    """One act to be recorded.

    `organization` is the organisation the act belongs to (an object or its id); left out, it is the actor's own.
    `changes` are [label, before, after] of fields that are not secret. `document` is a 文号.
    """

    by: ActingRole
    action: str
    obj: models.Model | None = None
    _: KW_ONLY
    organization: models.Model | int | None = None
    changes: Iterable[Sequence[Any]] = ()
    reason: str = ""
    document: str = ""
    succeeded: bool = True
    level: str = Level.INFO


def record(
    by: ActingRole,
    action: str,
    obj: models.Model | None = None,
    *,
    organization: models.Model | int | None = None,
    changes: Iterable[Sequence[Any]] = (),
    reason: str = "",
    document: str = "",
    succeeded: bool = True,
    level: str = Level.INFO,
) -> Record:
    """Record one act as the last statement of its transaction; the arguments are those of `Act`.

    The row of the chain head stays locked until the transaction ends, so whatever else the act locks must be
    locked before. Raises RuntimeError outside a transaction, `Busy` when the head is held for longer than
    lock_timeout, `ChainBroken` when the head is gone. Any error undoes the act (security.md 69).
    """
    act = Act(
        by,
        action,
        obj,
        organization=organization,
        changes=changes,
        reason=reason,
        document=document,
        succeeded=succeeded,
        level=level,
    )
    return record_many([act])[0]


def record_many(acts: Iterable[Act]) -> list[Record]:
    """Record several acts of one transaction, taking the head of the chain once; same promises as `record`."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit record must be written in the transaction of the act")
    actors: dict[int, dict[str, Any]] = {}  # one actor does thousands of acts at once
    filled = []
    for act in acts:
        if id(act.by) not in actors:
            actors[id(act.by)] = _actor(act.by)
        filled.append(_filled(act, actors[id(act.by)]))
    if not filled:
        return []
    head = _held_head()
    for row in filled:
        _chain(row, head)
    bulk.insert(filled)
    head.save(force_update=True)
    return filled


def named(act: Act) -> dict[str, Any]:
    """Return what an act says of who did what to which object of whom, as its record names it."""
    return {"actor_uid": _text("actor_uid", act.by.user_uid), **_object(act)}


def _object(act: Act) -> dict[str, Any]:
    obj = act.obj
    return {
        "action": _text("action", act.action),
        "object_type": obj._meta.label_lower if obj is not None else "",
        "object_id": _text("object_id", getattr(obj, "uid", obj.pk)) if obj is not None else "",
        "organization_id": _organization_id(act),
    }


def _actor(by: ActingRole) -> dict[str, Any]:
    """Return what every record of an actor says of who did it, from where."""
    return {
        "actor_uid": _text("actor_uid", by.user_uid),
        "actor_name": _text("actor_name", by.user_name),
        "role_label": _text("role_label", by.label),
        "actor_organization_id": by.organization_id,
        "actor_organization_name": _text("actor_organization_name", by.organization_name),
        "address_masked": _text("address_masked", client_address.get()),
        "request_number": _text("request_number", request_number.get()),
    }


def _filled(act: Act, actor: dict[str, Any]) -> Record:
    obj = act.obj
    return Record(
        **actor,
        **_object(act),
        object_label=_text("object_label", obj if obj is not None else ""),
        changes=[[shown(part) for part in change] for change in act.changes],
        reason=escaped(act.reason),
        document=_text("document", act.document),
        succeeded=bool(act.succeeded),
        level=Level(act.level).value,
    )


def _text(field: str, value: object) -> str:
    return clipped("" if value is None else value, _LENGTHS[field])


def _organization_id(act: Act) -> int | None:
    if act.organization is None:
        return act.by.organization_id
    return act.organization if isinstance(act.organization, int) else act.organization.pk


def _held_head() -> ChainHead:
    """Return the head, locked; the first record of all makes it."""
    locked = ChainHead.objects.select_for_update()
    with busy_on_timeout():
        head = locked.first()
        if head is None:
            ChainHead.objects.bulk_create([ChainHead()], ignore_conflicts=True)  # waits for whoever is first as well
            head = locked.get()
            if head.seq == 0 and Record.objects.exists():
                raise ChainBroken("the audit has records but no chain head")
    return head


def _chain(row: Record, head: ChainHead) -> None:
    """Give `row` the next place in the chain and move `head` onto it."""
    row.seq, row.at, row.key_id, row.previous_mac = head.seq + 1, timezone.now(), newest_key(), head.mac
    row.mac = record_mac(vars(row)) or ""
    head.seq, head.mac, head.at, head.key_id = row.seq, row.mac, row.at, row.key_id
    head.seal = head_seal(vars(head)) or ""
