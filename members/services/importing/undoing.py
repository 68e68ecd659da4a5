"""Taking an import back within 30 days: whoever it entered leaves the roll, what it changed becomes what it was.

Only what nobody has touched since is taken back; every other row stays, with the reason.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services.grants import end_roles
from members.codes import MembershipStatus
from members.items import BY_FIELD
from members.locks import refuse_if_locked
from members.models import ImportRow, Member, MemberImport, MemberProfile, Post
from members.models.imports import CONTENTS
from members.services import matter_marks, records, restoring, standings
from members.services.importing.rows import Row
from members.services.importing.sessions import locked, put
from members.services.importing.storing import save_records
from members.services.locking import locked as locked_places
from members.shares import negative, share, total
from orgs import totals
from partyplatform import audit
from partyplatform.audit import ActingRole
from partyplatform.audit.models import Record
from partyplatform.crypto import Undecipherable

CAUSE, KIND = "撤销导入", "9"  # 误录删除: not a decrease of the statistics
OVER = "已超过 30 天，不能撤销导入"
LEFT, TOUCHED = "该党员已不在册", "导入之后有其他操作，请个别处理"
OVERWRITTEN = "导入之后又有修改，保留现在的内容"
BROKEN, UNREADABLE = "恢复原来的内容后不符合填写要求，请个别处理", "内容无法解密，请联系运维人员"
_LONGEST = 200  # what a row can say about why it is kept
_READ_ONLY = ("accounts.reveal", "members.admit")  # of a member: not a change, or the import's own
State, Outcome, Ending = MemberImport.State, ImportRow.Outcome, ImportRow.Ending


@transaction.atomic
def undo(
    session: MemberImport, *, by: ActingRole, reason: str, ended: Callable[[MemberImport], None] = lambda session: None
) -> MemberImport:
    """Take back what a confirmed import did; return the session with what became of each row.

    Members it entered leave the roll as 误录删除 and stay among 历史党员. One taken back already stays as it is.
    `ended` is that of `confirm`. Raises PermissionDenied, MemberImport.DoesNotExist as `confirm` does,
    ValidationError after 30 days.
    """
    if not by.can(Power.IMPORT_MEMBERS):  # type: ignore[attr-defined]
        raise PermissionDenied
    session = locked(session, by=by)
    if session.state != State.DONE:
        ended(session)
        return session
    if not session.is_undoable:
        raise ValidationError(OVER)
    rows = list(session.rows.filter(outcome__in=[Outcome.NEW, Outcome.UPDATE]).order_by("number"))
    members = _held({row.member_id for row in rows if row.member_id}, by=by)
    acts = _taken_out([row for row in rows if row.outcome == Outcome.NEW], members, by=by, reason=reason)
    acts += _put_back([row for row in rows if row.outcome == Outcome.UPDATE], members, by=by, reason=reason)
    _finish(session, rows)
    ended(session)
    audit.record_many([*acts, _summary(session, by, reason)])
    return session


def _held(ids: Collection[int], *, by: ActingRole) -> dict[int, Member]:
    """Return the members in reach, locked after their branches."""
    places = Member.objects.filter(pk__in=ids).values_list("organization", flat=True)
    locked_places(places)
    seen = Member.objects.filter(pk__in=Member.objects.visible_to(by).filter(pk__in=ids).values("pk"))
    rows = seen.select_related("organization").order_by("pk").select_for_update(of=("self",), no_key=True)
    return {member.pk: member for member in rows}


def _taken_out(rows: list[ImportRow], members: dict[int, Member], *, by: ActingRole, reason: str) -> list[audit.Act]:
    leaving = [(row, member) for row in rows if (member := _leaving(row, members)) is not None]
    touched = _touched([member for _, member in leaving])
    gone: list[Member] = []
    for row, member in leaving:
        if why := TOUCHED if member.pk in touched else _lock(member):
            _keep(row, why)
            continue
        row.ending = Ending.UNDONE
        gone.append(member)
    _count([(member, {}, share(member)) for member in gone])
    for member in gone:
        member.status = MembershipStatus.OTHER
    matter_marks.follow_statuses(gone, on=timezone.localdate(), by=by)
    save_records(gone, "status", by=by)
    standings.follow_many(gone, cause=CAUSE, kind=KIND, reason=reason, by=by)
    end_roles(RoleGrant.objects.filter(user__in=[member.user_id for member in gone]), by=by, reason=CAUSE)
    change = [["党籍状态", MembershipStatus.NORMAL.label, MembershipStatus.OTHER.label]]
    return [
        audit.Act(by, "members.undo_import", member, organization=member.organization_id, changes=change, reason=reason)
        for member in gone
    ]


def _leaving(row: ImportRow, members: dict[int, Member]) -> Member | None:
    member = members.get(row.member_id or 0)
    if member is None or not member.is_enrolled:
        _keep(row, LEFT)
        return None
    if member.version != row.version or member.status != MembershipStatus.NORMAL:
        _keep(row, TOUCHED)
        return None
    return member


def _lock(member: Member) -> str:
    try:
        refuse_if_locked(member)
    except ValidationError as refusal:
        return "；".join(refusal.messages)[:_LONGEST]
    return ""


def _touched(members: list[Member]) -> set[int]:
    """Return ids of members something happened to since they were entered: an act, a post, a role, another section."""
    by_uid = {str(member.uid): member.pk for member in members}
    known = Record.objects.filter(object_type=Member._meta.label_lower, object_id__in=by_uid)
    acted = known.exclude(action__in=_READ_ONLY).order_by().values_list("object_id", flat=True).distinct()
    ids, users = list(by_uid.values()), {member.user_id: member.pk for member in members}
    others = RoleGrant.objects.filter(user__in=list(users)).exclude(kind=RoleKind.MEMBER)
    return {
        *(by_uid[uid] for uid in acted),
        *Post.objects.filter(member__in=ids).values_list("member_id", flat=True),
        *MemberProfile.objects.filter(member__in=ids, version__gt=1).values_list("member_id", flat=True),
        *(users[user] for user in others.values_list("user_id", flat=True)),
    }


def _put_back(rows: list[ImportRow], members: dict[int, Member], *, by: ActingRole, reason: str) -> list[audit.Act]:
    changed, acts = [], []
    for row in rows:
        member = members.get(row.member_id or 0)
        if member is None or not member.is_enrolled:
            _keep(row, LEFT)
            continue
        before, shown = share(member), records.snapshot(member)
        try:
            why = _restore(member, Row.unpacked(row.number, CONTENTS.text(row)).changes)
        except Undecipherable:
            why = UNREADABLE
        told = records.differences(shown, records.snapshot(member), BY_FIELD)
        if (why == OVERWRITTEN and not told) or why in (BROKEN, UNREADABLE):
            _keep(row, why)
            continue
        row.ending, row.why_kept = (Ending.KEPT if why else Ending.UNDONE), why
        changed.append((member, before))
        place = member.organization_id
        acts.append(audit.Act(by, "members.undo_import", member, organization=place, changes=told, reason=reason))
    save_records((member for member, _ in changed), by=by)
    _count([(member, share(member), before) for member, before in changed])
    return acts


def _restore(member: Member, changes: list[list[Any]]) -> str:
    """Give a member the values of before, where it still has those of the import; return why anything stays."""
    back = restoring.unchanged(member, changes)
    if not restoring.put_back(member, back):
        return BROKEN
    return "" if len(back) == len(changes) else OVERWRITTEN


def _count(amounts: list[tuple[Member, dict[str, int], dict[str, int]]]) -> None:
    places: dict[int, list[dict[str, int]]] = {}
    for member, now, before in amounts:
        places.setdefault(member.organization_id, []).extend([now, negative(before)])
    for place in sorted(places):
        totals.change(place, **total(places[place]))


def _keep(row: ImportRow, why: str) -> None:
    row.ending, row.why_kept = Ending.KEPT, why


def _finish(session: MemberImport, rows: list[ImportRow]) -> None:
    for row in rows:
        row.content_sealed = b""
    put(rows, "ending", "why_kept", "content_sealed")
    session.state, session.undone_at = State.UNDONE, timezone.now()
    endings = [row.ending for row in rows]
    session.result |= {"undone": endings.count(Ending.UNDONE), "kept": endings.count(Ending.KEPT)}
    session.save(update_fields=["state", "undone_at", "result"])


def _summary(session: MemberImport, by: ActingRole, reason: str) -> audit.Act:
    counts = session.result
    changes = [["文件", "", session.file_name], ["撤回", "", counts["undone"]], ["保留", "", counts["kept"]]]
    organization = session.organization_id
    return audit.Act(by, "members.undo_import", session, organization=organization, changes=changes, reason=reason)
