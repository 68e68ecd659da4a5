"""What others lately did with what is kept of a person: shown in full, exported, changed. Source: security.md 40.

Who did it appears as a role at an organisation, never by name. What is kept of a person outside accounts, the app that
keeps it says: `@keeps` before a function(user) -> Kept, in AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

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
    return [Trace(record.at, _what(record), record.role_label, record.reason) for record in _records(user)]


def _records(user: Any) -> QuerySet[Record]:
    """The newest of all kinds, in one statement whose every part is found by an index of its own."""
    own = str(user.uid)
    kept = [Kept(rows=((user._meta.label_lower, user.uid),)), *(keeper(user) for keeper in _keepers)]
    rows = [Record.objects.about(*row).filter(succeeded=True) for part in kept for row in part.rows]
    lists = [
        Record.objects.filter(action=action, organization_id__in=places)
        for part in kept
        for action, places in part.lists
        if places
    ]
    foreign = [about.exclude(actor_uid__in=[own, ""]) for about in rows] + [out.exclude(actor_uid=own) for out in lists]
    parts = [found.order_by("-seq").values("seq")[:SHOWN].query.sql_with_params() for found in foreign]
    together = " UNION ALL ".join(f"SELECT seq FROM ({text}) AS part{place}" for place, (text, _) in enumerate(parts))
    given = [value for _, values in parts for value in values]
    return Record.objects.filter(pk__in=RawSQL(together, given)).order_by("-seq")[:SHOWN]


def _what(record: Record) -> str:
    """显示完整信息：身份证号, 修改党员信息：民族、籍贯: which fields, never their values."""
    if record.action.endswith(".export"):
        return record.action_label
    named = record.action == "accounts.reveal"
    fields = [after if named else label for label, _, after in record.changes]
    return f"{record.action_label}：{'、'.join(fields)}" if fields else record.action_label
