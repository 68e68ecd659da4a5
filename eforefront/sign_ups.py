"""支部活动 as a member finds them: open ones of the own organisation and those above it, and where they stand."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from eforefront.gatherings import Audience, Kind, State
from eforefront.models import Enrolment, Gathering, SignUp
from members.models import Member
from orgs.models import Organization
from partyplatform.audit import ActingRole

MOST = 50  # open activities shown at once


def sign_up_of(gathering: Gathering) -> SignUp | None:
    """Return until when and for how many an activity is open; None where nobody signs up."""
    return SignUp.objects.filter(gathering=gathering).first()


def is_open(gathering: Gathering, now: datetime.datetime) -> bool:
    """Say whether members may sign up now."""
    sign_up = sign_up_of(gathering)
    is_announced = gathering.state == State.PUBLISHED and now < gathering.begins_at
    return sign_up is not None and is_announced and now < sign_up.closes_at


def offered_to(role: ActingRole, now: datetime.datetime) -> list[Gathering]:
    """Return what the acting person may sign up for or waits for, the next first."""
    rows = _offered(role, now).select_related("organization", "sign_up")
    own = Enrolment.objects.own(role).standing().filter(gathering=OuterRef("pk"))
    rows = rows.annotate(own_state=Subquery(own.values("state")[:1]))
    return list(rows.order_by("begins_at", "pk")[:MOST])


def concerning(role: ActingRole, now: datetime.datetime) -> QuerySet[Gathering]:
    """Return the activities a member may open: those they are due at, wait for, or may sign up for."""
    own = Enrolment.objects.own(role).filter(gathering=OuterRef("pk"))
    activities = Gathering.objects.of_kind(Kind.ACTIVITY).exclude(state=State.DRAFT)
    due = Gathering.objects.concerning(role).values("pk")
    found = activities.filter(Q(pk__in=due) | Exists(own) | Q(pk__in=_offered(role, now).values("pk")))
    return found.select_related("organization", "group")


def _offered(role: ActingRole, now: datetime.datetime) -> QuerySet[Gathering]:
    """Announced ones of 报名参加 that have not begun, of the member's branch and of everything above it."""
    place = Member.objects.own(role).enrolled().values("organization")[:1]
    here = Organization._base_manager.filter(pk=Subquery(place))
    above = Organization._base_manager.filter(
        tree_id=Subquery(here.values("tree_id")[:1]),
        lft__lte=Subquery(here.values("lft")[:1]),
        rght__gte=Subquery(here.values("lft")[:1]),
    )
    rows = Gathering.objects.of_kind(Kind.ACTIVITY).filter(state=State.PUBLISHED, audience=Audience.REGISTERED)
    return rows.filter(begins_at__gt=now, organization__in=above.values("pk"))
