"""The check of a sheet of organisations: every fault of every row in one go, and what the rows would do.

Nothing is written here. Confirming runs the same check again under the tree's lock.
"""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from orgs.models import Organization, OrganizationProfile
from orgs.services.importing import comparing, known, parents, ruling
from orgs.services.importing.known import Known
from orgs.services.importing.rows import HEADINGS, REQUIRED, Entry, Fault, Row
from orgs.services.organizations import FIELDS
from partyplatform import audit
from partyplatform.audit import ActingRole

PROFILE_FIELDS = ("address", "postcode", "fax")


@dataclass
class Check:
    """A checked sheet: its rows in their order, parents before children in `ordered`."""

    entries: list[Entry]
    ordered: list[Entry]

    @property
    def faults(self) -> list[Fault]:
        return [fault for entry in self.entries for fault in entry.listed_faults()]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of new, changed and unchanged organisations, of faulty rows and of rows with a remark."""
        good = [entry for entry in self.entries if not entry.faults]
        outcomes = Counter(entry.outcome for entry in good)
        return {
            "new": outcomes["new"],
            "update": outcomes["update"],
            "same": outcomes["same"],
            "faulty": len(self.entries) - len(good),
            "warned": sum(1 for entry in good if entry.warnings),
        }

    @property
    def fingerprint(self) -> str:
        """The same for two checks that would do the same."""
        effects = [[e.row.number, e.outcome, e.organization.pk, e.changes] for e in self.entries]
        return hashlib.sha256(json.dumps(effects).encode()).hexdigest()

    def listed(self) -> list[dict[str, Any]]:
        """Return every row with what it would do, as the session keeps it."""
        return [
            entry.row.packed()
            | {
                "o": entry.outcome,
                "name": entry.organization.short_name or entry.organization.full_name,
                "code": entry.organization.code,
                "parent": entry.organization.parent.short_name if entry.organization.parent else "",
                "c": [] if entry.is_new else entry.changes,
                "w": [[HEADINGS[name], text] for name, text in entry.warnings.items()],
            }
            for entry in self.entries
        ]


def check(rows: Collection[Row], *, target: Organization, by: ActingRole, today: datetime.date) -> Check:
    """Check rows that are to be stored under `target` by the acting role, and work out what each would do.

    Source: screens.md 2.3, 4.5; workflows.md 2.1, 2.3.
    """
    facts = known.load(rows, target=target, by=by)
    every = list(_identified(rows, facts))
    entries = [entry for entry in every if not entry.is_repeat]
    parents.join(entries, facts, target=target)
    parents.break_cycles(entries)
    ordered = parents.top_down(entries)
    for entry in ordered:
        _require(entry)
        ruling.settle_unit(entry)
        entry.changes = _differences(entry)
        ruling.check_fields(entry, today=today)
    comparing.refuse_namesakes(entries, facts)
    comparing.refuse_updates([entry for entry in entries if entry.outcome == "update"], facts, by=by)
    return Check(every, ordered)


def _identified(rows: Collection[Row], facts: Known) -> Iterator[Entry]:
    """Yield an entry for each row: the organisation it names by code or full name, or a new one."""
    meant = {row.number: _meant(row, facts) for row in rows}
    profiles = known.profiles({org.pk for org in meant.values() if org is not None})
    first: dict[int, Entry] = {}
    for row in rows:
        found = meant[row.number]
        if found is not None and found.pk in first:
            yield _repeat(row, first[found.pk])
            continue
        entry = _entry(row, found, profiles)
        if found is not None:
            first[found.pk] = entry
        else:
            _refuse_code(entry, facts)
        yield entry


def _repeat(row: Row, earlier: Entry) -> Entry:
    """Return an entry that does nothing but say that two rows mean one organisation; both are refused."""
    entry = Entry(row, Organization(), OrganizationProfile(), faults=dict(row.faults), is_repeat=True)
    for one, other in ((entry, earlier), (earlier, entry)):
        key = "code" if "code" in one.row.values else "full_name"
        one.refuse(key, f"与第 {other.row.number} 行是同一个党组织")
    return entry


def _meant(row: Row, facts: Known) -> Organization | None:
    values = row.values
    found = (
        facts.by_code.get(values["code"]) if "code" in values else facts.by_full_name.get(values.get("full_name", ""))
    )
    return found if found is not None and found.is_living else None


def _entry(row: Row, found: Organization | None, profiles: dict[int, OrganizationProfile]) -> Entry:
    organization = found or Organization(code=row.values.get("code", ""))
    profile = profiles.get(organization.pk) or OrganizationProfile()
    before = _snapshot(organization, profile) if found else None
    was = {name: getattr(organization, name) for name in FIELDS} if found else {}
    for name in FIELDS:
        if name in row.values:
            setattr(organization, name, row.values[name])
    for name in PROFILE_FIELDS:
        if name in row.values:
            setattr(profile, name, row.values[name])
    return Entry(row, organization, profile, before, was, faults=dict(row.faults))


def _refuse_code(entry: Entry, facts: Known) -> None:
    """A code that is not in use comes from the platform before this one and is taken over; others are refused."""
    code = entry.row.values.get("code")
    if code in facts.by_code:
        entry.refuse("code", f"该编码属于已撤销的党组织“{facts.by_code[code].short_name}”，不能再次使用")
    elif code in facts.taken_codes:
        entry.refuse("code", "该编码不能用于此处的党组织，请核对编码，新建党组织请留空")
    elif code:
        entry.refuse("code", ruling.code_problem(code))


def _require(entry: Entry) -> None:
    if entry.is_new:
        for name in REQUIRED:
            if name not in entry.row.values:
                entry.refuse(name, f"请填写{HEADINGS[name]}")


def _snapshot(organization: Organization, profile: OrganizationProfile) -> dict[str, str]:
    return audit.snapshot(organization, FIELDS) | audit.snapshot(profile, PROFILE_FIELDS)


def _differences(entry: Entry) -> list[list[str]]:
    before = dict.fromkeys((*FIELDS, *PROFILE_FIELDS), "") if entry.is_new else entry.before
    return audit.differences(before or {}, _snapshot(entry.organization, entry.profile), _labels())


@cache
def _labels() -> dict[str, str]:
    return audit.labels(Organization, FIELDS) | audit.labels(OrganizationProfile, PROFILE_FIELDS)
