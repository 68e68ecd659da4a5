"""Every reusable read of accounts."""

import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.codes import CERTIFIED, MANAGING, PERSONAL, GrantState
from accounts.id_numbers import normalise
from orgs.models import Organization
from orgs.reach import inside
from partyplatform.audit import ActingRole
from partyplatform.crypto import blind_indexes

ID_NUMBER = "accounts.user.id_number"  # the column's name for its search key


class UserQuerySet(QuerySet):
    def with_id_number(self, typed: str) -> Self:
        """The account of this 身份证号, however it was typed: at most one row, found under any key in use."""
        return self.filter(id_number_index__in=blind_indexes(normalise(typed), column=ID_NUMBER))

    def visible_to(self, role: ActingRole) -> Self:
        """People with a role at the organisation of `role` or below it."""
        return self.filter(Exists(self._grants().visible_to(role)))

    def managed_by(self, role: ActingRole) -> Self:
        """People whose credentials `role` looks after: those in reach with no role beyond it."""
        return self.visible_to(role).not_beyond(role)

    def not_beyond(self, role: ActingRole) -> Self:
        """People all of whose roles lie in reach of `role`, administration strictly below.

        Nobody above, beside or elsewhere, and never the own person. Source: security.md 9, 36; workflows.md 1.2.
        """
        elsewhere = self._grants().exclude_reach(role.organization_id)
        beside = self._grants().administrators().filter(organization=role.organization_id)
        return self.filter(~Exists(elsewhere), ~Exists(beside)).exclude(uid=role.user_uid)

    def at_organizations_called(self, text: str) -> Self:
        """Those with a role at an organisation whose short or full name holds the text."""
        named = Q(organization__short_name__icontains=text) | Q(organization__full_name__icontains=text)
        return self.filter(Exists(self._grants().filter(named)))

    def waiting(self) -> Self:
        """Accounts without a password: never used, or reset and not yet taken up again."""
        return self.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def certified_by(self, role: ActingRole) -> Self:
        """Administrators and auditors of committees whose certificates `role` may manage: those strictly below.

        Never oneself, no colleague (also at the top of a tree, where the operator's command does it), and nobody who
        also acts for a committee out of reach: whoever registers a certificate for an account opens half of the way
        into everything it may do. Source: security.md 36; workflows.md 1.1.
        """
        below = Organization.objects.subordinate_to(role).values("pk")
        committees = _grants().open().filter(user=OuterRef("pk"), kind__in=CERTIFIED)
        return self.filter(
            Exists(committees.filter(organization__in=below)), ~Exists(committees.exclude(organization__in=below))
        ).exclude(uid=role.user_uid)

    def without_certificate(self) -> Self:
        return self.exclude(certificates__state="active")

    def with_committee(self) -> Self:
        """Add `committee_name`: the committee the person acts for, the first of several."""
        return self.annotate(committee_name=_committee_of("pk"))

    def _grants(self) -> Any:
        """The grants of the account a sub-query is asked for."""
        grants: Any = self.model._meta.get_field("grants").related_model
        return grants.objects.open().filter(user=OuterRef("pk"))


class AccountNoteQuerySet(QuerySet):
    def of(self, user: Any) -> Self:
        """What this account was told, newest first."""
        return self.filter(user_id=user.pk).order_by("-pk")


class HandOverQuerySet(QuerySet):
    def of_session(self, user: Any) -> Self:
        """What this person has to hand out, as far as the present session of the account made it."""
        return self.filter(owner_id=user.pk, session_mark=user.session_mark).exclude(session_mark="")


class RoleGrantQuerySet(QuerySet):
    def active(self, on: datetime.date | None = None) -> Self:
        """Grants that give rights on a day (today if none is named): begun, not ended, of an active account, at a
        living organisation. Whoever acts with one asks `accounts.genuine` as well."""
        day = on or timezone.localdate()
        return self.open(day).filter(
            starts_on__lte=day,
            user__is_active=True,
            organization__dissolved_on__isnull=True,
        )

    def open(self, on: datetime.date | None = None) -> Self:
        """Grants that have not ended on a day (today), those that are still to begin included, whatever their account
        and organisation."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on or timezone.localdate()))

    def administrators(self) -> Self:
        return self.exclude(kind__in=PERSONAL)

    def managing(self) -> Self:
        """Administrators of their organisation: neither 党员 nor 审计员."""
        return self.filter(kind__in=MANAGING)

    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk)

    def visible_to(self, role: ActingRole) -> Self:
        """Grants at the role's organisation and below it; the tree is asked inside the statement (security.md 33)."""
        return self.at_or_below(role.organization_id)

    def managed_by(self, role: ActingRole) -> Self:
        """Grants strictly below the role's organisation: nobody touches those of the own level (security.md 36)."""
        return self.visible_to(role).exclude(organization=role.organization_id)

    def at_or_below(self, organization_id: int | None) -> Self:
        return self.filter(inside("organization", organization_id))

    def exclude_reach(self, organization_id: int | None) -> Self:
        """Grants anywhere but at the organisation and below it."""
        return self.exclude(inside("organization", organization_id))

    def in_tree_order(self) -> Self:
        """Organisation by organisation in the order of the tree, system by system, by name."""
        return self.order_by("organization__tree_id", "organization__lft", "system", "user__name", "pk")

    def directly_below(self, organization_id: int | None) -> Self:
        """Grants at the organisations one level down."""
        return self.filter(organization__parent=organization_id)

    def in_state(self, state: str, today: datetime.date) -> Self:
        """Grants in a state of `GrantState` on a day; 有效 says nothing of the account."""
        begun = self.filter(starts_on__lte=today)
        match state:
            case GrantState.COMING:
                return self.filter(starts_on__gt=today).exclude(ends_on__lte=F("starts_on"))
            case GrantState.ENDED:
                return self.filter(Q(ends_on__lte=today) | Q(ends_on__lte=F("starts_on")))
        return begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))

    def due_for_review(self, limit: datetime.date) -> Self:
        """Administrators' grants in force that nobody has confirmed since `limit`, the oldest first."""
        rows = self.in_state(GrantState.VALID, timezone.localdate()).exclude(kind__in=PERSONAL)
        stale = Q(confirmed_on__lte=limit) | Q(confirmed_on__isnull=True, starts_on__lte=limit)
        return rows.filter(stale, organization__dissolved_on__isnull=True).order_by("starts_on", "pk")

    def in_systems(self, *systems: str) -> Self:
        return self.filter(system__in=systems)

    def with_certificate_need(self) -> Self:
        """Add `needs_certificate`: whether the account administers or audits a committee, whichever role it acts in."""
        committees = _grants().active().filter(user=OuterRef("user"), kind__in=CERTIFIED)
        return self.annotate(needs_certificate=Exists(committees))


class CertificateQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Certificates of the administrators and auditors of committees in reach."""
        visible = Organization.objects.visible_to(role).values("pk")
        grants = _grants().open().filter(user=OuterRef("user"), kind__in=CERTIFIED, organization__in=visible)
        return self.filter(Exists(grants))

    def managed_by(self, role: ActingRole) -> Self:
        return self.filter(user__in=_users().certified_by(role).values("pk"))

    def with_committee(self) -> Self:
        """Add `committee_name`: the committee the holder acts for, the first of several."""
        return self.annotate(committee_name=_committee_of("user"))

    def active(self) -> Self:
        return self.filter(state="active")

    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk)

    def ending_by(self, moment: datetime.datetime) -> Self:
        """Certificates in use that end by then and have no successor yet."""
        return self.active().filter(not_after__lte=moment, renewal__isnull=True)


class ApiTokenQuerySet(QuerySet):
    def visible_to(self, role: ActingRole) -> Self:
        """Tokens of the own organisation and of those below."""
        return self.filter(organization__in=Organization.objects.visible_to(role).order_by().values("pk"))


class WebhookQuerySet(QuerySet):
    def due(self, now: datetime.datetime) -> Self:
        """Those whose token opens changes today and whose time has come, the longest waiting first."""
        good = self.filter(token__revoked_at=None, token__ends_on__gte=timezone.localdate(now))
        living = good.filter(token__organization__dissolved_on=None, next_at__lte=now)
        return living.select_related("token__organization").order_by("next_at")


def _committee_of(user: str) -> Subquery:
    grants = _grants().open().filter(user=OuterRef(user), kind__in=CERTIFIED).order_by("pk")
    return Subquery(grants.values("organization__short_name")[:1])


def _grants() -> RoleGrantQuerySet:
    return apps.get_model("accounts", "RoleGrant").objects.all()


def _users() -> UserQuerySet:
    return apps.get_model("accounts", "User").objects.all()
