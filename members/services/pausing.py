"""预备期 put off by time abroad, where `PROBATION_PAUSED_ABROAD` says so. Source: workflows.md 4.3; decision 0053.

`MemberProfile.probation_until` holds the day it ends then, so that lists, reminders and statistics find it; without
such time it is empty and the dates of the record say the day. It is worked out when a stay abroad is entered or ends,
when the 预备期 is extended, and every day: for those who are away longer than planned, and after the setting changed.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from members import membership
from members.codes import PersonCategory
from members.membership import Absence
from members.models import Matter, MatterStep, Member, MemberProfile
from members.procedures import State
from members.services.locking import taken
from members.services.sections import profile_of
from members.signals import probation_put_off
from partyplatform import audit
from partyplatform.daily import Alive, daily

AWAY = (State.NOTED, State.KEPT, State.RETURNING, State.RETURNED, State.RESUMED)  # agreed to, or only reported


def absences(member: Member, *, today: datetime.date) -> list[Absence]:
    """Return the times abroad of a member. Whoever is away still comes back on the planned day, not before today."""
    back = MatterStep.objects.filter(matter=OuterRef("pk"), verb="return").order_by("-pk").values("on")[:1]
    rows = Matter.objects.of(member).in_procedure("abroad").in_state(*AWAY).filter(began_on__lte=today)
    return [_absence(row, today) for row in rows.annotate(back_on=Subquery(back))]


def _absence(row: Any, today: datetime.date) -> Absence:
    back = row.back_on or row.ended_on
    return Absence(row.began_on, back or max(row.ends_on or today, today), is_over=back is not None)


def put_off(member: Member, profile: MemberProfile, *, today: datetime.date) -> datetime.date | None:
    """Return the day the 预备期 ends where time abroad puts it off, else None."""
    if not settings.PROBATION_PAUSED_ABROAD or member.joined_on is None:
        return None
    found = absences(member, today=today)
    end, counted = membership.paused_end(member.joined_on, found, extended=profile.probation_months)
    return end if counted else None


def reasons(member: Member, profile: MemberProfile) -> list[Absence]:
    """Return the times abroad that put the 预备期 off, for pages; nothing is asked where it is not put off."""
    if profile.probation_until is None or member.joined_on is None:
        return []
    found = absences(member, today=timezone.localdate())
    return membership.paused_end(member.joined_on, found, extended=profile.probation_months)[1]


def follow(member: Member, *, by: audit.ActingRole, today: datetime.date | None = None) -> bool:
    """Keep the day the 预备期 of a locked member ends; return whether it changed. Once 转正 is decided it stays.

    Of a day that only moves on while somebody is away longer than planned nothing is written down.
    """
    if member.category != PersonCategory.PROBATIONARY:
        return False
    profile = profile_of(member)
    old, before = profile.probation_until, membership.end_of(member, profile)
    profile.probation_until = put_off(member, profile, today=today or timezone.localdate())
    if profile.probation_until == old:
        return False
    profile.version += 1
    profile.save()
    moves_on = today is not None and None not in (old, profile.probation_until)
    probation_put_off.send(sender=Member, member=member, profile=profile, by=by, told=not moves_on)
    if not moves_on:
        told = [["预备期止", f"{before:%Y-%m-%d}", f"{membership.end_of(member, profile):%Y-%m-%d}"]]
        place = member.organization_id
        audit.record(by, "members.put_probation_off", member, organization=place, changes=told, reason="出国（境）")
    return True


@daily
def follow_absences(day: datetime.date, alive: Alive) -> int:
    """Keep the day for everybody it may have changed for; return for how many it did."""
    is_concerned = Q(profile__probation_until__isnull=False)
    if settings.PROBATION_PAUSED_ABROAD:
        is_concerned |= Q(pk__in=Matter.objects.in_procedure("abroad").in_state(*AWAY).values("member"))
    count = 0
    for member in Member.objects.probation().filter(is_concerned).order_by("pk"):
        alive()
        with transaction.atomic():
            count += follow(taken(member)[0], by=audit.SYSTEM, today=day)
    return count
