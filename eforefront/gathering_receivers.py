"""Members who come into a branch are due at what it has announced; those who leave are not any more.

In the transaction of the move. Source: workflows.md 7.2, 7.3.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from eforefront.attendees import enrolled
from eforefront.gatherings import Audience, Excuse, State
from eforefront.models import Attendance, Gathering
from eforefront.services import attending
from members.codes import MembershipStatus
from members.models import Member
from members.signals import members_stand

MOST = 200  # members of one act: a whole branch that is merged is entered by hand where that is wanted


@receiver(members_stand, dispatch_uid="eforefront.gatherings_follow")
def follow(sender: Any, *, members: Sequence[Member], **_: Any) -> None:
    """Bring the rows of meetings that are announced and have not begun in line with where members stand now."""
    people = {member.pk: member for member in list(members)[:MOST]}
    coming = Gathering.objects.filter(state=State.PUBLISHED, begins_at__gt=timezone.now())
    changed = _let_go(people, coming) | _take_in(people, coming)
    for gathering in Gathering.objects.select_for_update(no_key=True).filter(pk__in=changed).order_by("pk"):
        attending.recount(gathering)
        Gathering.objects.filter(pk=gathering.pk).update(due=gathering.due, present=gathering.present)


def _let_go(people: dict[int, Member], coming: Any) -> set[int]:
    """Take whoever left out of those due at the old branch; a guest who was chosen or signed up stays asked."""
    own = (Audience.EVERYBODY, Audience.GROUP)
    rows = Attendance.objects.due().filter(member__in=people, gathering__in=coming, gathering__audience__in=own)
    gone = rows.exclude(gathering__organization=F("member__organization"), member__status=MembershipStatus.NORMAL)
    found = dict(gone.values_list("pk", "gathering"))
    Attendance.objects.filter(pk__in=found).update(excuse=Excuse.LEFT)
    return set(found.values())


def _take_in(people: dict[int, Member], coming: Any) -> set[int]:
    """Enter whoever belongs to a branch now at what it has announced for everybody."""
    places = {member.organization_id for member in people.values()}
    changed: set[int] = set()
    for gathering in coming.filter(organization__in=places, audience=Audience.EVERYBODY).select_related("organization"):
        asked = set(Attendance.objects.filter(gathering=gathering).values_list("member", flat=True))
        new = enrolled(gathering.organization).filter(pk__in=set(people) - asked)
        if found := list(new):
            attending.enter_many(gathering, found)
            changed.add(gathering.pk)
        back = Attendance.objects.filter(gathering=gathering, member__in=people, excuse=Excuse.LEFT)
        if back.filter(member__organization=gathering.organization).update(excuse=""):
            changed.add(gathering.pk)
    return changed
