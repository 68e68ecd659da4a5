"""An uploaded sheet between its check and the day nobody can undo it any more: what is kept of it, and for how long."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models import ImportRow, MemberImport
from members.models.imports import CONTENTS, UNDOABLE
from members.services.importing.checking import Check
from members.services.importing.rows import Row, row_of
from orgs.models import Organization
from partyplatform import bulk, uploads
from partyplatform.audit import ActingRole
from partyplatform.chores import chore

KEPT_UNCONFIRMED = datetime.timedelta(days=7)
MOST_UNCONFIRMED = 5  # of one person; the oldest makes room
_BATCH = 500
State = MemberImport.State


@dataclass(frozen=True)
class Sheet:
    """What was read of an upload: its name, its fingerprint, its filled rows.

    `columns` says under which letter each field stands, `ignored` holds headings nobody knows.
    """

    name: str
    sha256: str
    rows: Collection[Row]
    columns: dict[str, str] = field(default_factory=dict)
    ignored: Collection[str] = ()


def earlier(sheet: Sheet, *, by: ActingRole) -> MemberImport | None:
    """Return the session in which the same person brought the same file in, unless it was taken back."""
    done = MemberImport.objects.visible_to(by).filter(state=State.DONE, organization=by.organization_id)
    return done.filter(owner_uid=str(by.user_uid), sha256=sheet.sha256).order_by("done_at").first()


@transaction.atomic
def keep(sheet: Sheet, *, target: Organization, by: ActingRole) -> MemberImport:
    """Store the rows of a sheet, sealed; the person's oldest unconfirmed sheets make room when there are too many.

    The file itself is not kept: it holds 身份证号 in clear.
    """
    forget_old()
    waiting = MemberImport.objects.filter(owner_uid=str(by.user_uid), done_at=None).order_by("-created_at", "-pk")
    for session in waiting[MOST_UNCONFIRMED - 1 :]:
        _drop(MemberImport.objects.filter(pk=session.pk))
    session = MemberImport.objects.create(
        state=State.WAITING,
        organization=target,
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        file_name=uploads.clean_name(sheet.name),
        sha256=sheet.sha256,
        result={"rows": len(sheet.rows), "columns": sheet.columns, "ignored": list(sheet.ignored)},
    )
    bulk.insert([_sealed(ImportRow(sheet=session, number=row.number), row) for row in sheet.rows])
    return session


@transaction.atomic
def repair(session: MemberImport, *, rows: Collection[Row], dropped: Collection[int], by: ActingRole) -> MemberImport:
    """Put corrected rows in the place of those that were typed and leave rows out; the sheet waits for its check.

    Raises MemberImport.DoesNotExist as `locked` does. A sheet that is no longer faulty stays as it is.
    """
    session = locked(session, by=by)
    if session.state not in (State.FAULTY, State.CHECKED):
        return session
    stored = {row.number: row for row in session.rows.filter(number__in=[row.number for row in rows])}
    changed = [_sealed(stored[row.number], row) for row in rows if row.number in stored]
    ImportRow.objects.bulk_update(changed, ["content_sealed"], batch_size=_BATCH)
    session.rows.filter(number__in=dropped).delete()
    session.result["rows"] = session.rows.count()
    session.state = State.WAITING
    session.save(update_fields=["state", "result"])
    return session


def write(session: MemberImport, checked: Check) -> None:
    """Write the outcome of a check into the session and its rows, whatever their number, in a few statements."""
    rows = {row.number: row for row in session.rows.all()}
    for entry in checked.entries:
        row = _sealed(rows[entry.row.number], entry.row)
        row.outcome, row.has_remarks = entry.outcome, bool(entry.row.remarks)
        row.member = None if entry.is_new else entry.member
    put(rows.values(), "outcome", "has_remarks", "member", "content_sealed")
    session.result |= {**checked.counts, "fingerprint": checked.fingerprint}
    session.state = State.FAULTY if checked.counts["faulty"] else State.CHECKED
    session.save(update_fields=["result", "state"])


def put(rows: Iterable[ImportRow], *fields: str) -> None:
    """Save these fields of stored rows, thousands of them in a few statements."""
    bulk.replace(ImportRow.objects.all(), list(rows), fields=fields)


def rows_of(session: MemberImport) -> list[Row]:
    """Return the rows of an unconfirmed session in the order of the sheet."""
    return [row_of(stored) for stored in session.rows.order_by("number")]


@transaction.atomic
def withdraw(session: MemberImport, *, by: ActingRole) -> None:
    """Give an unconfirmed session up: nothing of it stays. One that is done stays."""
    session = locked(session, by=by)
    if session.is_open:
        _drop(MemberImport.objects.filter(pk=session.pk))


@chore
@transaction.atomic
def forget_old(now: datetime.datetime | None = None) -> int:
    """Delete sheets nobody confirmed for a week, and empty the rows of those nobody can undo any more.

    Return how many sheets were deleted.
    """
    moment = now or timezone.now()
    over = ImportRow.objects.filter(sheet__done_at__lt=moment - UNDOABLE).exclude(content_sealed=b"")
    over.update(content_sealed=b"")
    ImportRow.objects.filter(sheet__state=State.UNDONE).exclude(content_sealed=b"").update(content_sealed=b"")
    return _drop(MemberImport.objects.filter(done_at=None, created_at__lt=moment - KEPT_UNCONFIRMED))


def _drop(sessions: QuerySet[MemberImport]) -> int:
    ImportRow.objects.filter(sheet__in=sessions.order_by().values("pk")).order_by().delete()
    return sessions.order_by().delete()[1].get(MemberImport._meta.label, 0)


def _sealed(stored: ImportRow, row: Row) -> ImportRow:
    CONTENTS.put(stored, row.packed())
    return stored


def locked(session: MemberImport, *, by: ActingRole) -> MemberImport:
    """Return the session as it stands now, held until the end of the transaction: the caller's own, or one that a
    colleague at the same organisation has brought in.

    Raises MemberImport.DoesNotExist when it was replaced, or its organisation left the caller's reach.
    """
    rows = MemberImport.objects.open_to(by)
    return rows.select_for_update(of=("self",)).select_related("organization").get(pk=session.pk)
