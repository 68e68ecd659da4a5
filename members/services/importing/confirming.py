"""Checking a kept sheet, and bringing a checked one into the roll."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.powers import Power
from members.models import Member, MemberImport
from members.services.importing import storing
from members.services.importing.checking import Check, check
from members.services.importing.rows import BRANCH, Row
from members.services.importing.sessions import locked, rows_of, write
from orgs.models import Organization
from partyplatform import audit
from partyplatform.audit import ActingRole

State = MemberImport.State
MANY_ELSEWHERE = 20  # rows of one sheet about people out of reach
OVERTAKEN = "导入时有人刚刚登记了表中的党员，没有导入，请重新确认"


def _nobody(session: MemberImport) -> None:
    """Nobody waits for the outcome beside the caller."""


def check_kept(
    session: MemberImport, *, by: ActingRole, ended: Callable[[MemberImport], None] = _nobody
) -> MemberImport:
    """Check the rows of a session that waits; `ended` is told the outcome inside the transaction.

    The check itself is outside: a long one must not keep other writers of SQLite waiting. Raises
    MemberImport.DoesNotExist as `confirm` does.
    """
    checked = check(rows_of(session), by=by, today=timezone.localdate())
    with transaction.atomic():
        session = locked(session, by=by)
        if session.state == State.WAITING:
            write(session, checked)
        ended(session)
        _alarm(session, checked, by=by)
    return session


def _alarm(session: MemberImport, checked: Check, *, by: ActingRole) -> None:
    """Tell those above of a sheet that asks of many strangers whether they are on the roll (security.md 43)."""
    if checked.elsewhere >= MANY_ELSEWHERE:
        changes, reason = (
            [["其他组织的身份证号", "", f"{checked.elsewhere} 个"]],
            "导入表中有多个身份证号登记在其他组织",
        )
        place = session.organization_id
        audit.alarm(by, "members.import_elsewhere", session, organization=place, changes=changes, reason=reason)


@transaction.atomic
def confirm(
    session: MemberImport,
    *,
    by: ActingRole,
    reached: Callable[[int, int], None] = lambda done, total: None,
    ended: Callable[[MemberImport], None] = _nobody,
) -> MemberImport:
    """Bring all rows of a checked session into the roll, or none; return the session as it stands then.

    A session that is done stays as it is, so a repeat has no further effect. The rows are checked again with their
    branches and members locked: when they would now do something else than the preview showed, the session gets the
    new preview and waits for another confirmation. Source: security.md 54, 57, 60.

    `reached` and `ended` are those of `orgs.services.importing.confirm`: a background job ends inside the
    transaction, before the audit records.

    Raises PermissionDenied without the power, MemberImport.DoesNotExist when the session is not the caller's own or
    was replaced, ValidationError when somebody in it was entered at this very moment.
    """
    if not by.can(Power.IMPORT_MEMBERS):  # type: ignore[attr-defined]
        raise PermissionDenied
    session = locked(session, by=by)
    if session.state != State.CHECKED:
        ended(session)
        return session
    rows = rows_of(session)
    _hold(session, rows)
    checked = check(rows, by=by, today=timezone.localdate())
    if checked.counts["faulty"] or checked.fingerprint != session.result["fingerprint"]:
        write(session, checked)
        ended(session)
        return session
    reached(len(rows) // 3, len(rows))
    acts = _stored(session, checked, by=by)
    reached(len(rows), len(rows))
    ended(session)
    audit.record_many(acts)
    return session


def _hold(session: MemberImport, rows: list[Row]) -> None:
    """Lock the branches, then the members the preview named: what the check reads now stays true."""
    codes = {row.values[BRANCH] for row in rows if BRANCH in row.values}
    known = session.rows.exclude(member=None).values("member")
    homes = Member.objects.filter(pk__in=known).values("organization")
    places = {
        *Organization.objects.filter(code__in=codes).values_list("pk", flat=True),
        *homes.values_list("organization", flat=True),
    }
    held = Organization.objects.filter(pk__in=places).order_by("pk")
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk"))
    members = Member.objects.filter(pk__in=known).order_by("pk")
    list(members.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _stored(session: MemberImport, checked: Check, *, by: ActingRole) -> list[audit.Act]:
    try:
        with transaction.atomic():
            return storing.store(session, checked, by=by)
    except IntegrityError:  # the unique key of the roll: another sheet or form was faster
        raise ValidationError(OVERTAKEN) from None
