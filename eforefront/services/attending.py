"""Who comes to a gathering: entered, on leave, signed in by code or by hand. Source: workflows.md 7.2, 7.3."""

import datetime
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from eforefront import signing, voting
from eforefront.attendees import entitled
from eforefront.codes import ATTENDANCE
from eforefront.gatherings import ON_LEAVE, ON_TIME, OPENS_BEFORE, PRESENT, STEPS, Excuse, State, signs_open
from eforefront.models import Attendance, Gathering, Vote
from eforefront.services.stepping import begin, finish, record, refuse_phase
from members.models import Member
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach

CODES_TRIED = 10  # wrong codes of one person at one gathering
BY_HAND = ("1", "3", "4", "5", "6", "7")  # 列席 is for guests, who are no rows


def enter_many(gathering: Gathering, members: Iterable[Member]) -> None:
    people = list(members)
    voters = entitled(gathering, people)
    rows = [Attendance(gathering=gathering, member=member, votes=member.pk in voters) for member in people]
    Attendance.objects.bulk_create(rows, batch_size=500)
    recount(gathering)
    Gathering.objects.filter(pk=gathering.pk).update(due=gathering.due, present=gathering.present)


@transaction.atomic
def enter(gathering: Gathering, member: Member) -> Attendance:
    """Enter a member among those due, or take one back who was out; the lock and the record are the caller's."""
    row, _is_new = Attendance.objects.get_or_create(
        gathering=gathering, member=member, defaults={"votes": member.pk in entitled(gathering, [member])}
    )
    recount(gathering)
    gathering.save(update_fields=["due", "present"])
    return row


@transaction.atomic
def ask_leave(gathering: Gathering, member: Member, *, by: audit.ActingRole, state: str, reason: str) -> Attendance:
    """Let a member say beforehand that they cannot come; nobody has to approve it."""
    row = own_row(gathering, member, by=by)
    refuse_phase(row.gathering, STEPS["leave"])
    if state not in ON_LEAVE:
        raise ValidationError({"state": "请选择假别"})
    if not reason:
        raise ValidationError({"reason": "请填写请假原因"})
    row.state, row.reason = state, reason
    row.full_clean(exclude=["gathering", "member"])
    row.save(update_fields=["state", "reason"])
    record(row.gathering, "leave", by=by, changes=[[f"{member.name}请假", "", row.shown_state]], reason=reason)
    return row


@transaction.atomic
def sign(gathering: Gathering, member: Member, *, by: audit.ActingRole, code: str) -> Attendance | None:
    """Sign a member in by the code shown on the spot; None for a wrong one, which is counted.

    After ten wrong codes nothing helps but the keeper's hand. Signing twice changes nothing. Raises ValidationError
    before an hour ahead of the start and after the end.
    """
    row = own_row(gathering, member, by=by)
    if row.is_present:
        return row
    now = timezone.now()
    if not signs_open(row.gathering, now):
        raise ValidationError("签到在开始前 1 小时至结束时开放，现在不能签到")
    if row.wrong_codes >= CODES_TRIED:
        raise ValidationError("签到码输错次数过多，请联系党支部登记出席")
    if not signing.fits(row.gathering, code, now):
        Attendance.objects.filter(pk=row.pk).update(wrong_codes=F("wrong_codes") + 1)
        return None
    _sign(row, now)
    record(row.gathering, "sign", by=by, changes=[[f"{member.name}签到", "", row.shown_state]])
    return row


@transaction.atomic
def mark(
    gathering: Gathering, *, by: audit.ActingRole, version: int, rows: Mapping[int, Mapping[str, str]]
) -> Gathering:
    """Register by hand who came: {member: {"state", "reason", "excuse"}}, of those due only."""
    gathering, step = begin(gathering, "mark", by=by, version=version)
    if timezone.now() < gathering.begins_at - OPENS_BEFORE:
        raise ValidationError("登记出席在开始前 1 小时起开放")
    changes = attend(gathering, rows)
    return finish(gathering, step.verb, step.label, by=by, changes=changes, quiet=not changes)


def attend(gathering: Gathering, rows: Mapping[int, Mapping[str, str]]) -> list[list[str]]:
    """Put down who came to a gathering the caller has locked, and count anew; return what changed."""
    stored = {row.member_id: row for row in Attendance.objects.of(gathering)}
    if set(rows) - set(stored):
        raise ValidationError("名单已有变化，请刷新页面后重试")
    changed, changes = [], []
    for member, given in rows.items():
        row = stored[member]
        before = _seen(row)
        _put(row, given, gathering)
        if _seen(row) != before:
            changes.append([row.member.name, before, _seen(row)])
            changed.append(row)
    Attendance.objects.bulk_update(changed, ["state", "reason", "excuse", "signed_at"], batch_size=200)
    recount(gathering)
    _settle_votes(gathering)
    return changes


def recount(gathering: Gathering) -> int:
    """Bring 应到 and 实到 up to date with the rows; saving is the caller's. Return 应到."""
    counted = Attendance.objects.filter(gathering=gathering).counted()
    gathering.due, gathering.present = counted["due"], counted["present"]
    return gathering.due


def own_row(gathering: Gathering, member: Member, *, by: audit.ActingRole) -> Attendance:
    """Return the row of a member who acts for themselves, locked after its gathering as everybody locks them.

    Raises `OutOfReach` for somebody who is not due there.
    """
    Gathering.objects.select_for_update(of=("self",), no_key=True).get(pk=gathering.pk)
    rows = Attendance.objects.select_for_update(of=("self",), no_key=True).select_related("gathering", "member__user")
    row = rows.filter(gathering=gathering, member=member).exclude(gathering__state=State.DRAFT).first()
    if row is None or row.member.user is None or str(row.member.user.uid) != by.user_uid:
        raise OutOfReach
    return row


def _sign(row: Attendance, now: datetime.datetime) -> None:
    row.state = "1" if now <= row.gathering.begins_at + ON_TIME else "3"
    row.signed_at, row.reason = now, ""
    row.save(update_fields=["state", "signed_at", "reason"])
    if not row.excuse:
        Gathering.objects.filter(pk=row.gathering_id).update(present=F("present") + 1)


def _put(row: Attendance, given: Mapping[str, str], gathering: Gathering) -> None:
    state, excuse = given.get("state", row.state), given.get("excuse", row.excuse)
    if state and state not in BY_HAND:
        raise ValidationError("请从列表中选择出席情况")
    if excuse == Excuse.OLD_OR_SICK and row.votes and gathering.votes.exists():
        raise ValidationError(f"{row.member.name}：年老体弱可不计入学习和活动的应到，但有表决的会议应计入")
    row.excuse, row.reason = excuse, given.get("reason", row.reason)[:100]
    if state != row.state:
        row.state = state
        row.signed_at = _signed_at(row, gathering) if state in PRESENT else None


def _signed_at(row: Attendance, gathering: Gathering) -> datetime.datetime | None:
    """What is put down while 签到 is open was seen on the spot; when a record is written says nothing of it."""
    now = timezone.now()
    return row.signed_at or (now if signs_open(gathering, now) else None)


def _seen(row: Attendance) -> str:
    parts = (
        Excuse(row.excuse).label if row.excuse else "",
        ATTENDANCE.label(row.state) if row.state else "",
        row.reason,
    )
    return "，".join(part for part in parts if part)


def voters(gathering: Gathering) -> tuple[int, int]:
    """Return (应到有表决权, 实到有表决权) as the rows say."""
    counted = Attendance.objects.filter(gathering=gathering).counted()
    return counted["voters"], counted["voting"]


def _settle_votes(gathering: Gathering) -> None:
    """Let the votes taken say who was due and there as the rows do now; refuses what no vote can be."""
    due, present = voters(gathering)
    for vote in Vote.objects.of(gathering):
        vote.due, vote.present = due, present
        if problem := voting.problem(**vote.figures):
            raise ValidationError(f"表决“{vote.subject}”：{problem}")
        vote.save(update_fields=["due", "present"])
