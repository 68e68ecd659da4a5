"""An upload between its check and its confirmation: what is kept of it, and for how long."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from orgs.models import ImportSession, Organization
from orgs.services.importing.rows import Fault, Row
from partyplatform import uploads
from partyplatform.audit import ActingRole
from partyplatform.chores import chore

KEPT_UNCONFIRMED = datetime.timedelta(days=7)
MOST_UNCONFIRMED = 10  # of one person; the oldest makes room


@dataclass(frozen=True)
class Sheet:
    """What was read of an upload: its name, its fingerprint, its filled rows, headings nobody knows."""

    name: str
    sha256: str
    rows: Collection[Row]
    ignored: Collection[str] = ()


class Checked(Protocol):
    """The outcome of a check, of whatever kind of sheet."""

    @property
    def faults(self) -> list[Fault]: ...
    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def fingerprint(self) -> str: ...
    def listed(self) -> list[dict[str, Any]]: ...


def earlier(sheet: Sheet, *, kind: str, target: Organization, by: ActingRole) -> ImportSession | None:
    """Return the session in which the same person brought the same file in under the same organisation."""
    done = ImportSession.objects.visible_to(by).filter(kind=kind, state=ImportSession.State.DONE)
    return done.filter(organization=target, owner_uid=str(by.user_uid), sha256=sheet.sha256).order_by("done_at").first()


@transaction.atomic
def keep(
    sheet: Sheet,
    checked: Checked,
    *,
    kind: str,
    target: Organization,
    by: ActingRole,
    upload: UploadedFile | None = None,
) -> ImportSession:
    """Store a checked sheet in place of what the same person left unconfirmed there before.

    The person's oldest unconfirmed sheets make room when there are too many.
    The `upload` itself is kept for the error workbook until the session is done or replaced.
    """
    _make_room(kind=kind, target=target, by=by)
    session = _new(sheet, kind=kind, target=target, by=by, upload=upload)
    write(session, checked)
    return session


@transaction.atomic
def keep_unchecked(
    sheet: Sheet, *, kind: str, target: Organization, by: ActingRole, upload: UploadedFile
) -> ImportSession:
    """Store a sheet that a background job will check, as `keep` does."""
    _make_room(kind=kind, target=target, by=by)
    session = _new(sheet, kind=kind, target=target, by=by, upload=upload)
    session.state = ImportSession.State.WAITING
    session.result |= dict.fromkeys(("new", "update", "same", "faulty", "parents"), 0)
    session.save()
    return session


def _make_room(*, kind: str, target: Organization, by: ActingRole) -> None:
    forget_old()
    waiting = ImportSession.objects.filter(owner_uid=str(by.user_uid)).exclude(state=ImportSession.State.DONE)
    _drop(waiting.filter(kind=kind, organization=target))
    oldest = waiting.order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_UNCONFIRMED - 1 :]
    _drop(ImportSession.objects.filter(pk__in=list(oldest)))


def _new(
    sheet: Sheet, *, kind: str, target: Organization, by: ActingRole, upload: UploadedFile | None
) -> ImportSession:
    return ImportSession(
        kind=kind,
        organization=target,
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        file_name=uploads.clean_name(sheet.name),
        sha256=sheet.sha256,
        stored_name=uploads.store(upload, kinds=("xlsx",)).name if upload is not None else "",
        result={"ignored": list(sheet.ignored), "rows": len(sheet.rows)},
    )


def write(session: ImportSession, checked: Checked) -> None:
    """Write the outcome of a check into the session."""
    faults = checked.faults
    session.rows = checked.listed()
    session.faults = [fault.packed() for fault in faults]
    session.result |= {**checked.counts, "fingerprint": checked.fingerprint}
    session.state = ImportSession.State.FAULTY if faults else ImportSession.State.CHECKED
    session.save()


def finish(session: ImportSession, rows: list[dict[str, Any]]) -> None:
    """Mark the session as brought in; of its rows only what became of them stays, the upload goes."""
    uploads.discard(session.stored_name)
    session.rows, session.stored_name = rows, ""
    session.state = ImportSession.State.DONE
    session.done_at = timezone.now()
    session.save()


@transaction.atomic
def withdraw(session: ImportSession, *, by: ActingRole) -> None:
    """Give an unconfirmed session up: nothing of it stays. One that is done stays."""
    session = locked(session, by=by)
    if session.state != ImportSession.State.DONE:
        _drop(ImportSession.objects.filter(pk=session.pk))


@chore
@transaction.atomic
def forget_old(now: datetime.datetime | None = None) -> int:
    """Delete sessions that nobody confirmed for a week; return their number."""
    before = (now or timezone.now()) - KEPT_UNCONFIRMED
    return _drop(ImportSession.objects.exclude(state=ImportSession.State.DONE).filter(created_at__lt=before))


@uploads.owns_files
def uploads_in_use(names: Collection[str]) -> Iterable[str]:
    """Return those of the stored names that a session still needs."""
    return ImportSession.objects.filter(stored_name__in=names).values_list("stored_name", flat=True)


def _drop(sessions: QuerySet[ImportSession]) -> int:
    for stored_name in sessions.exclude(stored_name="").values_list("stored_name", flat=True):
        uploads.discard(stored_name)
    return sessions.order_by().delete()[0]


def locked(session: ImportSession, *, by: ActingRole) -> ImportSession:
    """Return the session as it stands now, held until the end of the transaction; it must be the caller's own.

    Raises ImportSession.DoesNotExist when it was replaced, or its organisation left the caller's reach.
    """
    own = ImportSession.objects.visible_to(by).filter(owner_uid=str(by.user_uid))
    return own.select_for_update(of=("self",)).select_related("organization").get(pk=session.pk)
