"""Every reusable read of 组织生活 and 支部活动."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from django.db.models import Count, F, Q, QuerySet

from accounts.codes import RoleKind
from eforefront.gatherings import (
    GROUP_MEETING,
    HELD,
    HELD_STATES,
    OPEN_STATES,
    PRESENT,
    RECORD_HERE,
    REVIEW_HERE,
    Audience,
    Kind,
    Phase,
    State,
)
from orgs.models import Organization
from orgs.reach import at_branch, at_root, between, reached
from partyplatform.audit import ActingRole

MANY = 2000  # organisations in reach from which on a list is found by its own order, not by theirs


class GatheringQuerySet(QuerySet):
    def visible_to(self, role: ActingRole, *, many: bool = False) -> Self:
        """Gatherings of the organisations in reach, drafts of the own one only; of a 党员 those that concern them.

        `many` is for a list in the order of time in a large reach: the coordinates hide in two sums, so that PostgreSQL
        reads the latest rows and looks each organisation up until the page is full. See `MemberQuerySet.of`.
        """
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.concerning(role)
        announced = self.filter(~Q(state=State.DRAFT) | Q(organization=role.organization_id))
        return announced._reached(role, many=many)

    def managed_by(self, role: ActingRole) -> Self:
        """What the role may prepare, hold and record: gatherings of its own organisation and of no other."""
        return self.filter(organization=role.organization_id)

    def led_by(self, role: ActingRole) -> Self:
        """党小组会 of the groups whose leader the acting person is: kept by the leader beside the branch."""
        groups: Any = self.model._meta.get_field("group").related_model
        led = groups.objects.living().led_by(role).order_by().values("pk")
        return self.filter(type=GROUP_MEETING, audience=Audience.GROUP, group__in=led)

    def waiting_for_record(self, role: ActingRole, now: datetime.datetime) -> Self:
        """What the role's own organisation held and has still to write down."""
        return self.managed_by(role).in_phase(Phase.TO_RECORD, now)

    def waiting_for_review(self, role: ActingRole) -> Self:
        """Records of the organisations directly below, and at the top of a tree the own ones, nobody has looked at."""
        here = Q(organization__parent=role.organization_id)
        own = Q(organization=role.organization_id)
        return self.filter(here | own if at_root(role) else here, state=State.RECORDED)

    def reviewed_by(self, role: ActingRole) -> Self:
        """What the role may review: what lies below it, and its own where nobody stands above."""
        rows = self.visible_to(role)
        return rows if at_root(role) else rows.exclude(organization=role.organization_id)

    def concerning(self, role: ActingRole) -> Self:
        """What the acting person is due at, as a member: announced, whatever role is acted in."""
        attendance: Any = self.model._meta.get_field("attendance").related_model
        mine = attendance.objects.filter(member__user__uid=role.user_uid)
        return self.exclude(state=State.DRAFT).filter(pk__in=mine.order_by().values("gathering"))

    def of_kind(self, kind: Kind) -> Self:
        return self.filter(kind=kind)

    def of(self, organization: Organization) -> Self:
        """Gatherings of this very organisation, which the caller has found in reach."""
        return self.filter(organization=organization)

    def held(self) -> Self:
        """Those whose record was handed in: what counts as having taken place."""
        return self.filter(state__in=HELD)

    def in_phase(self, shown: str, now: datetime.datetime) -> Self:
        """Gatherings that are shown in a state at a moment."""
        clock = {
            Phase.PUBLISHED: Q(begins_at__gt=now),
            Phase.RUNNING: Q(begins_at__lte=now, ends_at__gt=now),
            Phase.TO_RECORD: Q(ends_at__lte=now),
        }.get(Phase(shown))
        return self.filter(state=shown) if clock is None else self.filter(clock, state=State.PUBLISHED)

    def in_states(self, asked: str, role: ActingRole, now: datetime.datetime) -> Self:
        """Those a filter asks for: a phase, or what 首页 counts."""
        groups = {
            HELD_STATES: self.held,
            OPEN_STATES: lambda: self.to_come(now),
            RECORD_HERE: lambda: self.waiting_for_record(role, now),
            REVIEW_HERE: lambda: self.waiting_for_review(role),
        }
        return groups[asked]() if asked in groups else self.in_phase(asked, now)

    def to_come(self, now: datetime.datetime) -> Self:
        """What is announced and not over."""
        return self.filter(state=State.PUBLISHED, ends_at__gt=now)

    def between(self, first: datetime.datetime, end: datetime.datetime) -> Self:
        """Gatherings that begin from a moment on and before another one."""
        return self.filter(begins_at__gte=first, begins_at__lt=end)

    def listed(self) -> Self:
        return self.select_related("organization").defer("content", "agenda", "resolution")

    def newest_first(self) -> Self:
        return self.order_by("-begins_at", "-pk")

    def _reached(self, role: ActingRole, *, many: bool) -> Self:
        if at_branch(role) or at_root(role):
            return self.filter(reached(role, "organization"))
        if not many:
            return self.filter(organization__in=Organization.objects.visible_to(role).order_by().values("pk"))
        rows = self.alias(low=F("organization__lft") + 0, high=F("organization__lft") - 0)
        return rows.filter(between(role.organization_id, "organization__tree_id", "low", "high"))


class AttendanceQuerySet(QuerySet):
    def of(self, gathering: Any) -> Self:
        """Who is due at one gathering, which the caller has found in reach, by name."""
        return self.filter(gathering=gathering).select_related("member").order_by("member__name_pinyin", "pk")

    def in_gatherings(self, gatherings: Sequence[Any]) -> Self:
        """Who is due at these, which the caller has found in reach, by name."""
        return self.filter(gathering__in=gatherings).select_related("member").order_by("member__name_pinyin", "pk")

    def mine(self, role: ActingRole) -> Self:
        """The rows of the acting person, of whatever gathering was announced."""
        return self.filter(member__user__uid=role.user_uid).exclude(gathering__state=State.DRAFT)

    def due(self) -> Self:
        return self.filter(excuse="")

    def told(self, role: ActingRole, now: datetime.datetime) -> Self:
        """The notices of what the acting person is asked to come to, those called off too, the next one first."""
        rows = self.due().filter(
            member__user__uid=role.user_uid, gathering__state__in=(State.PUBLISHED, State.CANCELLED)
        )
        rows = rows.filter(gathering__notifies=True, gathering__ends_at__gt=now).exclude(gathering__published_at=None)
        return rows.select_related("gathering__organization").order_by("gathering__begins_at", "pk")

    def to_answer(self, role: ActingRole, now: datetime.datetime) -> Self:
        """What the acting person was told of, is not over and not answered yet: the notices of what comes."""
        rows = self.due().filter(member__user__uid=role.user_uid, state="")
        return rows.filter(gathering__state=State.PUBLISHED, gathering__notifies=True, gathering__ends_at__gt=now)

    def counted(self) -> dict[str, int]:
        """{due, present, voters, voting}: those due, those of them who came, those with a vote, those who came."""
        came = Q(state__in=PRESENT)
        return self.aggregate(
            due=Count("pk", filter=Q(excuse="")),
            present=Count("pk", filter=came & Q(excuse="")),
            voters=Count("pk", filter=Q(votes=True, excuse="")),
            voting=Count("pk", filter=came & Q(votes=True, excuse="")),
        )

    def attended(self, members: Sequence[int], first: datetime.datetime, end: datetime.datetime) -> Self:
        """Where these members were, of what counts as study, in a span of time."""
        return self.filter(
            member__in=members,
            state__in=PRESENT,
            gathering__is_study=True,
            gathering__state__in=HELD,
            gathering__begins_at__gte=first,
            gathering__begins_at__lt=end,
        )


class OfGatheringQuerySet(QuerySet):
    def of(self, gathering: Any) -> Self:
        """The rows of one gathering, which the caller has found in reach."""
        return self.filter(gathering=gathering)

    def in_gatherings(self, gatherings: Sequence[Any]) -> Self:
        """The rows of these, which the caller has found in reach."""
        return self.filter(gathering__in=gatherings)


class GatheringFileQuerySet(QuerySet):
    def of(self, gathering: Any) -> Self:
        """The files of one gathering, which the caller has found in reach; thumbnails go with their photographs."""
        return self.filter(gathering=gathering, removed_at=None, thumbnail_of=None)

    def visible_to(self, role: ActingRole) -> Self:
        """Files of gatherings in reach, and of those that concern the acting person."""
        gatherings: Any = self.model._meta.get_field("gathering").related_model
        reached = gatherings.objects.visible_to(role).order_by().values("pk")
        own = gatherings.objects.concerning(role).order_by().values("pk")
        return self.filter(Q(gathering__in=reached) | Q(gathering__in=own), removed_at=None)
