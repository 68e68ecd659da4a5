"""导入党组织: bringing a checked sheet of organisations into the tree."""

from copy import copy
from typing import Any

from django.db.models import F

from orgs import totals, tree
from orgs.codes import UnitRelation
from orgs.figures import own_figures
from orgs.models import ImportSession, Organization, OrganizationProfile
from orgs.search import search_text
from orgs.services.importing.checking import PROFILE_FIELDS, Check
from orgs.services.importing.rows import Entry
from orgs.services.numbering import keep_clear_of, next_codes
from orgs.services.organizations import FIELDS
from orgs.signals import organization_created
from partyplatform.audit import Act, ActingRole
from partyplatform.ui.stale import Stale

_BATCH = 500


def apply(checked: Check, *, by: ActingRole) -> None:
    """Write every row of a faultless check into the tree; the caller holds the tree lock and a transaction."""
    _update([entry for entry in checked.ordered if entry.outcome == "update"])
    new = [entry for entry in checked.ordered if entry.is_new]
    _create(
        sorted(new, key=lambda entry: (entry.depth, entry.row.values.get("position", float("inf")), entry.row.number))
    )
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
    names = [name for name in FIELDS if any(getattr(entry.organization, name) != entry.was[name] for entry in changed)]
    if "full_name" in names or "short_name" in names:
        names.append("search_text")
    if names:
        Organization.objects.bulk_update(organizations.values(), names, batch_size=_BATCH)
    rows.update(version=F("version") + 1)
    for entry in changed:
        _reclassify(entry)
    _write_profiles(changed)
    carried = {entry.organization.pk: entry.organization.unit_name for entry in changed if _has_new_unit(entry)}
    _spread_units(carried)


def _reclassify(entry: Entry) -> None:
    """Carry a new type, or a branch's becoming functional, into the totals above it."""
    past = copy(entry.organization)
    past.org_type, past.is_functional = entry.was["org_type"], entry.was["is_functional"]
    before = own_figures(past)
    if own_figures(entry.organization) != before:
        totals.reclassify(entry.organization, before=before)


def _has_new_unit(entry: Entry) -> bool:
    return entry.organization.unit_name != entry.was["unit_name"]


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


def became(checked: Check) -> list[dict[str, Any]]:
    """Return what became of each row, as a finished session keeps it."""
    return [
        {
            "n": entry.row.number,
            "o": entry.outcome,
            "name": entry.organization.short_name,
            "code": entry.organization.code,
            "parent": entry.organization.parent.short_name if entry.organization.parent else "",
            "pk": entry.organization.pk,
            "c": [] if entry.is_new else entry.changes,
        }
        for entry in checked.entries
    ]


def acts(session: ImportSession, checked: Check, *, by: ActingRole) -> list[Act]:
    """One record for each organisation touched, and one for the import as a whole."""
    reason = f"导入：{session.file_name}"
    touched = [
        Act(
            by,
            "orgs.create" if entry.is_new else "orgs.update",
            entry.organization,
            organization=entry.organization,
            changes=entry.changes,
            reason=reason,
        )
        for entry in checked.ordered
        if entry.changes
    ]
    counts, target = checked.counts, session.organization
    summary: list[list[Any]] = [
        ["文件", "", session.file_name],
        ["新增", "", counts["new"]],
        ["更新", "", counts["update"]],
    ]
    return [*touched, Act(by, "orgs.import", target, organization=target, changes=summary)]
