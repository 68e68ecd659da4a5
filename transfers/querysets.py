"""Every reusable read of transfers."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from accounts.codes import RoleKind
from members.codes import MembershipStatus
from orgs.models import Organization
from orgs.reach import at_branch, at_root, reached
from partyplatform.audit import ActingRole
from transfers.codes import (
    UNFINISHED,
    InState,
    LetterState,
    MessageKind,
    Outcome,
    OutState,
    TransferState,
    TransferType,
)

_LOOK_AT = ("refused", "faulty", "ready", "done")  # rows of a batch, from those that need a look


class TransferQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Transfers from or to a branch in reach; of a 党员 the own ones. Source: workflows.md 1.4."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.filter(member__user=role.user)  # type: ignore[attr-defined]
        return self.filter(_reached(role, "source") | _reached(role, "target"))

    def managed_by(self, role: ActingRole) -> Self:
        """Every transfer in reach may be acted on, each step by its own organisation (`workflow.Actor`)."""
        return self.visible_to(role)

    def leaving(self, role: ActingRole) -> Self:
        """Transfers from branches in reach."""
        return self.filter(_reached(role, "source"))

    def arriving(self, role: ActingRole) -> Self:
        """Transfers to branches in reach."""
        return self.filter(_reached(role, "target"))

    def unfinished(self) -> Self:
        """What blocks its member and its branches. Source: workflows.md 3.3."""
        return self.filter(state__in=UNFINISHED)

    def finished(self) -> Self:
        return self.exclude(state__in=UNFINISHED)

    def in_batch(self, number: str) -> Self:
        """The transfers that were begun under one 批次号."""
        return self.filter(batch=number)

    def waiting_for(self, role: ActingRole, *, today: datetime.date) -> Self:
        """待办工作: what the role's own organisation has to do now, and what was brought before it as overdue.

        A letter on its way asks for nothing until the receipt is late, or the letter runs out within a week.
        """
        soon = today + datetime.timedelta(days=7)
        late = Q(due_on__lt=today) | Q(valid_until__lte=soon)
        own = Q(holder=role.organization_id) & (~Q(state=TransferState.LETTER) | late)
        return self.unfinished().filter(own | Q(escalated_to=role.organization_id))

    def coming_to(self, role: ActingRole) -> Self:
        """即将办理工作: a later step is the own organisation's."""
        later = self._steps().filter(organization=role.organization_id, outcome=Outcome.WAITING)
        return self.unfinished().exclude(holder=role.organization_id).filter(Exists(later))

    def returned_to(self, role: ActingRole, *, since: datetime.date, days: int) -> Self:
        """Transfers the role's organisation started that others ended lately, and not started anew since.

        One that was withdrawn after its letter was ended by the committee: whoever starts may do so only before.
        """
        ended = Q(state=TransferState.REFUSED) | Q(state=TransferState.WITHDRAWN, released_on__isnull=False)
        back = self.filter(state__in=[TransferState.REFUSED, TransferState.WITHDRAWN])  # words of the index
        rows = back.filter(ended, starter=role.organization_id, later=None)
        return rows.filter(finished_on__gt=since - datetime.timedelta(days=days)).newest_first()

    def to_answer(self, role: ActingRole) -> Self:
        """市外转入 that are done and whose receipt the role's committee has still to send back.

        Asked on every page: from the few letters without a receipt, which have an index, to their transfers.
        """
        arrivals: Any = self.model._meta.get_field("arrival").related_model
        owed = arrivals.objects.filter(receipt_sent_on=None).values("transfer")
        done = self.filter(type=TransferType.IN, state=TransferState.DONE, target_committee=role.organization_id)
        return done.filter(pk__in=owed).order_by("finished_on", "pk")

    def of_user(self, user: Any) -> Self:
        """The own transfers of whoever holds an account."""
        return self.filter(member__user=user)

    def whole(self) -> Self:
        """With all that the page of one transfer shows."""
        sides = ("source", "target", "holder", "starter", "source_committee", "target_committee")
        return self.select_related(*sides, "member", "earlier", "arrival")

    def with_steps(self) -> Self:
        steps: Any = self.model._meta.get_field("steps").related_model
        return self.select_related("source", "target", "holder", "starter").prefetch_related(
            Prefetch("steps", steps.objects.in_order())
        )

    def of(self, member: Any) -> Self:
        """Transfers of one member, whom the caller has found in reach."""
        return self.filter(member=member)

    def open_of(self, member: Any) -> Self:
        return self.unfinished().filter(member=member)

    def open_at(self, organizations: QuerySet) -> Self:
        """Unfinished ones that leave or reach these organisations, or that one of them decides about."""
        ids = organizations.order_by().values("pk")
        decided = self._steps().filter(outcome__in=[Outcome.WAITING, Outcome.OPEN], organization__in=ids)
        return self.unfinished().filter(Q(source__in=ids) | Q(target__in=ids) | Exists(decided))

    def run_out(self, today: datetime.date) -> Self:
        """Those whose letter ran out and that are still to be told so."""
        running = [TransferState.SUBMITTED, TransferState.LETTER]
        return self.filter(state__in=running, valid_until__lt=today).order_by("pk")

    def to_remind(self, day: datetime.date) -> Self:
        """Unfinished ones that are late and were not brought up as often as they are late (`services.clocks`)."""
        ago = {days: day - datetime.timedelta(days=least) for least, days in ((1, 7), (8, 14), (15, 21))}
        late = Q(due_on__lte=ago[7], reminded_days__lt=7) | Q(due_on__lte=ago[14], reminded_days__lt=14)
        return self.unfinished().filter(late | Q(due_on__lte=ago[21], reminded_days__lt=21)).order_by("pk")

    def stuck(self) -> Self:
        """Unfinished ones that nobody can bring to an end; there must be none."""
        nobody = Q(holder=None) | Q(holder__dissolved_on__isnull=False)
        closed = Q(target__dissolved_on__isnull=False) | Q(source__dissolved_on__isnull=False)
        gone = Q(member__isnull=False) & (
            ~Q(member__organization=F("source")) | ~Q(member__status=MembershipStatus.NORMAL)
        )
        lost = Q(member=None) & ~Q(type=TransferType.IN)
        return self.unfinished().filter(nobody | closed | gone | lost).order_by("pk")

    def listed(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("source", "target", "holder")

    def in_order(self, ids: Sequence[int]) -> list[Any]:
        """The transfers of these ids, with what a line of a list shows, in the order of the ids."""
        found = self.listed().in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def _steps(self) -> Any:
        """The steps of the transfer a sub-query is asked for."""
        steps: Any = self.model._meta.get_field("steps").related_model
        return steps.objects.filter(transfer=OuterRef("pk"))


class StepQuerySet(QuerySet):
    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)

    def open(self) -> Self:
        return self.filter(outcome=Outcome.OPEN)

    def in_order(self) -> Self:
        return self.select_related("organization").order_by("position")


class EventQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """审批记录: acts of organisations in reach. Of a 党员 none: the own transfer has its page."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "organization"))

    def listed(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("organization", "transfer")

    def in_order(self, ids: Sequence[int]) -> list[Any]:
        """The acts of these ids, with what a line of a list shows, in the order of the ids."""
        found = self.listed().in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def newest_first(self) -> Self:
        return self.order_by("-pk")


class TransferBatchQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Batches of organisations in reach; of a 党员 none."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "organization"))

    def own(self, role: ActingRole) -> Self:
        """Those the acting person made for the own organisation: nobody else confirms or changes them."""
        return self.filter(owner_uid=role.user_uid, organization=role.organization_id)

    def listed(self) -> Self:
        """With what a line of the list shows, newest first."""
        return self.select_related("organization").annotate(people=Count("rows")).order_by("-pk")


class TransferBatchRowQuerySet(QuerySet):
    def of(self, batch: Any) -> Self:
        """The rows of a batch the caller has found in reach: first those that need a look."""
        rank = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(_LOOK_AT)), default=Value(9))
        sides = ("member", "source", "transfer__source", "transfer__target", "transfer__holder")
        return self.filter(batch=batch).select_related(*sides).order_by(rank, "number")

    def counted(self, batch: Any) -> dict[str, int]:
        """{state: how many} of a batch."""
        return dict(self.filter(batch=batch).order_by().values_list("state").annotate(Count("pk")))


class TransferFileQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Scans of transfers from or to a branch in reach; a 党员 asks the own branch."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "transfer__source") | _reached(role, "transfer__target"))


class ArrivalQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Who arrives at a branch in reach; a 党员 reaches none."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "transfer__target")).select_related("transfer")


class ReleaseQuerySet(QuerySet):
    def whole(self) -> Self:
        """With what names a post, in the order they were given."""
        return self.select_related("post__term__organization", "post__member").order_by("pk")


class LetterQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Letters of committees in reach: the paper is theirs to give out, no branch's and no member's."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "committee"))

    def of(self, transfer: Any) -> Self:
        """The letters of one transfer, newest first."""
        return self.filter(transfer=transfer).order_by("-pk")

    def of_batch(self, batch: Any) -> Self:
        """The letters in force of the transfers of a batch, in the order of their numbers."""
        transfers = batch.rows.order_by().values("transfer")
        return self.filter(transfer__in=transfers, state=LetterState.VALID).order_by("committee", "year", "number")

    def to_print(self) -> Self:
        """With what the page and the paper ask for."""
        return self.select_related("transfer", "committee")


class PeerQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Other installations are known to whoever may write to them."""
        return self.none() if getattr(role, "kind", None) == RoleKind.MEMBER else self

    def managed_by(self, role: ActingRole) -> Self:
        """The committee at the top decides with whom the installation exchanges."""
        return self.visible_to(role) if at_root(role) else self.none()

    def in_use(self, today: datetime.date) -> Self:
        """Those that messages may go to today."""
        return self.filter(is_on=True, valid_until__gte=today).order_by("name", "pk")


class _MessageQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Messages of committees in reach."""
        if getattr(role, "kind", None) == RoleKind.MEMBER:
            return self.none()
        return self.filter(_reached(role, "place"))

    def managed_by(self, role: ActingRole) -> Self:
        return self.visible_to(role)

    def listed(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("peer", "place", "transfer")

    def newest_first(self) -> Self:
        return self.order_by("-pk")


class InMessageQuerySet(_MessageQuerySet):
    def waiting_for(self, role: ActingRole) -> Self:
        """What the role's own organisation has to see to: to assign, or an answer that fits nothing."""
        return self.filter(place=role.organization_id, state__in=[InState.NEW, InState.HELD])

    def open_of(self, peer: Any, reference: Any) -> Self:
        """What came about one transfer of another installation and is not at its end."""
        rows = self.filter(peer=peer, reference=reference, kind=MessageKind.TRANSFER)
        return rows.filter(state__in=[InState.NEW, InState.TAKEN])


class OutMessageQuerySet(_MessageQuerySet):
    def due(self, now: datetime.datetime) -> Self:
        """What is to be tried now, oldest first."""
        return self.filter(state=OutState.WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")

    def underway(self) -> Self:
        """What has not come to its end."""
        return self.filter(state__in=[OutState.WAITING, OutState.FILE, OutState.DELIVERED])

    def undelivered(self) -> Self:
        return self.filter(state__in=[OutState.WAITING, OutState.FILE])

    def of(self, transfer: Any) -> Self:
        return self.filter(transfer=transfer)

    def failed_for(self, role: ActingRole) -> Self:
        """转接 the role's own organisation sent in vain: sent back, turned away or late, and its letter still out."""
        states = [OutState.RETURNED, OutState.REJECTED, OutState.EXPIRED]
        rows = self.filter(place=role.organization_id, kind=MessageKind.TRANSFER, state__in=states)
        out = [TransferState.LETTER, TransferState.EXPIRED]
        again = self.model._base_manager.filter(transfer=OuterRef("transfer"), pk__gt=OuterRef("pk"))
        return rows.filter(transfer__state__in=out).exclude(Exists(again.filter(kind=MessageKind.TRANSFER)))


def _reached(role: ActingRole, key: str) -> Q:
    """The condition of `Organization.objects.visible_to` on an organisation a row points at, inside the statement.

    A branch has nothing below it: named directly, its rows are found by the index that begins with it.
    """
    if at_branch(role) or at_root(role):
        return reached(role, key)
    return Q(**{f"{key}__in": Organization.objects.visible_to(role).order_by().values("pk")})
