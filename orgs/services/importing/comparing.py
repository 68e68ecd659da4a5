"""What rows must satisfy among each other and against the rest of the tree."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from copy import copy

from orgs import rules
from orgs.guards import Act, reasons_against
from orgs.models import Organization
from orgs.services.importing import known
from orgs.services.importing.known import Known
from orgs.services.importing.rows import HEADINGS, Entry
from partyplatform.audit import ActingRole


def refuse_namesakes(entries: list[Entry], facts: Known) -> None:
    """Refuse codes, full names and short names under one parent that somebody else carries."""
    _refuse_repeated(entries, "code", {id(entry): entry.row.values.get("code") for entry in entries})
    _refuse_repeated(entries, "full_name", {id(entry): entry.organization.full_name for entry in entries})
    places = {id(entry): _place(entry.organization) for entry in entries}
    _refuse_repeated(entries, "short_name", places, text="与第 {row} 行的上级党组织和党组织简称都相同")
    taken = known.siblings(
        {entry.organization.parent.pk for entry in entries if entry.organization.parent is not None} - {None},
        {entry.organization.short_name for entry in entries},
    )
    for entry in entries:
        org = entry.organization
        if facts.taken_names.get(org.full_name, org.pk) != org.pk:
            entry.refuse("full_name", _taken_name(facts, org.full_name))
        if org.parent is not None and taken.get((org.parent.pk, org.short_name), org.pk) != org.pk:
            entry.refuse("short_name", "同一上级党组织下已有相同的党组织简称")


def refuse_updates(entries: list[Entry], facts: Known, *, by: ActingRole) -> None:
    """Refuse changes of existing organisations that the acting role, a rule or a guard does not allow."""
    allowed = known.managed([entry.organization.pk for entry in entries], by=by)
    children = _children([entry.organization for entry in entries if _changes_type(entry)], facts)
    blocked = _blocked(Act.UPDATE, [entry.organization.pk for entry in entries])
    held = _blocked(Act.STOP_HOLDING, [entry.organization.pk for entry in entries if _stops_holding(entry)])
    for entry in entries:
        org = entry.organization
        key = "code" if "code" in entry.row.values else "full_name"
        if org.pk not in allowed:
            entry.refuse(key, "该党组织由上级党组织维护，当前角色不能修改，请删除该行")
        if org.pk in blocked:
            entry.refuse(key, blocked[org.pk])
        entry.refuse("org_type", rules.type_change_problem(entry.was["org_type"], org, children[org.pk]))
        if not entry.was["is_functional"]:
            entry.refuse("is_functional", rules.members_problem(org) or held.get(org.pk, ""))


def _refuse_repeated(
    entries: list[Entry], name: str, values: dict[int, Hashable], *, text: str = "与第 {row} 行的{heading}相同"
) -> None:
    """Refuse a value that several rows would carry, unless all of them carried it before."""
    carriers: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in entries:
        if values[id(entry)]:
            carriers[values[id(entry)]].append(entry)
    for group in carriers.values():
        if len(group) > 1 and any(entry.is_new or entry.changes for entry in group):
            for entry in group:
                other = group[1] if entry is group[0] else group[0]
                entry.refuse(name, text.format(row=other.row.number, heading=HEADINGS[name]))


def _place(org: Organization) -> Hashable:
    return (id(org.parent), org.short_name) if org.parent is not None and org.short_name else None


def _taken_name(facts: Known, full_name: str) -> str:
    """The code of the one who has the name is told where it is in reach."""
    holder = facts.by_full_name.get(full_name)
    return f"党组织全称已存在（编码 {holder.code}）" if holder is not None else "党组织全称已存在"


def _changes_type(entry: Entry) -> bool:
    return entry.organization.org_type != entry.was["org_type"]


def _stops_holding(entry: Entry) -> bool:
    past = copy(entry.organization)
    past.org_type, past.is_functional = entry.was["org_type"], entry.was["is_functional"]
    return past.holds_members and not entry.organization.holds_members


def _children(parents: Iterable[Organization], facts: Known) -> dict[int, list[Organization]]:
    """Return the living children by parent, those named in the sheet as they would stand afterwards."""
    found: dict[int, list[Organization]] = defaultdict(list)
    for child in Organization.objects.living().filter(parent__in=[org.pk for org in parents]):
        found[child.parent_id].append(facts.by_pk.get(child.pk, child))
    return found


def _blocked(act: Act, ids: Collection[int]) -> dict[int, str]:
    """Return the reasons against `act` on each organisation; asked for all at once, halved only to find whose."""
    reasons = reasons_against(act, Organization.objects.filter(pk__in=ids)) if ids else []
    if not reasons:
        return {}
    if len(ids) == 1:
        [pk] = ids
        return {pk: "；".join(reason.text for reason in reasons)}
    halves = list(ids)
    middle = len(halves) // 2
    return _blocked(act, halves[:middle]) | _blocked(act, halves[middle:])
