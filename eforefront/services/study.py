"""学时 entered by hand by the branch of a member. Source: workflows.md 7.4."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import StudyEntry
from members.models import Member
from members.services.locking import record_of
from orgs.services.parents import signature
from partyplatform import audit

MOST_IN_A_DAY = 16  # halves: four 学时 each half day


@transaction.atomic
def enter(member: Member, *, on: datetime.date, subject: str, halves: int, by: audit.ActingRole) -> StudyEntry:
    """Enter 学时 in halves; a day holds eight at most, whatever was entered for it before."""
    member = _taken(member, by=by)
    before = StudyEntry.objects.of(member).filter(on=on).values_list("halves", flat=True)
    if sum(before) + halves > MOST_IN_A_DAY:
        raise ValidationError({"hours": f"{on:%Y-%m-%d} 已登记 {sum(before) / 2:g} 学时，一天最多 8 学时"})
    entry = StudyEntry(member=member, on=on, subject=subject, halves=halves, by_name=signature(by))
    entry.full_clean(exclude=["member"])
    entry.save(force_insert=True)
    _record(entry, member, by=by, changes=[[subject, "", f"{entry.hours:g} 学时"]])
    return entry


@transaction.atomic
def remove(entry: StudyEntry, *, by: audit.ActingRole) -> None:
    """Take an entry off the page. Doing it twice changes nothing."""
    member = _taken(entry.member, by=by)
    if StudyEntry.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=timezone.now()):
        _record(entry, member, by=by, changes=[[entry.subject, f"{entry.hours:g} 学时", ""]])


def _taken(member: Member, *, by: audit.ActingRole) -> Member:
    member = record_of(member, by=by)
    if not by.can(Power.KEEP_GATHERINGS) or member.organization_id != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("学时由党员所在党支部登记。")
    return member


def _record(entry: StudyEntry, member: Member, *, by: audit.ActingRole, changes: list[list[str]]) -> None:
    audit.record(by, "eforefront.study_hours", member, organization=member.organization_id, changes=changes)
