"""Every reusable read of members."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.id_numbers import is_former, normalise, renewed
from members.codes import Duty, MembershipStatus, PersonCategory
from members.procedures import PAUSING
from orgs.codes import BRANCHES, COMMITTEES
from orgs.models import Organization, ParentChange, Term
from orgs.reach import at_branch, at_root, between, inside, reached
from partyplatform.audit import ActingRole
from partyplatform.crypto import blind_indexes

ID_NUMBER = "members.member.id_number"  # the columns' names for their search keys
PHONE = "members.member.phone"
_LOOK_AT = ("refused", "overtaken", "kept", "ready", "done", "undone")  # rows of a batch, from those that need a look
FORMER_NUMBER = "members.memberprofile.former_number"


class MemberQuerySet(QuerySet):
    def active(self) -> Self:
        """Members on the roll: neither suspended nor gone."""
        return self.filter(status=MembershipStatus.NORMAL)

    def enrolled(self) -> Self:
        """Everybody who still belongs to a branch: active or suspended."""
        return self.filter(status__in=[MembershipStatus.NORMAL, MembershipStatus.SUSPENDED])

    def incomplete(self) -> Self:
        """Members on the roll whose record lacks something."""
        return self.active().filter(filled__lt=F("required"))

    def probation(self) -> Self:
        """预备党员 on the roll."""
        return self.filter(status=MembershipStatus.NORMAL, category=PersonCategory.PROBATIONARY)

    def suspended(self) -> Self:
        return self.filter(status=MembershipStatus.SUSPENDED)

    def history(self) -> Self:
        """历史党员: everybody who has left, except for another branch of the platform."""
        return self.filter(status__in=[MembershipStatus.EXPELLED, MembershipStatus.DECEASED, MembershipStatus.OTHER])

    def full(self) -> Self:
        return self.filter(category=PersonCategory.FULL)

    def own(self, role: ActingRole) -> Self:
        """The record of the acting person: one, or none."""
        return self.filter(user__uid=role.user_uid)

    def visible_to(self, role: ActingRole, *, few: bool = False, at: str = "organization") -> Self:
        """Whom an administrator acting as `role` may see: the members of every organisation in reach.

        `few` says that another condition leaves few rows; see `of`.
        """
        return self.of(role.organization_id, few=few, at=at)

    def of(self, organization_id: int | None, *, few: bool = False, at: str = "organization") -> Self:
        """Members of the organisation and of everything below it, by the condition of `Organization.objects.within`.

        A join instead of a list of ids, so that the first rows in tree order are found without sorting all of them;
        the coordinates are read inside the statement all the same (security.md 33). PostgreSQL cannot know how many
        organisations lie between them and guesses few. With `few` the numbers hide in two sums, which no index knows
        and which it does not take for the ends of a narrow range: it looks up the organisation of each row. `at` is
        the way to the organisation, another one for a day in the past.
        """
        if not few:
            return self.filter(inside(at, organization_id))
        rows = self.alias(low=F(f"{at}__lft") + 0, high=F(f"{at}__lft") - 0)
        return rows.filter(between(organization_id, f"{at}__tree_id", "low", "high"))

    def paused(self) -> Self:
        """Those whose 组织关系 is kept while they are abroad: no 党费, no 组织生活. Source: workflows.md 5.4, 8.2."""
        return self.filter(matters__procedure="abroad", matters__state__in=PAUSING)  # one at most is open

    def of_itself_and_children(self, organization_id: int, *, at: str = "organization") -> Self:
        near = Organization.objects.itself_and_children(organization_id)
        return self.filter(**{f"{at}__in": near.order_by().values("pk")})

    def standing_on(self, day: datetime.date) -> Self:
        """Who was enrolled at the end of a day; `stood` leads to where they stood, and `on_…` says it."""
        held = Q(standings__begins_on__lte=day) & (Q(standings__ends_on=None) | Q(standings__ends_on__gt=day))
        rows = self.annotate(stood=FilteredRelation("standings", condition=held))
        rows = rows.filter(stood__status__in=[MembershipStatus.NORMAL, MembershipStatus.SUSPENDED])
        return rows.annotate(
            on_place=F("stood__organization_id"), on_category=F("stood__category"), on_status=F("stood__status")
        )

    def named(self, text: str) -> Self:
        """Members whose name begins with `text`: the index on names serves it among millions."""
        return self.filter(name__startswith=text.strip())

    def listed(self) -> Self:
        """Only what lists show, all of it in the indexes: no row of the table itself is read."""
        return self.select_related("organization").only(
            "name", "category", "status", "organization__short_name", "organization__code"
        )

    def alike(self, name: str, born_on: datetime.date) -> Self:
        """Records of this very name and date of birth: perhaps of one person."""
        return self.filter(name=name, born_on=born_on)

    def in_order(self, ids: Sequence[int]) -> list[Any]:
        """The records of these ids, with their branches, in the order of the ids."""
        found = self.select_related("organization").in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def with_id_number(self, typed: str) -> Self:
        """Everybody of this 身份证号, however it was typed: one enrolled at most, and records of earlier times."""
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=ID_NUMBER))

    def with_number_ending(self, end: str) -> Self:
        """Everybody whose 身份证号 ends with these four characters, found by a search key of its own."""
        return self.filter(id_number_end__in=blind_indexes(end, column=f"{ID_NUMBER}.end"))

    def bearing(self, number: str) -> Self:
        """Whoever bears a whole number, or bore it before; for 15 digits also whoever bears what took their place."""
        present = renewed(number) if is_former(number) else number
        former = blind_indexes(normalise(number), column=FORMER_NUMBER)
        before = self.model._base_manager.filter(profile__former_number_index__in=former).values_list("pk", flat=True)
        bears = Q(id_number_index__in=blind_indexes(normalise(present), column=ID_NUMBER))
        return self.filter(bears | Q(pk__in=list(before)))

    def in_places_called(self, text: str) -> Self:
        """Members of organisations whose name, initials or code contains every word of `text`."""
        for word in text.lower().split():
            self = self.filter(organization__search_text__contains=word)
        return self

    def in_tree_order(self, *, few: bool = False, at: str = "organization") -> Self:
        """Branch by branch in the order of the tree, by name inside a branch; `few` as it was said to `of`."""
        return self.order_by(f"{at}__tree_id", "low" if few else f"{at}__lft", "name", "pk")

    def sorted_by(self, column: str, *, descending: bool = False, few: bool = False) -> Self:
        """In the order of a column, read from its index; with `few` all rows are found first and then sorted.

        What is empty stands last, and first in the opposite direction, as PostgreSQL's indexes have it.
        """
        key = Coalesce(F(column), F(column)) if few else F(column)  # two names for one value, which no index knows
        if descending:
            return self.order_by(key.desc(nulls_first=True), "-pk")
        return self.order_by(key.asc(nulls_last=True), "pk")


class PostQuerySet(QuerySet):
    def held_by(self, member: Any) -> Self:
        """Posts one member holds or held, of whatever term."""
        return self.filter(member=member)

    def of(self, organization: Organization) -> Self:
        """Posts of this very organisation's terms, which the caller has found in reach."""
        return self.filter(term__organization=organization)

    def current(self) -> Self:
        """Posts of current terms that have not ended."""
        return self.filter(term__is_current=True, ended_on__isnull=True)

    def held_on(self, day: datetime.date) -> Self:
        """Posts somebody held at the end of a day: begun, not ended, in the term that ran then."""
        later = Term.objects.filter(organization=OuterRef("term__organization"), elected_on__lte=day)
        later = later.filter(elected_on__gt=OuterRef("term__elected_on"))
        rows = self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day, term__elected_on__lte=day)
        return rows.filter(~Exists(later.order_by()))

    def leading(self) -> Self:
        """Posts that make administrators: 书记 and 副书记 of a 基层党委, 党总支 or 直属党支部.

        The same level as `candidates.leads_by_duty` says, in SQL.
        """
        at = "term__organization"
        is_upper = ~Q(**{f"{at}__org_type__in": BRANCHES})
        is_direct = Q(**{f"{at}__parent__org_type__in": COMMITTEES}) | Q(**{f"{at}__parent": None})
        return self.current().filter(
            is_upper | is_direct,
            duty__in=[Duty.SECRETARY, Duty.DEPUTY_SECRETARY],
            member__status=MembershipStatus.NORMAL,
            term__organization__dissolved_on=None,
        )

    def open(self) -> Self:
        """Posts nobody has ended, of whatever term."""
        return self.filter(ended_on__isnull=True)

    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(term__organization__in=Organization.objects.visible_to(role).order_by().values("pk"))


class StandingQuerySet(QuerySet):
    def of(self, member: Any) -> Self:
        """Where one member, whom the caller has found in reach, stood from the beginning."""
        return self.filter(member=member)

    def on(self, day: datetime.date) -> Self:
        """Where everybody stood at the end of a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)

    def moves(self) -> QuerySet[ParentChange]:
        """上级党组织变更 that took these along: of the branch they stood in on that day, or of what it stands below."""
        taken = self.filter(
            Q(ends_on=None) | Q(ends_on__gt=OuterRef("decided_at__date")),
            begins_on__lte=OuterRef("decided_at__date"),
            organization__tree_id=OuterRef("organization__tree_id"),
            organization__lft__gte=OuterRef("organization__lft"),
            organization__rght__lte=OuterRef("organization__rght"),
        )
        return ParentChange.objects.filter(Exists(taken), state=ParentChange.State.DONE)

    def open(self) -> Self:
        """Where everybody stands now."""
        return self.filter(ends_on=None)

    def open_of(self, members: Sequence[Any]) -> Self:
        """Where these members, whom the caller has found in reach, stand now."""
        return self.open().filter(member__in=members)


class OfPeopleQuerySet(QuerySet):
    """Rows that belong to a member, for lists over many members."""

    def visible_to(self, role: ActingRole) -> Self:
        """Rows of members of every organisation in reach: few beside the members, so PostgreSQL is to begin with them.

        At the top of a tree and in a branch it sees that by itself; in between the numbers hide (`MemberQuerySet.of`).
        """
        at = "member__organization"
        if at_root(role) or at_branch(role):
            return self.filter(reached(role, at))
        rows = self.alias(low=F(f"{at}__lft") + 0, high=F(f"{at}__lft") - 0)
        return rows.filter(between(role.organization_id, f"{at}__tree_id", "low", "high"))

    def of_people(self, *, name: str = "", place: str = "") -> Self:
        """Rows of those whose name begins so, whose organisation is called so."""
        if name:
            self = self.filter(member__name__startswith=name)
        for word in place.lower().split():
            self = self.filter(member__organization__search_text__contains=word)
        return self

    def with_people(self) -> Self:
        return self.select_related("member__organization")


class MatterQuerySet(OfPeopleQuerySet):
    def of(self, member: Any) -> Self:
        """The matters of one member, whom the caller has found in reach, the open ones and the latest first."""
        return self.filter(member=member).order_by(F("ended_on").desc(nulls_first=True), "-pk")

    def in_procedure(self, slug: str) -> Self:
        return self.filter(procedure=slug)

    def open(self) -> Self:
        return self.filter(ended_on=None)

    def in_state(self, *states: str) -> Self:
        return self.filter(state__in=states)


class MatterStepQuerySet(QuerySet):
    def in_matters(self, matters: Sequence[Any]) -> Self:
        """What happened in these matters, which the caller has found in reach."""
        return self.filter(matter__in=matters)


class EntryQuerySet(OfPeopleQuerySet):
    def on_pages(self) -> Self:
        """The lines nobody has taken off the page, of people on the roll."""
        return self.filter(removed_at=None, member__status__in=[MembershipStatus.NORMAL, MembershipStatus.SUSPENDED])

    def of(self, member: Any) -> Self:
        """The lines of one member's table that are on the page."""
        return self.filter(member=member, removed_at=None)


class BatchQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """One's own, in the role that made them."""
        return self.filter(owner_uid=role.user_uid, role_id=getattr(role, "pk", None))


class BatchRowQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        return self.filter(batch__owner_uid=role.user_uid, batch__role_id=getattr(role, "pk", None))

    def of(self, batch: Any) -> Self:
        """The members of a batch the caller has found to be its own: first those that need a look."""
        rank = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(_LOOK_AT)), default=Value(9))
        return self.filter(batch=batch).select_related("member__organization").order_by(rank, "place")

    def counted(self, batch: Any) -> dict[str, int]:
        """{state: how many} of a batch."""
        return dict(self.filter(batch=batch).order_by().values_list("state").annotate(Count("pk")))


class FileQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Files of the members in reach, as long as they are on the page."""
        places = Organization.objects.visible_to(role).order_by().values("pk")
        return self.on_page().filter(member__organization__in=places)

    def on_page(self) -> Self:
        return self.filter(removed_at=None)

    def of(self, member: Any) -> Self:
        """The files of one member, whom the caller has found in reach."""
        return self.on_page().filter(member=member)

    def shown_of(self, member: Any) -> Subquery:
        """The `uid` of the photograph of the member an outer statement reads: no statement of its own."""
        return Subquery(self.of(member).values("uid")[:1])


class ExportRequestQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Requests made at the organisation of `role` and below it."""
        return self.filter(place__in=Organization.objects.visible_to(role).order_by().values("pk"))

    def decidable_by(self, role: ActingRole) -> Self:
        """Those that wait for somebody like `role`: of the same level or below, and never one's own."""
        waiting = self.visible_to(role).filter(state="waiting", expires_at__gt=timezone.now())
        return waiting.exclude(owner_uid=role.user_uid)
