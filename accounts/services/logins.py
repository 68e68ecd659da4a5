"""Logging in: who comes in, what is counted, what is written down. Source: security.md 2, 3, 8."""

from typing import Any

from django.db import transaction

from accounts.backends import IdNumberBackend
from accounts.genuine import genuine
from accounts.id_numbers import normalise
from accounts.models import ActivationCode, RoleGrant, User
from accounts.services import activations, initial_password, signs
from accounts.throttle import Counter, Try, account_counter, network_counter
from partyplatform import audit
from partyplatform.locks import Busy

_LONGEST_NAME = 64  # what is longer is no login name, and is not worth reading to the end


def enter(
    login_name: str, password: str, *, address: str, system: str = "", certificate: Any = None
) -> RoleGrant | ActivationCode | None:
    """Return the role a person begins with, preferably in `system`; None for every kind of failure alike.

    A one-time code in place of the password gives that code, which opens the page 设置新密码 and nothing else.

    Unknown name, wrong password, disabled or locked account and account without a grant cost the same time: one hash.
    The tries are counted first; what a locked account is told does not depend on the password. A locked network is
    turned away without a hash, which says nothing about any account and keeps the processor free for others.
    Raises `Busy` when too many passwords are being compared at once; that try is not counted.
    """
    name = normalise(login_name[:_LONGEST_NAME])
    of_network, of_account = network_counter(address), account_counter(name)
    tried = of_network.count()
    if tried.is_locked:
        _write_down(of_account, tried, what="该网络")
        return None
    tried = of_account.count()
    try:
        user = IdNumberBackend().authenticate(None, id_number=name, password=password)
    except Busy:
        of_network.give_back()
        of_account.give_back()
        raise
    admitted = None if tried.is_locked else first_role(user, system) or _by_code(name, password, address, certificate)
    if admitted is None:
        _write_down(of_account, tried, what="该登录名")
        return None
    of_network.give_back()
    of_account.clear()
    if isinstance(admitted, RoleGrant):
        signs.look_at(admitted.user, failures=tried.number - 1, address=address)
    return admitted


def _by_code(name: str, typed: str, address: str, certificate: Any) -> ActivationCode | None:
    """Look for a code with as many statements whatever the name; a person without a role has nowhere to begin."""
    user = User.objects.with_id_number(name).first()
    code = activations.matching(user, typed)
    code = code or initial_password.code_for(user, name, typed, address=address, certificate=certificate)
    return code if code is not None and first_role(code.user) is not None else None


def first_role(user: User | None, system: str = "") -> RoleGrant | None:
    """Return the role a person begins with, None for nobody and for somebody without any."""
    if user is None:
        return None
    grants = RoleGrant.objects.of(user).active().by_preference(system=system)
    return next(iter(genuine(grants.select_related("user", "organization"))), None)


def _write_down(of_account: Counter, tried: Try, *, what: str) -> None:
    """Write down a failure; once a window is full, only that it is. The login name appears as its search key."""
    if tried.is_locked and not tried.locks:
        return
    action = "accounts.login_locked" if tried.is_locked else "accounts.login_failed"
    reason = f"{what}尝试次数过多，暂时锁定。" if tried.is_locked else ""
    with transaction.atomic():
        audit.record(audit.SYSTEM, action, reason=f"{reason}登录名标识 {of_account.key[:12]}", succeeded=False)
