"""Who stands above whom: the parents the rows of a sheet name, in the tree or in the sheet itself."""

from collections import defaultdict
from collections.abc import Iterable

from orgs.models import Organization
from orgs.services.importing.known import Known
from orgs.services.importing.paths import WAIT, Places, Unsettled, is_code
from orgs.services.importing.rows import Entry

_DEEPEST = 50  # levels of a sheet whose parents are all given as paths


def join(entries: list[Entry], known: Known, *, target: Organization) -> None:
    """Give every new organisation its parent, and refuse parents that are unknown, foreign or changed."""
    coded = {**known.by_code, **{entry.organization.code: entry.organization for entry in entries if entry.is_new}}
    coded |= {org.code: org for org in known.chain}
    places = _places(entries, known, target)
    waiting = [entry for entry in entries if "parent" in entry.row.values]
    for _ in range(_DEEPEST):
        before, waiting = len(waiting), [entry for entry in waiting if not _settled(entry, coded, places, known)]
        if len(waiting) in (0, before):
            break
    for entry in waiting:
        entry.refuse("parent", "名称路径经过的上级党组织无法确定，请改填上级党组织编码")


def break_cycles(entries: list[Entry]) -> None:
    """Refuse organisations that would stand below themselves, and take their parent away."""
    owners = {id(entry.organization): entry for entry in entries if entry.is_new}
    seen: set[int] = set()
    for entry in entries:
        way: dict[int, Entry] = {}
        here: Entry | None = entry
        while here is not None and id(here) not in seen:
            seen.add(id(here))
            way[id(here)] = here
            here = owners.get(id(here.organization.parent)) if here.is_new else None
        if here is not None and id(here) in way:
            _refuse_circle(list(way.values()), here)


def top_down(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries with every parent before its children, each with its `depth` in the sheet."""
    owners = {id(entry.organization): entry for entry in entries}
    below: dict[int, list[Entry]] = defaultdict(list)
    ordered: list[Entry] = []
    for entry in entries:
        owner = owners.get(id(entry.organization.parent))
        below[id(owner)].append(entry) if owner is not None else ordered.append(entry)
    for entry in ordered:  # grows while it is read
        for child in below[id(entry)]:
            child.depth = entry.depth + 1
            ordered.append(child)
    return ordered


def _places(entries: list[Entry], known: Known, target: Organization) -> Places:
    places = Places(target)
    for org in known.by_pk.values():
        if org.is_living:
            places.add(org, (org.full_name, org.short_name))
    for entry in entries:
        values = entry.row.values
        places.add(entry.organization, (values.get("full_name", ""), values.get("short_name", "")))
        if entry.is_new and "parent" not in values:
            places.settle(entry.organization, None)
    return places


def _settled(entry: Entry, coded: dict[str, Organization], places: Places, known: Known) -> bool:
    """Settle the parent of an entry, for good or with a fault; False while it hangs on another row."""
    text, organization = entry.row.values["parent"], entry.organization
    found: Organization | str | Unsettled = coded.get(text) or f"没有找到编码为 {text} 的上级党组织"
    if not is_code(text):
        found = places.find(text, asker=organization)
    if found is WAIT:
        return False
    parent = found if isinstance(found, Organization) else None
    if isinstance(found, str):
        entry.refuse("parent", found)
    elif found is organization:
        entry.refuse("parent", "上级党组织不能是自身")
        parent = None
    elif not entry.is_new and found is not organization.parent:
        entry.refuse("parent", "上级党组织与现有的不同，变更上级请使用“上级党组织变更”")
    elif entry.is_new and parent is not None and parent.pk and parent.pk not in known.reach:
        entry.refuse("parent", f"上级党组织不在“{known.chain[-1].short_name}”及其下级之内")
    if entry.is_new:
        places.settle(organization, parent)
        organization.parent = None if "parent" in entry.faults else parent
    return True


def _refuse_circle(way: list[Entry], first: Entry) -> None:
    circle = way[way.index(first) :]
    names = [entry.organization.short_name or f"第 {entry.row.number} 行" for entry in [*circle, first]]
    shown = " → ".join(names if len(names) <= 5 else [*names[:3], "…", names[-1]])
    for entry in circle:
        entry.refuse("parent", f"上级党组织相互循环：{shown}")
        entry.organization.parent = None
