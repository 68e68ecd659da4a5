"""Every reusable read of notices and news.

Whom a notice is for is a place in the tree: a reader asks which notices name the own organisation or, with all that is
below, one above it. The few organisations above are found from child to parent, inside the statement.
"""

import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.powers import Power
from orgs.models import Organization
from orgs.reach import inside, reached
from partyplatform.audit import ActingRole

UNREAD_DAYS = 90  # what is older is no longer counted as unread: whoever comes new is not met by years of it
_TOLD = ("published", "withdrawn")


class NoticeQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """What is for the reader, what the own organisation wrote, and what organisations below have published."""
        told = self.filter(addressed(role), state__in=_TOLD)
        return told | self._of_reach(role) if role.can(Power.PUBLISH_NOTICES) else told

    def addressed_to(self, role: ActingRole) -> Self:
        """Published notices that are for the reader."""
        return self.filter(addressed(role), state="published")

    def overseen_by(self, role: ActingRole) -> Self:
        """Notices of the own organisation, drafts too, and those published below it."""
        return self._of_reach(role) if role.can(Power.PUBLISH_NOTICES) else self.none()

    def managed_by(self, role: ActingRole) -> Self:
        """A notice is changed by the organisation that wrote it."""
        return self.filter(organization=role.organization_id) if role.can(Power.PUBLISH_NOTICES) else self.none()

    def for_reader(self, user: Any) -> Self:
        """With `is_read` and `is_receipted` of one reader."""
        reads = _reads().filter(notice=OuterRef("pk"), user=user.pk)
        return self.annotate(is_read=Exists(reads), is_receipted=Exists(reads.filter(receipted_at__isnull=False)))

    def unread_by(self, user: Any, today: datetime.date) -> Self:
        """Those of the last days, not over, that the reader has not read or has not confirmed though it is asked."""
        done = _reads().filter(notice=OuterRef("pk"), user=user.pk)
        done = done.filter(Q(receipted_at__isnull=False) | Q(notice__needs_receipt=False))
        since = timezone.now() - datetime.timedelta(days=UNREAD_DAYS)
        current = self.filter(Q(closes_on=None) | Q(closes_on__gte=today), published_at__gte=since)
        return current.filter(~Exists(done))

    def pinned_first(self) -> Self:
        return self.order_by("-is_pinned", "-published_at", "-pk")

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def listed(self) -> Self:
        return self.select_related("organization").defer("body")

    def _of_reach(self, role: ActingRole) -> Self:
        own = Q(organization=role.organization_id) & ~Q(state="dropped")
        return self.filter(own | Q(under(role, "organization"), state__in=_TOLD))


class ReadQuerySet(QuerySet):
    def of(self, notice: Any) -> Self:
        return self.filter(notice=notice)

    def by(self, user: Any) -> Self:
        return self.filter(user=user)


class NewsQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """What is released for the reader, what the own organisation wrote, and what organisations below handed in."""
        released = Q(state="released", released_in__in=_chain(role))
        if not role.can(Power.PUBLISH_NOTICES):
            return self.filter(released)
        own = Q(organization=role.organization_id) & ~Q(state="dropped")
        below = Q(under(role, "organization")) & ~Q(state__in=["draft", "dropped"])
        return self.filter(released | own | below)

    def addressed_to(self, role: ActingRole) -> Self:
        """Released news of the organisations above the reader's and of its own."""
        return self.filter(state="released", released_in__in=_chain(role))

    def overseen_by(self, role: ActingRole) -> Self:
        """News of the own organisation, drafts too, and what those below handed in."""
        if not role.can(Power.PUBLISH_NOTICES):
            return self.none()
        own = Q(organization=role.organization_id) & ~Q(state="dropped")
        return self.filter(own | Q(under(role, "organization")) & ~Q(state__in=["draft", "dropped"]))

    def managed_by(self, role: ActingRole) -> Self:
        """What is written is changed by the organisation that wrote it."""
        return self.filter(organization=role.organization_id) if role.can(Power.PUBLISH_NOTICES) else self.none()

    def waiting_for(self, role: ActingRole) -> Self:
        """What the organisations directly below handed in and nobody has decided about."""
        if not role.can(Power.RELEASE_NEWS):
            return self.none()
        return self.filter(state="submitted", organization__parent=role.organization_id)

    def latest_first(self) -> Self:
        return self.order_by("-decided_at", "-pk")

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def listed(self) -> Self:
        return self.select_related("organization", "released_in").defer("body")


class NoticeFileQuerySet(QuerySet):
    def kept(self) -> Self:
        return self.filter(removed_at=None).order_by("pk")

    def visible_to(self, role: ActingRole) -> Self:
        """Files of what the reader sees; those of a withdrawn notice are for the organisations that oversee it."""
        notices = apps.get_model("eforefront", "Notice").objects
        news = apps.get_model("eforefront", "News").objects.visible_to(role)
        told = Q(notice__in=notices.addressed_to(role).values("pk"))
        own = Q(notice__in=notices.overseen_by(role).values("pk"))
        return self.filter(told | own | Q(news__in=news.values("pk")))

    def managed_by(self, role: ActingRole) -> Self:
        own = Q(notice__organization=role.organization_id) | Q(news__organization=role.organization_id)
        return self.filter(own) if role.can(Power.PUBLISH_NOTICES) else self.none()


def addressed(role: ActingRole) -> Q:
    """The condition that one of a notice's targets reaches the role's own organisation."""
    targets = apps.get_model("eforefront", "NoticeTarget").objects.filter(organization__in=_chain(role))
    reached = targets.filter(Q(with_below=True) | Q(organization=role.organization_id))
    return Q(pk__in=reached.values("notice"))


def under(role: ActingRole, place: str) -> Q:
    """The condition that an organisation a row points at is in the role's reach. A plain member reaches nothing."""
    if getattr(role, "kind", None) == RoleKind.MEMBER:
        return Q(pk=None)
    return reached(role, place)


def audience(members: Any, targets: Any) -> Any:
    """Return those of `members` who are in one of the targets, which are at most a few dozen."""
    places = Q(pk=None)
    for target in targets:
        if target.with_below:
            places |= inside("organization", target.organization_id)
        else:
            places |= Q(organization=target.organization_id)
    return members.filter(places)


def with_reads(members: Any, notice: Any) -> Any:
    """Annotate members with when they read a notice and confirmed it."""
    reads = _reads().filter(notice=notice.pk, member=OuterRef("pk"))
    return members.annotate(
        read_at=Subquery(reads.values("read_at")[:1]), receipted_at=Subquery(reads.values("receipted_at")[:1])
    )


def has_read(notice: Any, **more: Any) -> Exists:
    return Exists(_reads().filter(notice=notice.pk, member=OuterRef("pk"), **more))


def _chain(role: ActingRole) -> QuerySet:
    """The role's own organisation and everything above it."""
    return Organization.objects.with_ancestors([role.organization_id or 0]).order_by().values("pk")


def _reads() -> Any:
    return apps.get_model("eforefront", "NoticeRead").objects.all()
