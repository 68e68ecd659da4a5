"""支部活动: who signs up, who waits, how long they served. Source: screens.md 3.4.

The lock of the activity orders everybody: places are given, and given on, in the order in which people came.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from accounts.services import notes
from eforefront.gatherings import PRESENT, Audience, Kind, Phase, State, phase
from eforefront.models import ActivityHours, Attendance, Enrolment, Gathering, SignUp
from eforefront.services import recording
from eforefront.services.attending import enter, recount
from eforefront.services.stepping import record
from members.models import Member
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach

E = Enrolment.State


@transaction.atomic
def set_up(gathering: Gathering, *, by: audit.ActingRole, asked: Mapping[str, Any] | None) -> None:
    """Keep until when (`closes_at`) and for how many (`places`, None: no limit) an activity of 报名参加 is open.

    Runs in the transaction that drafts or changes the activity, which holds its lock. More places are given at once
    to those who wait. Raises ValidationError by field.
    """
    sign_up = SignUp.objects.filter(gathering=gathering).first()
    if gathering.audience != Audience.REGISTERED:
        if sign_up is not None:
            sign_up.delete()
        return
    closes_at, places = (asked or {}).get("closes_at"), (asked or {}).get("places")
    if closes_at is None:
        raise ValidationError({"closes_on": "请填写报名截止日期"})
    if closes_at > gathering.begins_at:
        raise ValidationError({"closes_on": "报名截止时间不能晚于活动开始时间"})
    sign_up = sign_up or SignUp(gathering=gathering)
    before = _told(sign_up)
    if places is not None and places < sign_up.taken:
        raise ValidationError({"places": f"已有 {sign_up.taken} 人报名，人数上限不能少于该数"})
    sign_up.closes_at, sign_up.places = closes_at, places
    sign_up.save()
    promoted = _promote(gathering, sign_up)
    changes = [["报名", before, _told(sign_up)]] if before != _told(sign_up) else []
    changes += [[f"{name}报名", E.WAITING.label, E.TAKEN.label] for name in promoted]
    if changes:
        record(gathering, "sign_up", by=by, changes=changes)


def _told(sign_up: SignUp) -> str:
    if sign_up.closes_at is None:
        return ""
    limit = f"{sign_up.places} 人" if sign_up.places else "不限人数"
    return f"{timezone.localtime(sign_up.closes_at):%Y-%m-%d %H:%M} 截止，{limit}"


@transaction.atomic
def enrol(gathering: Gathering, member: Member, *, by: audit.ActingRole) -> Enrolment:
    """Sign a member up: with a place while there are some, else at the end of the line.

    A member signs up until the closing time; the keeper may enter members of the organisation until the record is
    handed in. Raises `OutOfReach`, PermissionDenied, ValidationError.
    """
    gathering, is_keeper = _taken(gathering, member, by=by)
    sign_up = SignUp.objects.get(gathering=gathering)
    now, shown = timezone.now(), phase(gathering, timezone.now())
    if not is_keeper and (shown != Phase.PUBLISHED or now >= sign_up.closes_at):
        raise ValidationError("报名已截止")
    if shown not in (Phase.PUBLISHED, Phase.RUNNING, Phase.TO_RECORD):
        raise ValidationError(f"现为“{shown.label}”，不能报名")
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}不在册，不能报名")
    if present := Enrolment.objects.standing().filter(gathering=gathering, member=member).first():
        raise ValidationError(f"{member.name}{present.get_state_display()}，不能重复报名")
    made = Enrolment.objects.create(
        gathering=gathering, member=member, state=E.TAKEN if sign_up.has_room else E.WAITING
    )
    if made.state == E.TAKEN:
        _give_place(gathering, sign_up, made)
    changes = [[f"{member.name}报名", "", made.get_state_display()]]
    record(gathering, "enrol", by=by, changes=changes)
    return made


@transaction.atomic
def withdraw(gathering: Gathering, member: Member, *, by: audit.ActingRole) -> Enrolment:
    """Take a member off the list; the first who waits gets the place and is told.

    A member withdraws until signed in or until the activity begins, the keeper until its record is handed in.
    """
    gathering, is_keeper = _taken(gathering, member, by=by)
    sign_up = SignUp.objects.get(gathering=gathering)
    row = Enrolment.objects.standing().filter(gathering=gathering, member=member).first()
    if row is None:
        raise ValidationError(f"{member.name}没有报名")
    shown = phase(gathering, timezone.now())
    open_phases = (Phase.PUBLISHED, Phase.RUNNING, Phase.TO_RECORD) if is_keeper else (Phase.PUBLISHED,)
    if shown not in open_phases:
        raise ValidationError(
            "活动已经开始，不能取消报名" if shown == Phase.RUNNING else f"现为“{shown.label}”，不能取消报名"
        )
    if not is_keeper and Attendance.objects.of(gathering).filter(member=member, state__in=PRESENT).exists():
        raise ValidationError("您已签到，不能取消报名；签到有误的，请联系党支部")
    before = row.get_state_display()
    was_taken, row.state, row.withdrawn_at = row.state == E.TAKEN, E.WITHDRAWN, timezone.now()
    row.save(update_fields=["state", "withdrawn_at"])
    changes = [[f"{member.name}报名", before, row.get_state_display()]]
    if was_taken:
        ActivityHours.objects.filter(gathering=gathering, member=member).delete()
        Attendance.objects.filter(gathering=gathering, member=member).delete()
        sign_up.taken -= 1
        sign_up.save(update_fields=["taken"])
        recount(gathering)
        gathering.save(update_fields=["due", "present"])
        promoted = _promote(gathering, sign_up) if shown == Phase.PUBLISHED else []
        changes += [[f"{name}报名", E.WAITING.label, E.TAKEN.label] for name in promoted]
    record(gathering, "unenrol", by=by, changes=changes)
    return row


@transaction.atomic
def hand_in(
    gathering: Gathering,
    *,
    by: audit.ActingRole,
    version: int,
    content: str,
    rows: Mapping[int, Mapping[str, str]],
    hours: Mapping[int, Decimal | None],
    is_final: bool = True,
) -> Gathering:
    """Hand the record of an activity in, or keep it for later: who came, how long they served, the summary.

    Points follow what was handed in (`services.points`). Raises what `services.recording` raises, ValidationError for
    hours of somebody who did not come.
    """
    Gathering.objects.select_for_update(of=("self",), no_key=True).get(pk=gathering.pk)
    _put_hours(gathering, rows, hours)
    service = recording.submit if is_final else recording.save_record
    return service(gathering, by=by, version=version, content=content, rows=rows)


def _put_hours(
    gathering: Gathering, rows: Mapping[int, Mapping[str, str]], hours: Mapping[int, Decimal | None]
) -> None:
    stored = {row.member_id: row for row in ActivityHours.objects.of(gathering)}
    absent = [pk for pk, given in hours.items() if given and rows.get(pk, {}).get("state") not in PRESENT]
    if absent:
        names = Member.objects.filter(pk__in=absent).order_by("name_pinyin").values_list("name", flat=True)[:5]
        raise ValidationError(f"{'、'.join(names)}没有出席，不能登记服务时长")
    for member, given in hours.items():
        if given is None and member in stored:
            stored[member].delete()
        elif given is not None and (member not in stored or stored[member].hours != given):
            ActivityHours.objects.update_or_create(gathering=gathering, member_id=member, defaults={"hours": given})


def _taken(gathering: Gathering, member: Member, *, by: audit.ActingRole) -> tuple[Gathering, bool]:
    """Return the activity, locked, and whether `by` keeps it; members act for themselves, keepers for their own.

    Raises `OutOfReach` for somebody who may not come: of another organisation than the activity's and those below.
    """
    is_self = member.user is not None and str(member.user.uid) == str(by.user_uid)
    keeps = gathering.organization_id == by.organization_id and by.can(Power.KEEP_GATHERINGS)  # type: ignore[attr-defined]
    if not is_self and not keeps:
        raise PermissionDenied
    if keeps:
        hold_in_reach(gathering.organization_id, by=by)
    rows = Gathering.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    stored = rows.get(pk=gathering.pk)
    if stored.kind != Kind.ACTIVITY or stored.audience != Audience.REGISTERED or stored.state == State.DRAFT:
        raise OutOfReach
    if not Member.objects.of(stored.organization_id).filter(pk=member.pk).exists():
        raise OutOfReach
    return stored, keeps


def _give_place(gathering: Gathering, sign_up: SignUp, row: Enrolment) -> None:
    sign_up.taken += 1
    sign_up.save(update_fields=["taken"])
    enter(gathering, row.member)


def _promote(gathering: Gathering, sign_up: SignUp) -> list[str]:
    """Give free places to those who wait, in their order; return the names. They read it at the next login."""
    names = []
    line = Enrolment.objects.waiting().filter(gathering=gathering).select_related("member__user").order_by("pk")
    for row in line:
        if not sign_up.has_room:
            break
        row.state, row.promoted_at = E.TAKEN, timezone.now()
        row.save(update_fields=["state", "promoted_at"])
        _give_place(gathering, sign_up, row)
        names.append(row.member.name)
        if row.member.user is not None:
            notes.tell(row.member.user, f"您已从候补递补参加活动“{gathering.topic}”（{gathering.when}）。")
    return names
