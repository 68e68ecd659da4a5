"""Writing a checked sheet into the roll: a few statements for thousands of rows."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from members.models import ImportRow, Member, MemberImport, MemberProfile
from members.models.imports import CONTENTS
from members.services import accounts, checking, matter_marks, pasts, records, standings
from members.services.importing.checking import Check
from members.services.importing.rows import ADD_KIND, Entry, Row
from members.services.importing.sessions import put
from members.services.members import ADMITTED
from members.shares import negative, share, total
from orgs import totals
from partyplatform import audit, bulk
from partyplatform.audit import ActingRole

_BATCH = 500
State, Outcome = MemberImport.State, ImportRow.Outcome


def store(session: MemberImport, checked: Check, *, by: ActingRole) -> list[audit.Act]:
    """Write every row of a faultless check; return what the audit is to say, in its order."""
    new = [entry for entry in checked.entries if entry.outcome == Outcome.NEW]
    changed = [entry for entry in checked.entries if entry.outcome == Outcome.UPDATE]
    opened = _admit(new, by=by)
    save_records((entry.person for entry in changed), by=by)
    _count([*new, *changed])
    _finish(session, checked)
    reason = f"导入：{session.file_name}"
    acts = [*_admissions(new, by, reason), *_updates(changed, by, reason), *opened]
    return [*acts, _summary(session, by)]


def _admit(new: list[Entry], *, by: ActingRole) -> list[audit.Act]:
    members = [entry.person for entry in new]
    acts = accounts.open_accounts([(entry.person, entry.number) for entry in new], by=by)
    for member in members:
        member.rescore()
    bulk.insert(members)
    matter_marks.follow_records(members, by=by)
    checking.follow_many(members)
    kinds: dict[str, list[Member]] = defaultdict(list)
    for entry in new:
        kinds[entry.row.values[ADD_KIND]].append(entry.person)
    for kind, admitted in kinds.items():
        standings.follow_many(admitted, cause="入册", kind=kind, by=by)
    profiles = [MemberProfile(member=member, joining_kind=kind) for kind, group in kinds.items() for member in group]
    bulk.insert(profiles)
    return acts


def save_records(members: Iterable[Member], *also: str, by: ActingRole) -> None:
    """Score and save changed records that the caller holds, in a few statements; `also` names further fields."""
    rows = list(members)
    pasts.keep(rows)
    for member in rows:
        member.version += 1
        member.rescore()
    Member.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=[*records.STORED, *also]
    )
    matter_marks.follow_records(rows, by=by)
    checking.follow_many(rows)


def _count(entries: list[Entry]) -> None:
    amounts: dict[int, list[dict[str, int]]] = defaultdict(list)
    for entry in entries:
        amounts[entry.person.organization_id] += [share(entry.person), negative(entry.before)]
    totals.change_many({place: total(parts) for place, parts in amounts.items()})


def _finish(session: MemberImport, checked: Check) -> None:
    """Keep of each row what became of it, and the values it changed as long as they can be taken back."""
    rows = {row.number: row for row in session.rows.all()}
    for entry in checked.entries:
        row, member = rows[entry.row.number], entry.person
        row.outcome, row.member = entry.outcome, member
        row.version = member.version if entry.outcome != Outcome.SAME else None
        row.content_sealed = b""
        if entry.outcome == Outcome.UPDATE:
            CONTENTS.put(row, Row(row.number, {}, changes=entry.row.changes).packed())
    put(rows.values(), "outcome", "member", "version", "content_sealed")
    session.state, session.done_at = State.DONE, timezone.now()
    session.save(update_fields=["state", "done_at"])


def _admissions(new: list[Entry], by: ActingRole, reason: str) -> Iterable[audit.Act]:
    labels = audit.labels(Member, ADMITTED)
    for entry in new:
        member = entry.person
        changes = audit.differences({}, audit.snapshot(member, ADMITTED), labels)
        place = member.organization_id
        yield audit.Act(by, "members.admit", member, organization=place, changes=changes, reason=reason)


def _updates(changed: list[Entry], by: ActingRole, reason: str) -> Iterable[audit.Act]:
    for entry in changed:
        place = entry.person.organization_id
        yield audit.Act(by, "members.update", entry.person, organization=place, changes=entry.told, reason=reason)


def _summary(session: MemberImport, by: ActingRole) -> audit.Act:
    counts = session.result
    changes = [["文件", "", session.file_name], ["新增", "", counts["new"]], ["更新", "", counts["update"]]]
    return audit.Act(by, "members.import", session, organization=session.organization_id, changes=changes)
