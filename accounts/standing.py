"""How the accounts of a page stand: waiting for their person, in use, locked for a while, disabled."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.id_numbers import normalise
from accounts.models import ActivationCode, LoginCounter, RoleGrant, User
from accounts.throttle import account_counter
from partyplatform.audit import ActingRole
from partyplatform.crypto import Undecipherable


@dataclass(frozen=True, slots=True)
class Standing:
    label: str
    tone: str


DISABLED = Standing("已停用", "")
LOCKED = Standing("暂时锁定", "red")
WAITING = Standing("待激活", "amber")
CODE_OUT = Standing("已发启用码", "blue")
IN_USE = Standing("正常", "green")


def describe(users: Iterable[User], *, role: ActingRole) -> None:
    """Give each account `standing`, `code` (or None) and `known_grants`, those in reach of the role.

    In three statements, however many accounts.
    """
    users = list(users)
    codes = {code.user_id: code for code in ActivationCode.objects.filter(user__in=users)}
    locked = _locked(users)
    grants = RoleGrant.objects.open().visible_to(role).filter(user__in=users).select_related("organization")
    known: dict[int, list[RoleGrant]] = {}
    for grant in grants.order_by("system", "-is_default", "pk"):
        known.setdefault(grant.user_id, []).append(grant)
    for user in users:
        user.code, user.known_grants = codes.get(user.pk), known.get(user.pk, [])
        user.standing = _standing(user, is_locked=user.pk in locked)


def _standing(user: User, *, is_locked: bool) -> Standing:
    if not user.is_active:
        return DISABLED
    if is_locked:
        return LOCKED
    if user.has_usable_password():
        return IN_USE
    return CODE_OUT if user.code is not None and user.code.is_live else WAITING


def _locked(users: list[User]) -> set[int]:
    """Return the ids of those whose login name was tried too often lately."""
    keys = {}
    for user in users:
        try:
            counter = account_counter(normalise(user.unsealed_id_number()))
        except Undecipherable:
            continue
        keys[counter.key] = (user.pk, counter.limit)
    running = LoginCounter.objects.filter(key__in=keys, ends_at__gt=timezone.now()).values_list("key", "tries")
    return {keys[key][0] for key, tries in running if tries > keys[key][1] - 1}
