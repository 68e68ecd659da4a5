"""密码重置 for ticked members: a one-time code each, by the rules of the accounts. Source: screens.md 3.2."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import HandOver, RoleGrant, User
from accounts.powers import Power
from accounts.services import activations, credentials, handovers
from members.models import Member

NOT_BELOW = "还有其他党组织的角色，由其上级党组织的管理员办理"


def reasons_against(members: Iterable[Member], *, by: RoleGrant) -> Mapping[int, str]:
    """Return why the password of some of these members in reach cannot be reset by `by`: {id of the member: reason}."""
    rows = list(members)
    accounts = [row.user_id for row in rows if row.user_id is not None]
    managed = set(User.objects.managed_by(by).filter(pk__in=accounts).values_list("pk", flat=True))
    stopped = set(User.objects.filter(pk__in=accounts, is_active=False).values_list("pk", flat=True))
    found = {row.pk: _reason(row.user_id, managed=managed, stopped=stopped, own=by.user_id) for row in rows}
    return {pk: reason for pk, reason in found.items() if reason}


def _reason(user_id: int | None, *, managed: set[int], stopped: set[int], own: int) -> str:
    if user_id is None:
        return "还没有账号"
    if user_id == own:
        return "不能重置本人的密码，请在“我的账号”中修改"
    if user_id not in managed:
        return NOT_BELOW
    return "账号已停用" if user_id in stopped else ""


@transaction.atomic
def reset(members: Iterable[Member], *, by: RoleGrant, reason: str = "") -> HandOver:
    """Take the passwords of these members away and hand over one code each; all or nothing.

    Who has not set a password yet gets a new code in place of the old one. Raises PermissionDenied, ValidationError
    naming whom it cannot be done for, and `OutOfReach` as the service of the accounts does.
    """
    if not by.can(Power.RESET_PASSWORDS):
        raise PermissionDenied
    rows = list(members)
    if reasons := reasons_against(rows, by=by):
        raise ValidationError([f"{row.name}：{reasons[row.pk]}" for row in rows if row.pk in reasons])
    users = User.objects.in_bulk([row.user_id for row in rows])
    codes = [(users[row.user_id], _code(users[row.user_id], by=by, reason=reason)) for row in rows]
    return handovers.hand_over(codes, by=by)


def _code(user: User, *, by: RoleGrant, reason: str) -> str:
    if user.has_usable_password():
        return credentials.reset_password(user, by=by, reason=reason)
    return activations.issue(user, by=by)
