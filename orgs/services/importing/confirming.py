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


@transaction.atomic
def confirm(session: ImportSession, *, by: ActingRole) -> ImportSession:
    """Bring all rows of a checked session in, or none; return the session as it stands then.

    A session that is done stays as it is, so a repeat has no further effect. The rows are checked again under the
    tree's lock: when they would now do something else than the preview showed, the session gets the new preview and
    waits for another confirmation. Source: security.md 54, 55, 60.

    Raises ImportSession.DoesNotExist when the session is not the caller's own or was replaced, ValidationError when
    its organisation was dissolved, `Stale` when a record changed at this very moment.
    """
    tree_lock()
    session, way = locked(session, by=by), _way(session.kind)
    if session.state != ImportSession.State.CHECKED:
        return session
    target = session.organization
    if not target.is_living:
        raise ValidationError(f"“{target.short_name}”已撤销，不能导入")
    rows = [Row.unpacked(stored) for stored in session.rows]
    checked = way.check(rows, target=target, by=by, today=timezone.localdate())
    if checked.faults or checked.fingerprint != session.result["fingerprint"]:
        write(session, checked)
        return session
    way.apply(checked, by=by)
    finish(session, way.became(checked))
    audit.record_many(way.acts(session, checked, by=by))
    return session


def _way(kind: str) -> Way:
    return _WAYS[ImportSession.Kind(kind)]
