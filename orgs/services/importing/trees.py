"""导入党组织: bringing a checked sheet of organisations into the tree."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orgs import tree
from orgs.codes import UnitRelation
from orgs.models import ImportSession, Organization, OrganizationProfile
from orgs.search import search_text
from orgs.services.importing.checking import PROFILE_FIELDS, Check, check
from orgs.services.importing.rows import Entry, Row
from orgs.services.importing.sessions import finish, locked, write
from orgs.services.numbering import keep_clear_of, next_codes
from orgs.services.organizations import FIELDS
from orgs.signals import organization_created
from partyplatform import audit
from partyplatform.audit import Act
from partyplatform.locks import tree_lock
from partyplatform.ui.stale import Stale

_BATCH = 500


@transaction.atomic
def confirm(session: ImportSession, *, by) -> ImportSession:
    """Bring all rows of a checked session in, or none; return the session as it stands then.

    A session that is done stays as it is, so a repeat has no further effect. The rows are checked again under the
    tree's lock: when they would now do something else than the preview showed, the session gets the new preview and
    waits for another confirmation. Source: security.md 54, 55, 60.
    """
    tree_lock()
    session = locked(session, by=by)
    if session.state == ImportSession.State.DONE:
        return session
    if not session.organization.is_living:
        raise ValidationError(f"“{session.organization.short_name}”已撤销，不能导入")
    rows = [Row.unpacked(stored) for stored in session.rows]
    checked = check(rows, target=session.organization, by=by, today=timezone.localdate())
    if session.faults or checked.faults or checked.fingerprint != session.result["fingerprint"]:
        if not session.faults:
            write(session, checked)
        return session
    _bring_in(checked, by=by)
    finish(session, [_became(entry) for entry in checked.entries])
    audit.record_many(_acts(session, checked, by=by))
    return session


def _bring_in(checked: Check, *, by) -> None:
    _update([entry for entry in checked.ordered if entry.outcome == "update"])
    new = [entry for entry in checked.ordered if entry.is_new]
    _create(sorted(new, key=lambda entry: (entry.depth, entry.row.values.get("position", float("inf")), entry.row.number)))
    for entry in new:
        organization_created.send(Organization, organization=entry.organization, by=by)


def _create(new: list[Entry]) -> None:
    """Insert new organisations, parents first, siblings in the order of 排序号, then of the sheet."""
    brought = [entry.organization.code for entry in new if entry.organization.code]
    keep_clear_of(brought)
    fresh = iter(next_codes(len(new) - len(brought)) if len(brought) < len(new) else ())
    for entry in new:
        organization = entry.organization
        organization.code = organization.code or next(fresh)
        organization.search_text = search_text(organization)
    tree.insert_many([entry.organization for entry in new])
    profiles = [_own_profile(entry) for entry in new if any(name in entry.row.values for name in PROFILE_FIELDS)]
    OrganizationProfile.objects.bulk_create(profiles, batch_size=_BATCH)


def _update(changed: list[Entry]) -> None:
    """Write changed organisations; raises `Stale` when one was saved by somebody else since it was read."""
    if not changed:
        return
    organizations = {entry.organization.pk: entry.organization for entry in changed}
    rows = Organization.objects.filter(pk__in=organizations)
    versions = dict(rows.order_by("pk").select_for_update().values_list("pk", "version"))
    if any(versions.get(pk) != organization.version for pk, organization in organizations.items()):
        raise Stale
    for organization in organizations.values():
        organization.search_text = search_text(organization)
    names = sorted({name for entry in changed for name in FIELDS if getattr(entry.organization, name) != entry.was[name]})
    Organization.objects.bulk_update(organizations.values(), [*names, "search_text"], batch_size=_BATCH)
    rows.update(version=F("version") + 1)
    _write_profiles(changed)
    _spread_units({entry.organization.pk: entry.organization.unit_name for entry in changed})


def _write_profiles(changed: list[Entry]) -> None:
    OrganizationProfile.objects.bulk_create(
        [_own_profile(entry) for entry in changed if any(name in entry.row.values for name in PROFILE_FIELDS)],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["organization"],
        update_fields=PROFILE_FIELDS,
    )


def _spread_units(units: dict[int, str]) -> None:
    """Carry changed units down, a level at a time, to organisations of the same legal person outside the sheet."""
    while units:
        children = Organization.objects.filter(parent__in=units, unit_relation=UnitRelation.SAME_AS_PARENT)
        below = {
            pk: units[parent]
            for pk, parent, unit in children.values_list("pk", "parent_id", "unit_name")
            if unit != units[parent]
        }
        for unit in set(below.values()):
            Organization.objects.filter(pk__in=[pk for pk in below if below[pk] == unit]).update(unit_name=unit)
        units = below


def _own_profile(entry: Entry) -> OrganizationProfile:
    entry.profile.organization = entry.organization
    return entry.profile


def _became(entry: Entry) -> dict[str, Any]:
    organization = entry.organization
    return {
        "n": entry.row.number,
        "o": entry.outcome,
        "name": organization.short_name,
        "code": organization.code,
        "pk": organization.pk,
        "c": [] if entry.is_new else entry.changes,
    }


def _acts(session: ImportSession, checked: Check, *, by) -> list[Act]:
    """One record for each organisation touched, and one for the import as a whole."""
    acts = [
        Act(
            by=by,
            action="orgs.create" if entry.is_new else "orgs.update",
            obj=entry.organization,
            organization=entry.organization,
            changes=entry.changes,
            reason=f"导入：{session.file_name}",
        )
        for entry in checked.ordered
        if entry.changes
    ]
    counts = checked.counts
    summary = [["文件", "", session.file_name], ["新增", "", counts["new"]], ["更新", "", counts["update"]]]
    return [
        *acts,
        Act(by=by, action="orgs.import", obj=session.organization, organization=session.organization, changes=summary),
    ]
