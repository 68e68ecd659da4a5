"""Accounts for many people at once: a whole sheet of new members in a few statements."""

from collections.abc import Collection, Sequence

from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from accounts.models.users import NUMBERS
from accounts.services.defaults import hold
from accounts.services.grants import described, end_applying, end_roles
from orgs.models import Organization
from partyplatform import audit, bulk


def accounts_of(numbers: Collection[str]) -> dict[str, User]:
    """Return the accounts these 身份证号 have, locked, by number."""
    by_key = {key: number for number in numbers for key in NUMBERS.search_keys(number)}
    keys, found = list(by_key), []
    for start in range(0, len(keys), 5_000):
        part = keys[start : start + 5_000]
        found += User.objects.filter(id_number_index__in=part).order_by("pk").select_for_update()
    return {by_key[user.id_number_index]: user for user in found}


def create_accounts(people: Sequence[tuple[str, str]]) -> list[User]:
    """Make accounts without a password for people (name, 身份证号) who have none; in their order.

    The audit records `accounts.create` are the caller's, at the end of its transaction.
    """
    users = [User.objects.build(name=name, id_number=number) for name, number in people]
    return bulk.insert(users)


def give_member_roles(people: Sequence[tuple[User, Organization]], *, by: audit.ActingRole) -> list[audit.Act]:
    """Give accounts the role 党员 of a branch, and only that one of the kind; return what the audit is to say.

    The branches are living ones; whoever has the role of the branch already keeps it.
    """
    ids = [user.pk for user, _ in people]
    hold(ids)
    end_applying(ids, by=by)
    open_grants = RoleGrant.objects.open().filter(user__in=ids, system=System.PORTAL)
    own = set(open_grants.filter(kind=RoleKind.MEMBER).values_list("user_id", "organization_id"))
    wanted = {(user.pk, branch.pk) for user, branch in people}
    if left := own - wanted:
        ending = open_grants.filter(kind=RoleKind.MEMBER, user__in=[person for person, _ in left])
        kept = [pk for pk, *pair in ending.values_list("pk", "user_id", "organization_id") if tuple(pair) in wanted]
        end_roles(ending.exclude(pk__in=kept), by=by, reason="所在支部已变更")
    provided = set(open_grants.filter(is_default=True).values_list("user_id", flat=True))
    grants = [
        RoleGrant(
            user=user,
            organization=branch,
            kind=RoleKind.MEMBER,
            system=System.PORTAL,
            starts_on=timezone.localdate(),
            granted_by_name=by.user_name,
            is_default=user.pk not in provided,
        )
        for user, branch in people
        if (user.pk, branch.pk) not in own
    ]
    bulk.insert(grants)
    return [
        audit.Act(by, "accounts.grant", grant.user, organization=grant.organization_id, changes=described(grant))
        for grant in grants
    ]
