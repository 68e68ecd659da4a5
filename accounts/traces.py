"""What others lately did with what is kept of a person: shown in full, exported, changed. Source: security.md 40.

Who did it appears as a role at an organisation, never by name. What is kept of a person outside accounts, the app that
keeps it says: `@keeps` before a function(user) -> Kept, in AppConfig.ready().
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any

from partyplatform.audit.models import Record

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows about a person, (object type, uid); and the lists the person stands in: (action of an export, place ids)."""

    rows: tuple[tuple[str, Any], ...] = ()
    lists: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    at: datetime
    what: str
    who: str
    why: str


_keepers: list[Callable[[Any], Kept]] = []


def keeps(keeper: Callable[[Any], Kept]) -> Callable[[Any], Kept]:
    if keeper not in _keepers:
        _keepers.append(keeper)
    return keeper


def traces_of(user: Any) -> list[Trace]:
    """Return the last acts of others that touched what is kept of an account's person, the newest first."""
    records = nlargest(SHOWN, _records(user), key=lambda record: record.seq)
    return [Trace(record.at, _what(record), record.role_label, record.reason) for record in records]


def _records(user: Any) -> Iterator[Record]:
    """The newest of each kind: every part is found by an index of its own."""
    own = str(user.uid)
    kept = [Kept(rows=((user._meta.label_lower, user.uid),)), *(keeper(user) for keeper in _keepers)]
    for part in kept:
        for object_type, uid in part.rows:
            about = Record.objects.about(object_type, uid).filter(succeeded=True).exclude(actor_uid__in=[own, ""])
            yield from about.order_by("-seq")[:SHOWN]
        for action, places in part.lists:
            exported = Record.objects.filter(action=action, organization_id__in=places).exclude(actor_uid=own)
            yield from exported.order_by("-seq")[:SHOWN]


def _what(record: Record) -> str:
    """显示完整信息：身份证号, 修改党员信息：民族、籍贯: which fields, never their values."""
    if record.action.endswith(".export"):
        return record.action_label
    named = record.action == "accounts.reveal"
    fields = [after if named else label for label, _, after in record.changes]
    return f"{record.action_label}：{'、'.join(fields)}" if fields else record.action_label
