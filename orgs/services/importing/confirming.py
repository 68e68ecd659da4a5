"""Checking a sheet of either kind, and bringing a checked one in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.models import ImportSession, Organization
from orgs.services.importing import checking, order_checking, orders, trees
from orgs.services.importing.rows import Row
from orgs.services.importing.sessions import Checked, finish, locked, write
from partyplatform import audit
from partyplatform.audit import ActingRole
from partyplatform.locks import tree_lock


@dataclass(frozen=True)
class Way:
    """How one kind of sheet is checked, applied, kept and recorded."""

    check: Callable[..., Checked]
    apply: Callable[..., None]
    became: Callable[..., list[dict[str, Any]]]
    acts: Callable[..., list[audit.Act]]


_WAYS = {
    ImportSession.Kind.TREE: Way(checking.check, trees.apply, trees.became, trees.acts),
    ImportSession.Kind.ORDER: Way(order_checking.check, orders.apply, orders.became, orders.acts),
}


def check_sheet(kind: str, rows: Collection[Row], *, target: Organization, by: ActingRole) -> Checked:
    """Find every fault of every row, and what the rows would do; nothing is written."""
    return _way(kind).check(rows, target=target, by=by, today=timezone.localdate())


def check_kept(
    session: ImportSession, rows: Collection[Row], *, by: ActingRole, ended: Callable[[ImportSession], None]
) -> ImportSession:
    """Check the rows of a session that was kept unchecked; `ended` is told the outcome inside the transaction.

    The check itself is outside: a long one must not keep other writers of SQLite waiting.

    Raises ImportSession.DoesNotExist as `confirm` does.
    """
    checked = check_sheet(session.kind, rows, target=session.organization, by=by)
    with transaction.atomic():
        session = locked(session, by=by)
        if session.state == ImportSession.State.WAITING:
            write(session, checked)
        ended(session)
    return session


def _nobody(session: ImportSession) -> None:
    """Nobody waits for the outcome beside the caller."""


@transaction.atomic
def confirm(
    session: ImportSession,
    *,
    by: ActingRole,
    reached: Callable[[int, int], None] = lambda done, total: None,
    ended: Callable[[ImportSession], None] = _nobody,
) -> ImportSession:
    """Bring all rows of a checked session in, or none; return the session as it stands then.

    A session that is done stays as it is, so a repeat has no further effect. The rows are checked again under the
    tree's lock: when they would now do something else than the preview showed, the session gets the new preview and
    waits for another confirmation. Source: security.md 54, 55, 60.

    `reached(rows done, rows to do)` is told how far the work is, `ended` the outcome, inside the transaction and
    before the audit records: a background job ends there, so that its end and the import are one.

    Raises ImportSession.DoesNotExist when the session is not the caller's own or was replaced, ValidationError when
    its organisation was dissolved, `Stale` when a record changed at this very moment.
    """
    tree_lock()
    session, way = locked(session, by=by), _way(session.kind)
    if session.state != ImportSession.State.CHECKED:
        ended(session)
        return session
    target = session.organization
    if not target.is_living:
        raise ValidationError(f"“{target.short_name}”已撤销，不能导入")
    rows = [Row.unpacked(stored) for stored in session.rows]
    checked = way.check(rows, target=target, by=by, today=timezone.localdate())
    if checked.faults or checked.fingerprint != session.result["fingerprint"]:
        write(session, checked)
        ended(session)
        return session
    reached(len(rows) // 2, len(rows))  # checking takes as long as writing
    way.apply(checked, by=by)
    finish(session, way.became(checked))
    reached(len(rows), len(rows))
    ended(session)
    audit.record_many(way.acts(session, checked, by=by))
    return session


def _way(kind: str) -> Way:
    return _WAYS[ImportSession.Kind(kind)]
