"""附件 of a member: kept with the record, a line of a table, or an act of 党籍管理. Source: screens.md 2.5, 2.6."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from members.models import Member, MemberFile, Standing
from members.models.entries import Entry
from members.sections import TABLES, Table
from members.services.locking import record_of
from orgs.services.parents import signature
from partyplatform import audit

MOST = 50  # on the page of one member
GENERAL, MEMBERSHIP = "扩展信息集", "党籍管理"


@transaction.atomic
def attach(
    member: Member,
    *,
    upload: UploadedFile,
    by: audit.ActingRole,
    table: Table | None = None,
    entry: Entry | None = None,
) -> MemberFile:
    """Keep a scan (pdf, jpg, png, at most 10 MB) with a record, or with a line of one of its tables.

    Raises ValidationError with the reason, `OutOfReach` as every change of a record does.
    """
    member = record_of(member, by=by)
    if entry is not None:
        _refuse_without_line(table, entry, member)
    place = {"table": table.slug, "entry": entry.pk} if table and entry else {}
    file = keep(member, upload, by=by, **place)
    audit.record(
        by,
        "members.attach",
        member,
        organization=member.organization_id,
        changes=[[f"附件（{place_of(file)}）", "", file.original_name]],
    )
    return file


def keep(member: Member, upload: UploadedFile, *, by: audit.ActingRole, **place: Any) -> MemberFile:
    """Store a scan for a member the caller has locked; the audit record is the caller's."""
    if MemberFile.objects.of(member).count() >= MOST:
        raise ValidationError({"file": f"该党员已有 {MOST} 个附件，请先移除不再需要的附件"})
    file = MemberFile(member=member, uploaded_by=signature(by), **place)
    try:
        file.hold(upload)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from None
    file.save(force_insert=True)
    return file


@transaction.atomic
def detach(file: MemberFile, *, by: audit.ActingRole) -> None:
    """Take a file off the page; it stays for the record. Doing it twice changes nothing."""
    member = record_of(file.member, by=by)
    if not file.take_off():
        return
    audit.record(
        by,
        "members.detach",
        member,
        organization=member.organization_id,
        changes=[[f"附件（{place_of(file)}）", file.original_name, ""]],
    )


@transaction.atomic
def note_opening(file: MemberFile, *, by: audit.ActingRole) -> None:
    """Record that a file left the platform, before it does."""
    audit.record(
        by,
        "members.open_file",
        file.member,
        organization=file.member.organization_id,
        changes=[[f"附件（{place_of(file)}）", "", file.original_name]],
    )


def place_of(file: MemberFile) -> str:
    """Return what a file belongs to, in words."""
    if file.table:
        return TABLES[file.table].label
    return MEMBERSHIP if file.standing_id else GENERAL


def by_line(kept: Iterable[MemberFile]) -> dict[tuple[str, int], list[MemberFile]]:
    """Return the files of lines, by (table, line)."""
    found: dict[tuple[str, int], list[MemberFile]] = {}
    for file in kept:
        if file.table:
            found.setdefault((file.table, file.entry or 0), []).append(file)
    return found


def by_standing(kept: Iterable[MemberFile]) -> dict[int, list[MemberFile]]:
    """Return the files of acts of 党籍管理, by standing."""
    found: dict[int, list[MemberFile]] = {}
    for file in kept:
        if file.standing_id:
            found.setdefault(file.standing_id, []).append(file)
    return found


def latest_standing(member: Member) -> Standing:
    """Return the row that the act just carried out has written."""
    return Standing.objects.of(member).get(ends_on=None)


def _refuse_without_line(table: Table | None, entry: Entry, member: Member) -> None:
    if table is None or not table.takes_files:
        raise ValidationError("该项不上传附件")
    if not table.model._base_manager.filter(pk=entry.pk, member=member, removed_at=None).exists():
        raise ValidationError(f"该条{table.label}已删除，不能上传附件")
