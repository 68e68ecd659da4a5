"""年度权限复核: grants are looked through once a year, and kept or taken away. Source: issue 3."""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone

from accounts.codes import GrantState
from accounts.models import RoleGrant
from accounts.querysets import RoleGrantQuerySet
from accounts.services.defaults import hold
from accounts.services.grants import end_roles
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services.reach import lock_tree_for
from partyplatform import audit
from partyplatform.ui.stale import OutOfReach


def due(role: audit.ActingRole, *, today: datetime.date) -> RoleGrantQuerySet:
    """Return the administrators' grants one level below the role that nobody has confirmed for a year, oldest first.

    The year is settings.GRANT_REVIEW_MONTHS; a grant never confirmed counts from its first day.
    """
    return due_below(role, today=today).directly_below(role.organization_id)


def due_below(role: audit.ActingRole, *, today: datetime.date) -> RoleGrantQuerySet:
    """Return such grants at every level below the role, for an upper level that steps in.

    The own ones of the acting person are left out: nobody decides about them but others.
    """
    limit = add_months(today, -settings.GRANT_REVIEW_MONTHS)
    return RoleGrant.objects.managed_by(role).due_for_review(limit).exclude(user__uid=str(role.user_uid))


def todos(role: RoleGrant) -> list[QuerySet[Organization]]:
    """The organisation of the role while a review waits for it: the whole list is one thing to do."""
    if not role.can("review_grants"):
        return []
    return [Organization.objects.filter(Exists(due(role, today=timezone.localdate())), pk=role.organization_id)]


@transaction.atomic
def confirm(grants: Collection[RoleGrant], *, by: audit.ActingRole) -> list[RoleGrant]:
    """Keep grants for another year: who and when is written on each; all of them or none.

    Raises `OutOfReach` unless all lie below the acting organisation now, ValidationError for one that has ended or
    that is the acting person's own.
    """
    kept = _held(grants, by=by)
    acts = [_kept(grant, by, timezone.localdate()) for grant in kept]
    RoleGrant.objects.bulk_update(kept, ["confirmed_on", "confirmed_by_name", "version"])
    audit.record_many(acts)
    return kept


@transaction.atomic
def end(grants: Collection[RoleGrant], *, by: audit.ActingRole, reason: str) -> list[RoleGrant]:
    """Take grants away, in both systems; all of them or none. Raises as `confirm` does, and without a reason."""
    found = _held(grants, by=by)
    if not reason:
        raise ValidationError({"reason": "请填写解除原因"})
    end_roles(RoleGrant.objects.filter(pk__in=[grant.pk for grant in found]), by=by, reason=reason)
    return found


def _held(grants: Collection[RoleGrant], *, by: audit.ActingRole) -> list[RoleGrant]:
    """Return the grants as they are now, locked: the tree first, the accounts before their grants."""
    lock_tree_for(by, seen=[grant.organization for grant in grants])
    hold({grant.user_id for grant in grants})
    ids = {grant.pk for grant in grants}
    rows = RoleGrant.objects.managed_by(by).filter(pk__in=ids).select_related("user", "organization")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(found) != len(ids):
        raise OutOfReach
    if any(grant.user_uid == str(by.user_uid) for grant in found):
        raise ValidationError("不能复核本人的授权，请由其他管理员或上级党组织办理")
    if ended := next((grant for grant in found if grant.state == GrantState.ENDED), None):
        raise ValidationError(f"{ended.user_name}的授权已结束，请刷新页面后重新选择")
    return found


def _kept(grant: RoleGrant, by: audit.ActingRole, today: datetime.date) -> audit.Act:
    before = grant.confirmation
    grant.confirmed_on, grant.confirmed_by_name = today, by.user_name
    grant.version += 1
    changes = [["授权", "", f"{grant.label}（{grant.system_label}）"], ["上次确认", before, grant.confirmation]]
    return audit.Act(by, "accounts.confirm_grant", grant.user, organization=grant.organization_id, changes=changes)
