"""What tables count beside members and their events: reviews, organisations, matters, applicants."""

from collections.abc import Callable

from django.db.models import Case, CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When

from eforefront.models import Applicant, Appraisal, ReviewCycle
from eforefront.statistics.facts import flag
from eforefront.statistics.frame import Frame
from members.codes import MembershipStatus
from members.models import Matter, MatterStep
from members.procedures import State
from orgs.codes import OrgType
from orgs.models import Organization, Term

S = MembershipStatus


def with_past(rows: QuerySet, frame: Frame) -> QuerySet:
    """Let `past` lead to what the record said on the day, where it says something else today."""
    held = Q(member__pasts__begins_on__lte=frame.on, member__pasts__ends_on__gt=frame.on)
    return rows.annotate(past=FilteredRelation("member__pasts", condition=held))


def cycles(frame: Frame) -> list[QuerySet]:
    return [ReviewCycle.objects.order_by().filter(frame.places.q("organization"), began_on__lte=frame.on)]


def appraisals(frame: Frame) -> list[QuerySet]:
    rows = with_past(Appraisal.objects.order_by(), frame)
    return [rows.filter(frame.places.q("cycle__organization"), cycle__began_on__lte=frame.on)]


def began(at: str) -> Callable[[Frame], Case]:
    return lambda frame: Case(
        When(**{f"{at}began_on__lte": frame.since}, then=Value("before")),
        default=Value("now"),
        output_field=CharField(),
    )


def ended(at: str) -> Callable[[Frame], Case]:
    return lambda frame: Case(
        When(Q(**{f"{at}ended_on": None}) | Q(**{f"{at}ended_on__gt": frame.on}), then=Value("open")),
        When(**{f"{at}ended_on__lte": frame.since}, then=Value("before")),
        default=Value("now"),
        output_field=CharField(),
    )


LASTING = [OrgType.COMMITTEE, OrgType.GENERAL_BRANCH, OrgType.BRANCH, OrgType.JOINT_BRANCH]


def organizations(frame: Frame) -> list[QuerySet]:
    """Organisations that were living on the day, as they were on it."""
    held = Q(pasts__begins_on__lte=frame.on, pasts__ends_on__gt=frame.on)
    rows = Organization.objects.order_by().annotate(past=FilteredRelation("pasts", condition=held))
    open_now = Q(dissolved_on=None) | Q(dissolved_on__gt=frame.on)
    living = Q(past__isnull=False, past__is_living=True) | (Q(past__isnull=True) & open_now)
    rows = rows.filter(frame.places.q(), living, founded_on__lte=frame.on)
    terms = Term.objects.filter(organization=OuterRef("pk"), elected_on__lte=frame.on)
    latest = terms.order_by("-elected_on", "-pk")
    again = terms.filter(elected_on__gt=frame.since, number__gt=1).order_by()
    return [rows.annotate(term_ends_on=Subquery(latest.values("ends_on")[:1]), was_renewed=Exists(again))]


def org_type(frame: Frame) -> Case:
    return Case(When(past__isnull=False, then=F("past__org_type")), default=F("org_type"), output_field=CharField())


def lasting(frame: Frame) -> Case:
    """临时 and 功能型 are left out. Source: statistics.md 5."""
    then = Q(past__isnull=False, past__org_type__in=LASTING, past__is_functional=False)
    return flag(then | Q(past__isnull=True, org_type__in=LASTING, is_functional=False))


def term(frame: Frame) -> Case:
    return Case(
        When(term_ends_on=None, then=Value("none")),
        When(term_ends_on__lte=frame.on, then=Value("expired")),
        default=Value("running"),
        output_field=CharField(),
    )


def matters(procedure: str, *, over: bool = False) -> Callable[[Frame], list[QuerySet]]:
    """Matters under way on the day, or with `over` those that came to their good end in the period, of counted people.

    One that was withdrawn or refused never was.
    """

    def rows(frame: Frame) -> list[QuerySet]:
        at = "member__standings"
        held = Q(**{f"{at}__begins_on__lte": frame.on}) & (
            Q(**{f"{at}__ends_on": None}) | Q(**{f"{at}__ends_on__gt": frame.on})
        )
        found = with_past(Matter.objects.order_by(), frame).annotate(stood=FilteredRelation(at, condition=held))
        found = found.filter(frame.places.q("stood__organization"), procedure=procedure, stood__status=S.NORMAL)
        if over:
            return [found.filter(frame.within("ended_on"), state__in=[State.RETURNED, State.RESUMED])]
        known = Exists(MatterStep.objects.filter(matter=OuterRef("pk"), on__lte=frame.on).order_by())
        begun = Q(began_on__lte=frame.on) | (Q(began_on=None) & Q(known))
        found = found.filter(Q(ended_on=None) | Q(ended_on__gt=frame.on), begun)
        return [found.exclude(state__in=[State.WITHDRAWN, State.REFUSED])]

    return rows


def applicants(frame: Frame) -> list[QuerySet]:
    """Whoever had applied by the day and was neither approved nor out of it, in the branch that develops them."""
    rows = Applicant.objects.order_by().filter(frame.places.q("organization"), applied_on__lte=frame.on)
    going_on = Q(ended_on=None) | Q(ended_on__gt=frame.on)
    return [rows.filter(going_on, Q(approved_on=None) | Q(approved_on__gt=frame.on))]


def stage(frame: Frame) -> Case:
    return Case(
        When(candidate_on__lte=frame.on, then=Value("candidate")),
        When(activist_on__lte=frame.on, then=Value("activist")),
        default=Value("applicant"),
        output_field=CharField(),
    )
