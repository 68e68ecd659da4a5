"""The other sections of a record: single items in `MemberProfile`, lines in tables. Source: screens.md 2.5."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from members.models import Member, MemberProfile
from members.models.entries import Entry
from members.models.members import NUMBERS
from members.models.profiles import EMERGENCY_PHONES, FORMER_NUMBERS, RESIDENCES
from members.sections import Section, Table
from members.services import checking, pasts
from members.services.locking import record_of
from members.services.overtaking import overtaken
from members.services.periods import dated, refuse_closed_for
from members.services.records import CHANGED, KEPT
from partyplatform import audit
from partyplatform.ui.stale import Stale

_GIVEN = "given_on"
SEALED = {"former_number": FORMER_NUMBERS, "residence": RESIDENCES, "emergency_phone": EMERGENCY_PHONES}


def profile_of(member: Member) -> MemberProfile:
    """Return the row of single items, an unsaved one where nothing was entered yet."""
    return MemberProfile.objects.filter(member=member).first() or MemberProfile(member=member, version=0)


@transaction.atomic
def update_items(
    member: Member, section: Section, *, by: audit.ActingRole, version: int, values: Mapping[str, Any]
) -> MemberProfile:
    """Change single items of a section; sealed ones come in clear and only when they are to be replaced.

    Raises `Stale`, `OutOfReach`, ValidationError as `records.update` does.
    """
    member = record_of(member, by=by)
    profile = profile_of(member)
    plain = [name for name in section.items if name in values and name not in SEALED]
    if profile.version != version:
        raise overtaken(
            member,
            audit.conflicts(profile, {name: values[name] for name in plain}),
            typed=[column.label for name, column in SEALED.items() if values.get(name)],
            secret=[column.label for name, column in SEALED.items() if name in section.items],
            saves=profile.version - version,
        )
    _check_former_number(member, id_numbers.normalise(values.get("former_number") or ""))
    before = audit.snapshot(profile, plain)
    for name in plain:
        setattr(profile, name, values[name])
    changes = audit.differences(before, audit.snapshot(profile, plain), audit.labels(MemberProfile, plain))
    changes += _sealed(profile, values)
    profile.full_clean(exclude=["member"])
    if changes:
        if "front_line" in plain:
            pasts.keep([member], front_lines={member.pk: profile.front_line})
        profile.version += 1
        profile.save()
        checking.follow(member)
        audit.record(by, "members.update_section", member, organization=member.organization_id, changes=changes)
    return profile


@transaction.atomic
def add(table: Table, member: Member, *, by: audit.ActingRole, values: Mapping[str, Any]) -> Entry:
    """Enter a line into a table of the member's record."""
    member = record_of(member, by=by)
    entry = table.model(member=member, **values)
    entry.full_clean()
    refuse_closed_for(member, *dated(entry), field=_GIVEN)
    entry.save(force_insert=True)
    _record(by, member, table, audit.differences({}, audit.snapshot(entry, table.fields), _labels(table)))
    return entry


@transaction.atomic
def change(table: Table, entry: Entry, *, by: audit.ActingRole, version: int, values: Mapping[str, Any]) -> Entry:
    """Change a line. Raises `Stale` when somebody was faster, or took it off the page."""
    member = record_of(entry.member, by=by)
    entry = table.model._base_manager.get(pk=entry.pk)
    if entry.version != version or entry.removed_at is not None:
        raise Stale(audit.conflicts(entry, values))
    before, days = audit.snapshot(entry, table.fields), dated(entry)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.full_clean()
    refuse_closed_for(member, *days, *dated(entry), field=_GIVEN)
    if changes := audit.differences(before, audit.snapshot(entry, table.fields), _labels(table)):
        entry.version += 1
        entry.save()
        _record(by, member, table, changes)
    return entry


@transaction.atomic
def remove(table: Table, entry: Entry, *, by: audit.ActingRole) -> None:
    """Take a line off the page; it stays in the database. Doing it twice changes nothing."""
    member = record_of(entry.member, by=by)
    entry = table.model._base_manager.get(pk=entry.pk)
    if entry.removed_at is not None:
        return
    refuse_closed_for(member, *dated(entry))
    entry.removed_at = timezone.now()
    entry.save(update_fields=["removed_at"])
    _record(by, member, table, audit.differences(audit.snapshot(entry, table.fields), {}, _labels(table)))


def _check_former_number(member: Member, number: str) -> None:
    """Raise ValidationError for what never was a 身份证号, and for the one the member bears now."""
    if not number:
        return
    fault = id_numbers.former_problem(number, today=timezone.localdate())
    if not fault and member.id_number_index and member.id_number_index in NUMBERS.search_keys(number):
        fault = "曾用证件号与现在的证件号码相同"
    if fault:
        raise ValidationError({"former_number": fault})


def _sealed(profile: MemberProfile, values: Mapping[str, Any]) -> list[list[str]]:
    changes = []
    for name, column in SEALED.items():
        if typed := values.get(name):
            changes.append([column.label, KEPT if getattr(profile, column.field) else "", CHANGED])
            column.put(profile, column.normalise(typed))
    return changes


def _labels(table: Table) -> dict[str, str]:
    return {name: f"{table.label}：{label}" for name, label in audit.labels(table.model, table.fields).items()}


def _record(by: audit.ActingRole, member: Member, table: Table, changes: list[list[str]]) -> None:
    audit.record(by, "members.update_section", member, organization=member.organization_id, changes=changes)
